"""Everything the application declines to do, as exceptions fit to show to a person."""

from collections.abc import Mapping

from tender_app.kernel.words import N_


class Refusal(Exception):  # noqa: N818 -- the domain calls it a refusal
    """The application declined; `reason` is a Persian sentence that names the rule and the way out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refusal):
    """The actor holds no capacity in which this may be done (shown as 403, or 404 where existence is hidden)."""


class NotNow(Refusal):
    """The act is lawful, but not in this state, at this hour or on these facts (shown as 409)."""


class Invalid(Refusal):
    """The given values cannot be accepted (shown as 422); `fields` maps a field's name to its message."""

    def __init__(self, reason: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.fields = dict(fields or {})


class Stale(Refusal):
    """Someone else was faster; nothing of what was typed is lost (shown as 409)."""

    def __init__(
        self, reason: str = N_("هم‌زمان کس دیگری این پرونده را تغییر داد. صفحه را تازه کنید و دوباره اقدام کنید.")
    ) -> None:
        super().__init__(reason)


class Missing(Refusal):
    """There is no such thing, or the actor may not know that there is (shown as 404)."""

    def __init__(self, reason: str = N_("چنین چیزی پیدا نشد.")) -> None:
        super().__init__(reason)


class NoRoom(Refusal):
    """The storage is full (shown as 507); nothing was kept."""

    def __init__(
        self,
        reason: str = N_(
            "انبار پرونده‌های سامانه جا ندارد؛ این کار انجام نشد، چیزی نیمه‌کاره نماند و آنچه پیش‌تر ثبت شده سر جای خود است. "
            "راهبر سامانه را آگاه کنید و اندکی دیگر دوباره بفرستید."
        ),
    ) -> None:
        super().__init__(reason)


class OutOfReach(Refusal):
    """The storage cannot be written (shown as 503); nothing was kept."""

    def __init__(
        self,
        reason: str = N_(
            "انبار پرونده‌های سامانه اکنون در دسترس نیست؛ این کار انجام نشد، چیزی نیمه‌کاره نماند و آنچه پیش‌تر ثبت شده سر جای "
            "خود است. راهبر سامانه را آگاه کنید و اندکی دیگر دوباره بفرستید."
        ),
    ) -> None:
        super().__init__(reason)
