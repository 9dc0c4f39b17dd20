"""The forms of accounts: sign in, passwords, people, organisations, firms."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms.validators import EqualTo, Regexp, StopValidation, ValidationError

from tender_app.accounts.rules import (
    NewCapacity,
    NewEmail,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    Reason,
    Registration,
    SignatoryFacts,
)
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Named, Role, Scope
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm, Organisation
from tender_app.people.passwords import fault_of
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
EVERYWHERE = N_("همه سامانه (راهبر یا حسابرس سراسری)")
USERNAME = Regexp(
    r"^[a-z0-9][a-z0-9._-]{2,59}$", message=N_("نام کاربری با حروف کوچک لاتین و رقم است، دست‌کم سه نویسه.")
)
ECONOMIC_CODE = Regexp(r"^(\d{12}|\d{14})$", message=N_("کد اقتصادی ۱۲ یا ۱۴ رقم دارد."))
REGISTRATION_NO = Regexp(r"^\d{1,8}$", message=N_("شماره ثبت یک تا هشت رقم دارد."))


EMAIL = Regexp(
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$",
    message=N_("نشانی رایانامه به این شکل است: name@company.ir، با حروف لاتین."),
)


class Email(Identifier):
    """An address as it was typed, but for the spaces around it: one inside is a fault to be told, not to be taken out."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the address."""
        self.data = valuelist[0].strip() if valuelist else ""


def lowered(name: str | None) -> str:
    """Return a user name as it is kept: in small letters, as signing in reads it."""
    return (name or "").lower()


def good_password(_form: Any, field: Any) -> None:
    """Refuse a password that is too easily guessed."""
    if fault := fault_of(field.data or ""):
        raise ValidationError(fault)


def was_sent(_form: Any, field: Any) -> None:
    """Refuse a post in which the field is missing: an empty one takes the value away, and a missing one says nothing."""
    if not field.raw_data:
        raise StopValidation(_("نشانی را بنویسید، یا خانه را خالی بفرستید."))


def same_as(name: str, message: str = N_("دو گذرواژه یکی نیست؛ همان را دوباره بنویسید.")) -> Any:
    """Return the validator of a password typed again."""
    return EqualTo(name, message)


class SignIn(PersianForm):
    """Name and password."""

    username = Identifier(N_("نام کاربری"), [required(N_("نام کاربری را بنویسید."))])
    password = PasswordField(N_("گذرواژه"), [required(N_("گذرواژه را بنویسید."))])


class ChangePassword(PersianForm):
    """The old password and a new one, twice."""

    old = PasswordField(N_("گذرواژه کنونی"), [required()])
    new = PasswordField(N_("گذرواژه تازه"), [required(), good_password])
    again = PasswordField(N_("تکرار گذرواژه تازه"), [required(), same_as("new")])

    def value(self) -> NewPassword:
        """Return the change."""
        return NewPassword(self.new.data, old=self.old.data)


class UseLink(PersianForm):
    """A new password, twice."""

    new = PasswordField(N_("گذرواژه تازه"), [required(), good_password])
    again = PasswordField(N_("تکرار گذرواژه تازه"), [required(), same_as("new")])

    def value(self, token: str) -> NewPassword:
        """Return the password under the link's token."""
        return NewPassword(self.new.data, token=token)


class OrganisationForm(PersianForm):
    """An organisation's facts."""

    name = Line(N_("نام سازمان"), [required(), up_to(200)])
    province = Line(N_("استان"), [required(), up_to(60)])
    code = Identifier(
        N_("کوتاه‌نوشت لاتین"),
        [required(), Regexp(r"^[A-Z]{2,4}$", message=N_("دو تا چهار حرف بزرگ لاتین، مانند QZ."))],
        description=N_("شماره مناقصه‌ها با آن آغاز می‌شود."),
    )
    legal_id = Identifier(N_("شناسه ملی"), [optional(), legal_id])
    registration_no = Identifier(N_("شماره ثبت"), [optional(), REGISTRATION_NO])
    economic_code = Identifier(N_("کد اقتصادی"), [optional(), ECONOMIC_CODE])
    address = Line(N_("نشانی"), [optional(), up_to(400)])
    postal_code = Identifier(N_("کد پستی"), [optional(), postal_code])
    phone = Identifier(N_("تلفن"), [optional(), up_to(20)])

    def value(self, *, is_invented: bool = False) -> OrganisationFacts:
        """Return the facts; whether it is invented is no matter of the form."""
        typed = {f.name: f.data or "" for f in self if f.name != "csrf_token"}
        return OrganisationFacts(**typed, is_invented=is_invented)


class PersonForm(PersianForm):
    """A person and a first password."""

    name = Line(N_("نام و نام خانوادگی"), [required(), up_to(120)])
    username = Identifier(N_("نام کاربری"), [required(), USERNAME], filters=[lowered])
    position = Line(N_("سمت اداری"), [optional(), up_to(120)])
    organisation = SelectField(N_("سازمان"), [given()], coerce=int)
    national_code = Identifier(N_("کد ملی"), [optional(), national_code])
    mobile = Identifier(N_("تلفن همراه"), [optional(), mobile])
    email = Email(N_("رایانامه"), [optional(), up_to(254), EMAIL], description=N_("نامه‌های سامانه به آن می‌رود."))
    password = PasswordField(N_("گذرواژه نخست"), [required(), good_password])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Fill the list of organisations."""
        self.organisation.choices = [
            (0, _("هیچ‌کدام (راهبر یا حسابرس سراسری)")),
            *((o.id, o.name) for o in organisations),
        ]

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
            self.email.data or "",
        )


class EmailForm(PersianForm):
    """An address for letters; empty takes it away."""

    email = Email(
        N_("رایانامه"),
        [was_sent, optional(), up_to(254), EMAIL],
        description=N_("نامه‌های سامانه به آن می‌رود. خالی یعنی بی نامه؛ پیام‌ها در کارتابل می‌ماند."),
    )

    def value(self) -> NewEmail:
        """Return the address."""
        return NewEmail(self.email.data or "")


class GrantedRole(Named):
    """The roles that an administrator gives; seats of a tender are given in the tender."""

    OFFICER = "officer", Role.OFFICER.label
    MANAGER = "manager", Role.MANAGER.label
    AUDITOR = "auditor", Role.AUDITOR.label
    ADMIN = "admin", Role.ADMIN.label


class CapacityForm(PersianForm):
    """A role, where, from when to when, and on what basis."""

    role = Choice(N_("سمت"), GrantedRole)
    organisation = SelectField(
        N_("در"), [given()], coerce=int, description=N_("راهبر برای همه سامانه است؛ حسابرس می‌تواند باشد.")
    )
    starts_at = Day(N_("از روز"), [optional()], description=N_("خالی یعنی از همین اکنون."))
    ends_at = Day(
        N_("تا پایان روز"), [optional()], description=N_("خالی یعنی تا زمانی که پایان یابد. نمونه: ۱۴۰۶/۱۲/۲۸")
    )
    basis = Line(
        N_("مبنا"), [required(N_("شماره حکم یا نامه را بنویسید.")), up_to(200)], description=N_("شماره و تاریخ حکم")
    )

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Fill the list of places."""
        self.organisation.choices = [*((o.id, o.name) for o in organisations), (0, EVERYWHERE)]

    def validate_organisation(self, field: Any) -> None:
        """Ask for an organisation where the role is held in one."""
        if not field.data and self.role.data in {GrantedRole.OFFICER, GrantedRole.MANAGER}:
            raise ValidationError(_("این سمت در یک سازمان است؛ سازمان را برگزینید."))

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

    organisation = SelectField(N_("سازمانی که ثبت‌نام را بررسی می‌کند"), [given()], coerce=int)
    name = Line(N_("نام کامل شرکت"), [required(N_("نام شرکت را چنان‌که در روزنامه رسمی آمده بنویسید.")), up_to(200)])
    legal_id = Identifier(
        N_("شناسه ملی"), [required(N_("شناسه ملی ۱۱ رقمی شرکت را بنویسید.")), legal_id], description=N_("۱۱ رقم")
    )
    registration_no = Identifier(N_("شماره ثبت"), [required(N_("شماره ثبت شرکت را بنویسید.")), REGISTRATION_NO])
    economic_code = Identifier(N_("کد اقتصادی"), [optional(), ECONOMIC_CODE])
    address = Line(N_("نشانی"), [required(N_("نشانی شرکت را بنویسید.")), up_to(400)])
    postal_code = Identifier(N_("کد پستی"), [optional(), postal_code])
    phone = Identifier(N_("تلفن"), [optional(), up_to(20)])
    iban = Identifier(N_("شماره شبا"), [optional(), iban], description=N_("با IR آغاز می‌شود."))
    signer_name = Line(N_("نام و نام خانوادگی"), [required(N_("نام صاحب امضا را بنویسید.")), up_to(120)])
    signer_code = Identifier(
        N_("کد ملی"), [required(N_("کد ملی صاحب امضا را بنویسید.")), national_code], description=N_("۱۰ رقم")
    )
    signer_position = Line(N_("سمت در شرکت"), [required(N_("سمت صاحب امضا را بنویسید.")), up_to(120)])
    second_name = Line(N_("نام و نام خانوادگی"), [optional(), up_to(120)])
    second_code = Identifier(N_("کد ملی"), [optional(), national_code])
    second_position = Line(N_("سمت در شرکت"), [optional(), up_to(120)])
    notice = Line(
        N_("آگهی روزنامه رسمی"),
        [required(N_("شماره و تاریخ آگهی را بنویسید.")), up_to(200)],
        description=N_("شماره و تاریخ آگهی آخرین تغییراتی که امضا را مجاز می‌کند"),
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
                field.errors = [
                    *field.errors,
                    _("صاحب امضای دوم ناتمام است؛ این را هم بنویسید یا هر سه را خالی بگذارید."),
                ]
            if self.second_code.data and self.second_code.data == self.signer_code.data:
                self.second_code.errors = [*self.second_code.errors, _("کد ملی دو صاحب امضا یکی است.")]
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

    person_name = Line(N_("نام شما"), [required(), up_to(120)], description=N_("کسی که با این حساب وارد می‌شود"))
    username = Identifier(N_("نام کاربری دلخواه"), [required(), USERNAME], filters=[lowered])
    email = Email(
        N_("رایانامه شما"), [optional(), up_to(254), EMAIL], description=N_("آگهی‌ها و پاسخ‌ها به آن هم فرستاده می‌شود.")
    )
    password = PasswordField(N_("گذرواژه"), [required(), good_password])
    again = PasswordField(N_("تکرار گذرواژه"), [required(), same_as("password")])

    def value(self) -> Registration:
        """Return the registration with the person."""
        person = NewPerson(
            self.person_name.data, self.username.data, self.password.data, "نماینده شرکت", email=self.email.data or ""
        )
        return self.facts(person)


class ReasonForm(PersianForm):
    """Why."""

    text = Prose(N_("دلیل"), [required(N_("دلیل را بنویسید؛ به طرف دیگر نشان داده می‌شود.")), up_to(400)])

    def value(self) -> Reason:
        """Return the reason."""
        return Reason(self.text.data)


def _midnight(day: dt.date) -> dt.datetime:
    return calendar.instant(day, dt.time())
