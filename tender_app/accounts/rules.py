"""The acts of organisations, persons and firms."""

from tender_app.kernel.vocabulary import Named


class OrganisationAct(Named):
    """What is done with an organisation."""

    ADD_ORGANISATION = "add_organisation", "افزودن سازمان"
    EDIT_ORGANISATION = "edit_organisation", "ویرایش سازمان"


class PersonAct(Named):
    """What is done with a person's account."""

    ADD_PERSON = "add_person", "افزودن کاربر"
    GRANT = "grant", "دادن سمت"
    END_CAPACITY = "end_capacity", "پایان دادن به سمت"
    HAND_OVER_LINK = "hand_over_link", "ساختن پیوند گذرواژه"
    SUSPEND = "suspend", "غیرفعال کردن"
    RESTORE = "restore", "فعال کردن دوباره"
    CHANGE_PASSWORD = "change_password", "تغییر گذرواژه"  # noqa: S105 -- the name of an act
    USE_LINK = "use_link", "گذاشتن گذرواژه تازه با پیوند"


class FirmAct(Named):
    """What is done with a firm's registration."""

    REGISTER = "register", "ثبت‌نام شرکت"
    APPROVE = "approve", "تأیید شرکت"
    REFUSE = "refuse", "رد ثبت‌نام شرکت"
    RESUBMIT = "resubmit", "اصلاح و فرستادن دوباره"
