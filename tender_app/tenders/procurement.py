"""How a service is bought: the legal basis, the form of the call, the size class, and what one firm alone is asked for (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tender_app.kernel.money import grouped
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _


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


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The ceilings (rial) of small and of medium transactions; what is above the second is large."""

    small: int
    medium: int


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


def size_of(estimate: int, ceilings: Thresholds) -> SizeClass:
    """Return the class of a transaction by its estimate; an amount equal to a ceiling is under it (R03)."""
    if estimate <= ceilings.small:
        return SizeClass.SMALL
    return SizeClass.MEDIUM if estimate <= ceilings.medium else SizeClass.LARGE


def told_size(estimate: int, ceilings: Thresholds) -> str:
    """Return the class with the ceiling that makes it, in a sentence."""
    size = size_of(estimate, ceilings)
    ceiling = ceilings.small if size is SizeClass.SMALL else ceilings.medium
    bound = _("بیش از") if size is SizeClass.LARGE else _("تا")
    return _("با این برآورد، معامله «{size}» است ({bound} {ceiling} ریال).").format(
        size=size.label, bound=bound, ceiling=grouped(ceiling)
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands: its form, the firms on its list, the certified reason and its ground, and the estimate."""

    form: ProcurementMethod
    invited: int
    reason: str
    ground: DirectGround | None = None
    estimate: int | None = None


def call_faults(call: Call, least: int, ceilings: Thresholds) -> list[str]:
    """Return what the form of the call lacks before it may be published (R04, R05)."""
    if call.form is ProcurementMethod.OPEN:
        return []
    found = []
    if not call.reason:
        found.append(_("مدیرعامل باید دلیل فراخوان محدود یا تک‌گزینه‌ای را گواهی و ثبت کند (ماده ۴)."))
    if call.form is ProcurementMethod.SELECTIVE and call.invited < least:
        found.append(
            persian_digits(
                _("در فراخوان محدود دست‌کم {least} شرکت دعوت می‌شود و اکنون {invited} شرکت در فهرست است.").format(
                    least=least, invited=call.invited
                )
            )
        )
    if call.form is ProcurementMethod.DIRECT:
        if call.invited != 1:
            found.append(_("در فراخوان تک‌گزینه‌ای یک شرکت، و فقط یکی، دعوت می‌شود."))
        is_large = call.estimate is not None and size_of(call.estimate, ceilings) is SizeClass.LARGE
        if call.ground is DirectGround.BELOW_LARGE and is_large:
            text = _("برآورد در نصاب معامله‌های بزرگ است؛ ماده ۲۴ آن را دربر نمی‌گیرد. دلیل دیگری از فهرست ثبت کنید.")
            found.append(text)
    return found
