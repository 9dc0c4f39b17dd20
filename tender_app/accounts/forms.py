"""The forms of accounts: sign in, passwords, people, organisations, firms."""

from typing import Any

from wtforms.validators import EqualTo, Length, Regexp

from tender_app.accounts.rules import (
    NewCapacity,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    Reason,
    Registration,
    SignatoryFacts,
)
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named, Role, Scope
from tender_app.people.models import Firm, Organisation
from tender_app.people.passwords import SHORTEST
from tender_app.web.fields import (
    Choice,
    Identifier,
    Line,
    Moment,
    PasswordField,
    PersianForm,
    Prose,
    SelectField,
    iban,
    legal_id,
    mobile,
    national_code,
    optional,
    postal_code,
    required,
    up_to,
)

LONG_ENOUGH = Length(min=SHORTEST, max=200, message=persian_digits(f"گذرواژه دست‌کم {SHORTEST} نویسه دارد."))
USERNAME = Regexp(r"^[a-z0-9][a-z0-9._-]{2,59}$", message="نام کاربری با حروف کوچک لاتین و رقم است، دست‌کم سه نویسه.")
REGISTRATION_NO = Regexp(r"^\d{1,8}$", message="شماره ثبت یک تا هشت رقم دارد.")


class SignIn(PersianForm):
    """Name and password."""

    username = Identifier("نام کاربری", [required("نام کاربری را بنویسید.")])
    password = PasswordField("گذرواژه", [required("گذرواژه را بنویسید.")])


class ChangePassword(PersianForm):
    """The old password and a new one, twice."""

    old = PasswordField("گذرواژه کنونی", [required()])
    new = PasswordField("گذرواژه تازه", [required(), LONG_ENOUGH])
    again = PasswordField("تکرار گذرواژه تازه", [required(), EqualTo("new", "دو گذرواژه یکی نیست.")])

    def value(self) -> NewPassword:
        """Return the change."""
        return NewPassword(self.new.data, old=self.old.data)


class UseLink(PersianForm):
    """A new password, twice."""

    new = PasswordField("گذرواژه تازه", [required(), LONG_ENOUGH])
    again = PasswordField("تکرار گذرواژه تازه", [required(), EqualTo("new", "دو گذرواژه یکی نیست.")])

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
    address = Line("نشانی", [optional(), up_to(400)])
    postal_code = Identifier("کد پستی", [optional(), postal_code])
    phone = Identifier("تلفن", [optional(), up_to(20)])

    def value(self) -> OrganisationFacts:
        """Return the facts."""
        return OrganisationFacts(**{f.name: f.data or "" for f in self if f.name != "csrf_token"})


class PersonForm(PersianForm):
    """A person and a first password."""

    name = Line("نام و نام خانوادگی", [required(), up_to(120)])
    username = Identifier("نام کاربری", [required(), USERNAME])
    position = Line("سمت اداری", [optional(), up_to(120)])
    organisation = SelectField("سازمان", coerce=int)
    national_code = Identifier("کد ملی", [optional(), national_code])
    mobile = Identifier("تلفن همراه", [optional(), mobile])
    password = PasswordField("گذرواژه نخست", [required(), LONG_ENOUGH])

    def offer(self, organisations: Any) -> None:
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
    """A role, where, until when and on what basis."""

    role = Choice("سمت", GrantedRole)
    organisation = SelectField("سازمان", coerce=int, description="سمت راهبر برای همه سامانه است.")
    ends_at = Moment("پایان سمت", [optional()], description="خالی یعنی تا اطلاع بعدی. نمونه: ۱۴۰۶/۱۲/۲۹ ۲۳:۵۹")
    basis = Line("مبنا (حکم یا نامه)", [required(), up_to(200)])

    def offer(self, organisations: Any) -> None:
        """Fill the list of organisations."""
        self.organisation.choices = [(o.id, o.name) for o in organisations]

    def value(self) -> NewCapacity:
        """Return the capacity."""
        role = Role(self.role.data.value)
        everywhere = role is Role.ADMIN
        return NewCapacity(
            role,
            Scope.INSTALLATION if everywhere else Scope.ORGANISATION,
            None if everywhere else self.organisation.data,
            self.ends_at.data,
            self.basis.data,
        )


class FirmFacts(PersianForm):
    """A consulting firm and up to three signatories."""

    organisation = SelectField("سازمانی که ثبت‌نام را بررسی می‌کند", coerce=int)
    name = Line("نام کامل شرکت", [required(), up_to(200)])
    legal_id = Identifier("شناسه ملی", [required(), legal_id], description="۱۱ رقم")
    registration_no = Identifier("شماره ثبت", [required(), REGISTRATION_NO])
    address = Line("نشانی", [required(), up_to(400)])
    postal_code = Identifier("کد پستی", [optional(), postal_code])
    phone = Identifier("تلفن", [optional(), up_to(20)])
    iban = Identifier("شماره شبا", [optional(), iban], description="با IR آغاز می‌شود.")
    signer_name = Line("نام صاحب امضای مجاز", [required(), up_to(120)])
    signer_code = Identifier("کد ملی صاحب امضا", [required(), national_code])
    signer_position = Line("سمت صاحب امضا", [required(), up_to(120)])
    signer_notice = Line("آگهی روزنامه رسمی", [required(), up_to(200)], description="شماره و تاریخ آگهی آخرین تغییرات")
    second_name = Line("نام صاحب امضای دوم", [optional(), up_to(120)])
    second_code = Identifier("کد ملی صاحب امضای دوم", [optional(), national_code])
    second_position = Line("سمت صاحب امضای دوم", [optional(), up_to(120)])

    def offer(self, organisations: Any) -> None:
        """Fill the list of organisations."""
        self.organisation.choices = [(o.id, f"{o.name} ({o.province})") for o in organisations]

    def fill(self, firm: Firm) -> None:
        """Show what was registered before."""
        for name in ("name", "legal_id", "registration_no", "address", "postal_code", "phone", "iban"):
            self[name].data = getattr(firm, name)
        self.organisation.data = firm.organisation_id
        for prefix, signatory in zip(("signer", "second"), firm.signatories, strict=False):
            self[f"{prefix}_name"].data = signatory.name
            self[f"{prefix}_code"].data = signatory.national_code
            self[f"{prefix}_position"].data = signatory.position
        if firm.signatories:
            self.signer_notice.data = firm.signatories[0].authorisation

    def facts(self, person: NewPerson | None = None) -> Registration:
        """Return the registration."""
        return Registration(
            organisation_id=self.organisation.data,
            name=self.name.data,
            legal_id=self.legal_id.data,
            registration_no=self.registration_no.data,
            address=self.address.data,
            postal_code=self.postal_code.data or "",
            phone=self.phone.data or "",
            iban=(self.iban.data or "").upper(),
            signatories=tuple(self._signatories()),
            person=person,
        )

    def _signatories(self) -> list[SignatoryFacts]:
        notice = self.signer_notice.data
        people = [SignatoryFacts(self.signer_name.data, self.signer_code.data, self.signer_position.data, notice)]
        if self.second_name.data:
            second = (self.second_name.data, self.second_code.data or "", self.second_position.data or "")
            people.append(SignatoryFacts(*second, notice))
        return people


class Register(FirmFacts):
    """A firm's registration with the account of who registers it."""

    person_name = Line("نام شما", [required(), up_to(120)], description="کسی که با این حساب وارد می‌شود")
    username = Identifier("نام کاربری دلخواه", [required(), USERNAME])
    password = PasswordField("گذرواژه", [required(), LONG_ENOUGH])
    again = PasswordField("تکرار گذرواژه", [required(), EqualTo("password", "دو گذرواژه یکی نیست.")])

    def value(self) -> Registration:
        """Return the registration with the person."""
        return self.facts(NewPerson(self.person_name.data, self.username.data, self.password.data, "نماینده شرکت"))


class ReasonForm(PersianForm):
    """Why."""

    text = Prose("دلیل", [required("دلیل را بنویسید؛ به طرف دیگر نشان داده می‌شود."), up_to(400)])

    def value(self) -> Reason:
        """Return the reason."""
        return Reason(self.text.data)


def organisation_form(organisation: Organisation | None = None) -> OrganisationForm:
    """Return the form of an organisation, filled with what is kept."""
    return OrganisationForm(obj=organisation)
