"""The acts of organisations, persons and firms."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tender_app.kernel.vocabulary import Named, Role, Scope


class OrganisationAct(Named):
    """What is done with an organisation."""

    ADD_ORGANISATION = "add_organisation", "افزودن سازمان"
    EDIT_ORGANISATION = "edit_organisation", "ویرایش سازمان"


class PersonAct(Named):
    """What is done with a person's account."""

    ADD_PERSON = "add_person", "افزودن کاربر"
    OPEN_ACCOUNT = "open_account", "گشودن حساب شرکت"
    GRANT = "grant", "دادن سمت"
    END_CAPACITY = "end_capacity", "پایان دادن به سمت"
    HAND_OVER_LINK = "hand_over_link", "ساختن پیوند گذرواژه"
    SUSPEND = "suspend", "غیرفعال کردن"
    RESTORE = "restore", "فعال کردن دوباره"
    CHANGE_PASSWORD = "change_password", "تغییر گذرواژه"
    USE_LINK = "use_link", "گذاشتن گذرواژه تازه با پیوند"
    SET_KEY = "set_key", "گذاشتن گذرعبارت گشایش"
    CHANGE_PASSPHRASE = "change_passphrase", "تغییر گذرعبارت گشایش"
    MAKE_FEED = "make_feed", "ساختن نشانی تقویم"
    REVOKE_FEED = "revoke_feed", "از کار انداختن نشانی تقویم"
    SET_EMAIL = "set_email", "گذاشتن نشانی رایانامه"
    DECLARE_TIE = "declare_tie", "اعلام رابطه با شرکت"
    CORRECT_EMAIL = "correct_email", "اصلاح نشانی رایانامه"
    SET_FACTOR = "set_second_factor", "گذاشتن رمز دوم"
    RENEW_CODES = "renew_recovery_codes", "ساختن کدهای بازیابی تازه"
    END_FACTOR = "end_second_factor", "برداشتن رمز دوم"
    LIFT_FACTOR = "lift_second_factor", "برداشتن رمز دوم کاربر"


class FirmAct(Named):
    """What is done with a firm's registration."""

    REGISTER = "register", "ثبت‌نام شرکت"
    APPROVE = "approve", "تأیید شرکت"
    REFUSE = "refuse", "رد ثبت‌نام شرکت"
    RESUBMIT = "resubmit", "اصلاح و فرستادن دوباره"
    STATE_SHAREHOLDERS = "state_shareholders", "ثبت سهام‌داران"


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is kept of an organisation; `code` begins its tender numbers."""

    name: str
    province: str
    code: str
    legal_id: str = ""
    registration_no: str = ""
    economic_code: str = ""
    address: str = ""
    postal_code: str = ""
    phone: str = ""
    is_invented: bool = False


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add, with a first password."""

    name: str
    username: str
    password: str
    position: str = ""
    organisation_id: int | None = None
    national_code: str = ""
    mobile: str = ""
    email: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the name alone in the ledger."""
        return {"username": self.username}


@dataclass(frozen=True, slots=True)
class NewCapacity:
    """A capacity to give, from now unless `starts_at` is later; without `scope_id` for the whole installation."""

    role: Role
    scope: Scope
    scope_id: int | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class EndedCapacity:
    """A capacity to end."""

    capacity_id: int


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A person's own key under its passphrase (sealing.passphrase.Locked), to be kept.

    `password` is the sign-in password, for a new key; `seen` is the key that stood when the form was shown.
    """

    locked: Any
    password: str = ""
    seen: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the public half."""
        return {"recipient": self.locked.recipient}


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password to set: proved by the old one, or by the token of a link."""

    new: str
    old: str = ""
    token: str = ""

    def record(self) -> dict[str, Any]:
        """Keep nothing of it."""
        return {}


@dataclass(frozen=True, slots=True)
class NewEmail:
    """The address to which a person's letters go; none for an empty one."""

    address: str

    def record(self) -> dict[str, Any]:
        """Keep whether there is one, and nothing of it."""
        return {"is_given": bool(self.address)}


@dataclass(frozen=True, slots=True)
class Link:
    """The token of a link, made by the caller, who alone can show it."""

    token: str

    def record(self) -> dict[str, Any]:
        """Keep nothing of it."""
        return {}


@dataclass(frozen=True, slots=True)
class SignatoryFacts:
    """Someone authorised to sign for a firm."""

    name: str
    national_code: str
    position: str
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A firm's registration; `person` signs in for it (absent when a refused registration is mended)."""

    organisation_id: int
    name: str
    legal_id: str
    registration_no: str
    address: str
    postal_code: str = ""
    phone: str = ""
    iban: str = ""
    economic_code: str = ""
    signatories: tuple[SignatoryFacts, ...] = ()
    person: NewPerson | None = None

    def record(self) -> dict[str, Any]:
        """Keep the firm's public identity in the ledger."""
        return {"name": self.name, "legal_id": self.legal_id}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a sentence."""

    text: str
