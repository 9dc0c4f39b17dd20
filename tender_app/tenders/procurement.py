"""How a service is bought: the legal basis, the form of the call, the size class, and what one firm alone is asked for (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tender_app.kernel.money import grouped
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter


class LegalBasis(Named):
    """The law under which a tender runs: chosen when it begins, it is the key of its procedure."""

    TENDER_ACT = "tender_act", "قانون برگزاری مناقصات (۱۳۸۳)"
    CONSULTING_BYLAW = "consulting_bylaw", "آیین‌نامه خرید خدمات مشاوره (۱۳۸۸)"


class ProcurementMethod(Named):
    """Who is called (in the words of OCDS)."""

    OPEN = "open", "عمومی، با آگهی"
    SELECTIVE = "selective", "محدود، با دعوت‌نامه"
    DIRECT = "direct", "تک‌گزینه‌ای، با یک شرکت"


class SizeClass(Named):
    """The class of a transaction (Tender Act, Art. 3)."""

    SMALL = "small", "کوچک"
    MEDIUM = "medium", "متوسط"
    LARGE = "large", "بزرگ"


class DirectGround(Named):
    """The closed list of grounds on which one firm alone is asked."""

    MONOPOLY = "monopoly", "انحصار خدمت به گواهی بالاترین مقام (ماده ۲۹ قانون)"
    WAIVER = "waiver", "ترک تشریفات به تصمیم هیأت سه‌نفره (ماده ۲۸ قانون)"
    RIGHTS_HOLDER = "rights_holder", "دارنده حق تألیف یا اختراع (ماده ۱۶ بند ث مورد ۸)"
    OTHER_CASE = "other_case", "مورد دیگری از ماده ۱۶ بند ث، با شماره آن"
    BELOW_LARGE = "below_large", "معامله کمتر از نصاب بزرگ، با سابقه و صرفه و صلاح (ماده ۲۴)"


GROUNDS: Mapping[LegalBasis, tuple[DirectGround, ...]] = {
    LegalBasis.TENDER_ACT: (DirectGround.MONOPOLY, DirectGround.WAIVER),
    LegalBasis.CONSULTING_BYLAW: (DirectGround.RIGHTS_HOLDER, DirectGround.OTHER_CASE, DirectGround.BELOW_LARGE),
}
NUMBERED = {DirectGround.WAIVER, DirectGround.OTHER_CASE}  # a ground whose report or case has a number


Law = Mapping[Parameter, Any]  # the values in force on the day that decides


@dataclass(frozen=True, slots=True)
class Justification:
    """Why the call is limited or one firm alone is asked, as the highest official certifies it."""

    reason: str
    ground: DirectGround | None = None
    report: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the ground, its number and the reason."""
        return {"reason": self.reason, "ground": self.ground.value if self.ground else "", "report": self.report}


@dataclass(frozen=True, slots=True)
class Invited:
    """A firm to invite, or not to invite any more."""

    firm_id: int


def size_of(estimate: int, law: Law) -> SizeClass:
    """Return the class of a transaction by its estimate; an amount equal to a ceiling is under it (R03)."""
    if estimate <= law[Parameter.SMALL_CEILING]:
        return SizeClass.SMALL
    return SizeClass.MEDIUM if estimate <= law[Parameter.MEDIUM_CEILING] else SizeClass.LARGE


def told_size(estimate: int, law: Law) -> str:
    """Return the class with the ceiling that makes it, in a sentence."""
    size = size_of(estimate, law)
    ceiling = law[Parameter.SMALL_CEILING if size is SizeClass.SMALL else Parameter.MEDIUM_CEILING]
    bound = _("بیش از") if size is SizeClass.LARGE else _("تا")
    return _("با این برآورد، معامله «{size}» است ({bound} {ceiling} ریال).").format(
        size=size.label, bound=bound, ceiling=grouped(ceiling)
    )


def form_faults(
    form: ProcurementMethod,
    invited: int,
    law: Law,
    *,
    reason: str,
    estimate: int | None,
    ground: DirectGround | None = None,
) -> list[str]:
    """Return what the form of the call lacks before it may be published (R04, R05)."""
    if form is ProcurementMethod.OPEN:
        return []
    found = []
    if not reason:
        found.append(_("مدیرعامل باید دلیل فراخوان محدود یا تک‌گزینه‌ای را گواهی و ثبت کند (ماده ۴)."))
    if form is ProcurementMethod.SELECTIVE and invited < law[Parameter.INVITED]:
        found.append(
            persian_digits(
                _("در فراخوان محدود دست‌کم {least} شرکت دعوت می‌شود و اکنون {invited} شرکت در فهرست است.").format(
                    least=law[Parameter.INVITED], invited=invited
                )
            )
        )
    if form is ProcurementMethod.DIRECT:
        if invited != 1:
            found.append(_("در فراخوان تک‌گزینه‌ای یک شرکت، و فقط یکی، دعوت می‌شود."))
        found += _ground_faults(estimate, ground, law)
    return found


def _ground_faults(estimate: int | None, ground: DirectGround | None, law: Law) -> list[str]:
    if estimate is None or ground is None:
        return []
    size = size_of(estimate, law)
    if ground is DirectGround.BELOW_LARGE and size is SizeClass.LARGE:
        text = _("برآورد در نصاب معامله‌های بزرگ است؛ ماده ۲۴ آن را دربر نمی‌گیرد. دلیل دیگری از فهرست ثبت کنید.")
        return [text]
    return []
