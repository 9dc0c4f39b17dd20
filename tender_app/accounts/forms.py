"""The forms of accounts: sign in, passwords, people, organisations, firms."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.validators import EqualTo, Regexp, ValidationError

from tender_app.accounts.rules import (
    NewCapacity,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    Reason,
    Registration,
    SignatoryFacts,
)
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Named, Role, Scope
from tender_app.people.models import Firm, Organisation
from tender_app.people.passwords import fault_of
from tender_app.sealing import passphrase
from tender_app.web.fields import (
    Choice,
    Day,
    Identifier,
    Line,
    PasswordField,
    PersianForm,
    Prose,
    SelectField,
    given,
    iban,
    legal_id,
    mobile,
    national_code,
    optional,
    postal_code,
    required,
    up_to,
)

COPIED = ("name", "legal_id", "registration_no", "economic_code", "address", "postal_code", "phone", "iban")
EVERYWHERE = "همه سامانه (راهبر یا حسابرس سراسری)"
USERNAME = Regexp(r"^[a-z0-9][a-z0-9._-]{2,59}$", message="نام کاربری با حروف کوچک لاتین و رقم است، دست‌کم سه نویسه.")
ECONOMIC_CODE = Regexp(r"^(\d{12}|\d{14})$", message="کد اقتصادی ۱۲ یا ۱۴ رقم دارد.")
REGISTRATION_NO = Regexp(r"^\d{1,8}$", message="شماره ثبت یک تا هشت رقم دارد.")


def lowered(name: str | None) -> str:
    """Return a user name as it is kept: in small letters, as signing in reads it."""
    return (name or "").lower()


def good_password(_form: Any, field: Any) -> None:
    """Refuse a password that is too easily guessed."""
    if fault := fault_of(field.data or ""):
        raise ValidationError(fault)


def same_as(name: str, message: str = "دو گذرواژه یکی نیست؛ همان را دوباره بنویسید.") -> Any:
    """Return the validator of a password typed again."""
    return EqualTo(name, message)


class SignIn(PersianForm):
    """Name and password."""

    username = Identifier("نام کاربری", [required("نام کاربری را بنویسید.")])
    password = PasswordField("گذرواژه", [required("گذرواژه را بنویسید.")])


class ChangePassword(PersianForm):
    """The old password and a new one, twice."""

    old = PasswordField("گذرواژه کنونی", [required()])
    new = PasswordField("گذرواژه تازه", [required(), good_password])
    again = PasswordField("تکرار گذرواژه تازه", [required(), same_as("new")])

    def value(self) -> NewPassword:
        """Return the change."""
        return NewPassword(self.new.data, old=self.old.data)


def good_passphrase(_form: Any, field: Any) -> None:
    """Refuse an opening passphrase that is too easily guessed."""
    if fault := passphrase.fault_of(field.data or ""):
        raise ValidationError(fault)


class NewKey(PersianForm):
    """An opening passphrase, twice, and the sign-in password; `seen` is the key that stood when the form was shown."""

    new = PasswordField("گذرعبارت گشایش", [required(), good_passphrase])
    again = PasswordField(
        "تکرار گذرعبارت گشایش", [required(), same_as("new", "دو گذرعبارت یکی نیست؛ همان را دوباره بنویسید.")]
    )
    password = PasswordField("گذرواژه ورود شما", [required()])
    seen = HiddenField()


class OtherPassphrase(PersianForm):
    """Another passphrase for the same key, by the present one or by the words of the recovery sheet."""

    old = Prose("گذرعبارت کنونی، یا ۳۳ واژه برگه بازیابی", [required()])
    new = PasswordField("گذرعبارت تازه", [required(), good_passphrase])
    again = PasswordField(
        "تکرار گذرعبارت تازه", [required(), same_as("new", "دو گذرعبارت یکی نیست؛ همان را دوباره بنویسید.")]
    )


class UseLink(PersianForm):
    """A new password, twice."""

    new = PasswordField("گذرواژه تازه", [required(), good_password])
    again = PasswordField("تکرار گذرواژه تازه", [required(), same_as("new")])

    def value(self, token: str) -> NewPassword:
        """Return the password under the link's token."""
        return NewPassword(self.new.data, token=token)


class OrganisationForm(PersianForm):
    """An organisation's facts."""

    name = Line("نام سازمان", [required(), up_to(200)])
    province = Line("استان", [required(), up_to(60)])
    code = Identifier(
        "کوتاه‌نوشت لاتین",
        [required(), Regexp(r"^[A-Z]{2,4}$", message="دو تا چهار حرف بزرگ لاتین، مانند QZ.")],
        description="شماره مناقصه‌ها با آن آغاز می‌شود.",
    )
    legal_id = Identifier("شناسه ملی", [optional(), legal_id])
    registration_no = Identifier("شماره ثبت", [optional(), REGISTRATION_NO])
    economic_code = Identifier("کد اقتصادی", [optional(), ECONOMIC_CODE])
    address = Line("نشانی", [optional(), up_to(400)])
    postal_code = Identifier("کد پستی", [optional(), postal_code])
    phone = Identifier("تلفن", [optional(), up_to(20)])

    def value(self, *, is_invented: bool = False) -> OrganisationFacts:
        """Return the facts; whether it is invented is no matter of the form."""
        typed = {f.name: f.data or "" for f in self if f.name != "csrf_token"}
        return OrganisationFacts(**typed, is_invented=is_invented)


class PersonForm(PersianForm):
    """A person and a first password."""

    name = Line("نام و نام خانوادگی", [required(), up_to(120)])
    username = Identifier("نام کاربری", [required(), USERNAME], filters=[lowered])
    position = Line("سمت اداری", [optional(), up_to(120)])
    organisation = SelectField("سازمان", [given()], coerce=int)
    national_code = Identifier("کد ملی", [optional(), national_code])
    mobile = Identifier("تلفن همراه", [optional(), mobile])
    password = PasswordField("گذرواژه نخست", [required(), good_password])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Fill the list of organisations."""
        self.organisation.choices = [(0, "هیچ‌کدام (راهبر یا حسابرس سراسری)"), *((o.id, o.name) for o in organisations)]

    def value(self) -> NewPerson:
        """Return the person."""
        return NewPerson(
            self.name.data,
            self.username.data,
            self.password.data,
            self.position.data or "",
            self.organisation.data or None,
            self.national_code.data or "",
            self.mobile.data or "",
        )


class GrantedRole(Named):
    """The roles that an administrator gives; seats of a tender are given in the tender."""

    OFFICER = "officer", Role.OFFICER.label
    MANAGER = "manager", Role.MANAGER.label
    AUDITOR = "auditor", Role.AUDITOR.label
    ADMIN = "admin", Role.ADMIN.label


class CapacityForm(PersianForm):
    """A role, where, from when to when, and on what basis."""

    role = Choice("سمت", GrantedRole)
    organisation = SelectField(
        "در", [given()], coerce=int, description="راهبر برای همه سامانه است؛ حسابرس می‌تواند باشد."
    )
    starts_at = Day("از روز", [optional()], description="خالی یعنی از همین اکنون.")
    ends_at = Day("تا پایان روز", [optional()], description="خالی یعنی تا زمانی که پایان یابد. نمونه: ۱۴۰۶/۱۲/۲۸")
    basis = Line("مبنا", [required("شماره حکم یا نامه را بنویسید."), up_to(200)], description="شماره و تاریخ حکم")

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Fill the list of places."""
        self.organisation.choices = [*((o.id, o.name) for o in organisations), (0, EVERYWHERE)]

    def validate_organisation(self, field: Any) -> None:
        """Ask for an organisation where the role is held in one."""
        if not field.data and self.role.data in {GrantedRole.OFFICER, GrantedRole.MANAGER}:
            raise ValidationError("این سمت در یک سازمان است؛ سازمان را برگزینید.")

    def value(self, now: dt.datetime) -> NewCapacity:
        """Return the capacity; one from today begins at once."""
        role = Role(self.role.data.value)
        place = None if role is Role.ADMIN else self.organisation.data or None
        starts, ends = self.starts_at.data, self.ends_at.data
        return NewCapacity(
            role,
            Scope.ORGANISATION if place else Scope.INSTALLATION,
            place,
            _midnight(starts) if starts and starts != calendar.today(now) else None,
            _midnight(ends + dt.timedelta(days=1)) if ends else None,
            self.basis.data,
        )


class FirmFacts(PersianForm):
    """A consulting firm and its signatories, one or two."""

    organisation = SelectField("سازمانی که ثبت‌نام را بررسی می‌کند", [given()], coerce=int)
    name = Line("نام کامل شرکت", [required("نام شرکت را چنان‌که در روزنامه رسمی آمده بنویسید."), up_to(200)])
    legal_id = Identifier("شناسه ملی", [required("شناسه ملی ۱۱ رقمی شرکت را بنویسید."), legal_id], description="۱۱ رقم")
    registration_no = Identifier("شماره ثبت", [required("شماره ثبت شرکت را بنویسید."), REGISTRATION_NO])
    economic_code = Identifier("کد اقتصادی", [optional(), ECONOMIC_CODE])
    address = Line("نشانی", [required("نشانی شرکت را بنویسید."), up_to(400)])
    postal_code = Identifier("کد پستی", [optional(), postal_code])
    phone = Identifier("تلفن", [optional(), up_to(20)])
    iban = Identifier("شماره شبا", [optional(), iban], description="با IR آغاز می‌شود.")
    signer_name = Line("نام و نام خانوادگی", [required("نام صاحب امضا را بنویسید."), up_to(120)])
    signer_code = Identifier("کد ملی", [required("کد ملی صاحب امضا را بنویسید."), national_code], description="۱۰ رقم")
    signer_position = Line("سمت در شرکت", [required("سمت صاحب امضا را بنویسید."), up_to(120)])
    second_name = Line("نام و نام خانوادگی", [optional(), up_to(120)])
    second_code = Identifier("کد ملی", [optional(), national_code])
    second_position = Line("سمت در شرکت", [optional(), up_to(120)])
    notice = Line(
        "آگهی روزنامه رسمی",
        [required("شماره و تاریخ آگهی را بنویسید."), up_to(200)],
        description="شماره و تاریخ آگهی آخرین تغییراتی که امضا را مجاز می‌کند",
    )

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Fill the list of organisations."""
        self.organisation.choices = [(o.id, o.name) for o in organisations]

    def fill(self, firm: Firm) -> None:
        """Show what was registered before."""
        for name in COPIED:
            self[name].data = getattr(firm, name)
        self.organisation.data = firm.organisation_id
        for prefix, signatory in zip(("signer", "second"), firm.signatories, strict=False):
            self[f"{prefix}_name"].data = signatory.name
            self[f"{prefix}_code"].data = signatory.national_code
            self[f"{prefix}_position"].data = signatory.position
            self.notice.data = signatory.authorisation

    def validate(self, extra_validators: Any = None) -> bool:
        """Hold the second signatory to be whole, or absent, and another person than the first."""
        is_fine: bool = super().validate(extra_validators)
        second = (self.second_name, self.second_code, self.second_position)
        missing = [f for f in second if not f.data]
        if len(missing) < len(second):
            for field in missing:
                field.errors = [*field.errors, "صاحب امضای دوم ناتمام است؛ این را هم بنویسید یا هر سه را خالی بگذارید."]
            if self.second_code.data and self.second_code.data == self.signer_code.data:
                self.second_code.errors = [*self.second_code.errors, "کد ملی دو صاحب امضا یکی است."]
        return is_fine and not any(f.errors for f in second)

    def facts(self, person: NewPerson | None = None) -> Registration:
        """Return the registration."""
        plain = {name: self[name].data or "" for name in COPIED}
        plain["iban"] = plain["iban"].upper()
        return Registration(
            organisation_id=self.organisation.data, signatories=tuple(self._signatories()), person=person, **plain
        )

    def _signatories(self) -> Sequence[SignatoryFacts]:
        people = [("signer", self.signer_name.data), ("second", self.second_name.data)]
        return [
            SignatoryFacts(name, self[f"{who}_code"].data, self[f"{who}_position"].data, self.notice.data)
            for who, name in people
            if name
        ]


class Register(FirmFacts):
    """A firm's registration with the account of who registers it."""

    person_name = Line("نام شما", [required(), up_to(120)], description="کسی که با این حساب وارد می‌شود")
    username = Identifier("نام کاربری دلخواه", [required(), USERNAME], filters=[lowered])
    password = PasswordField("گذرواژه", [required(), good_password])
    again = PasswordField("تکرار گذرواژه", [required(), same_as("password")])

    def value(self) -> Registration:
        """Return the registration with the person."""
        return self.facts(NewPerson(self.person_name.data, self.username.data, self.password.data, "نماینده شرکت"))


class ReasonForm(PersianForm):
    """Why."""

    text = Prose("دلیل", [required("دلیل را بنویسید؛ به طرف دیگر نشان داده می‌شود."), up_to(400)])

    def value(self) -> Reason:
        """Return the reason."""
        return Reason(self.text.data)


def _midnight(day: dt.date) -> dt.datetime:
    return calendar.instant(day, dt.time())
