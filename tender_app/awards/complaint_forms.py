"""The forms of complaints."""

from typing import Any

from wtforms import SelectField

from tender_app.awards.complaint_rules import (
    Answered,
    ComplaintGround,
    Enclosure,
    Lodged,
    Referral,
    Ruled,
    Ruling,
    Settled,
)
from tender_app.kernel.words import N_
from tender_app.web.fields import Choice, Day, Line, PersianForm, Prose, optional, required, up_to

PROMPT = N_("— برگزینید —")


class ComplaintForm(PersianForm):
    """The standard form: what it is about, the article, what happened, what is asked, who signs."""

    ground = Choice(
        N_("موضوع شکایت"), ComplaintGround, prompt=PROMPT, validators=[required(N_("موضوع شکایت را برگزینید."))]
    )
    article = Line(
        N_("ماده‌ای که رعایت نشده"),
        [required(N_("ماده قانون یا بند اسناد را بنویسید؛ هیأت به رعایت نشدن مواد قانون می‌پردازد.")), up_to(200)],
        description=N_("مانند «ماده ۱۸ بند ب»"),
    )
    text = Prose(N_("شرح شکایت"), [required(N_("بنویسید چه رخ داد و کِی.")), up_to(8000)])
    demand = Prose(N_("خواسته"), [required(N_("بنویسید از دستگاه چه می‌خواهید.")), up_to(1000)])
    signer = SelectField(N_("امضاکننده از سوی شرکت"), validators=[required(N_("امضاکننده را برگزینید."))])

    def offer(self, signers: list[str]) -> None:
        """Offer who may sign for the firm."""
        self.signer.choices = signers

    def value(self, firm: Any, tender: Any, enclosed: tuple[Enclosure, ...]) -> Lodged:
        """Return the complaint."""
        return Lodged(
            firm,
            tender,
            self.ground.data,
            self.article.data,
            self.text.data,
            self.demand.data,
            self.signer.data,
            enclosed,
        )


class AnswerForm(PersianForm):
    """The agency's reasoned answer."""

    text = Prose(
        N_("پاسخ با دلیل"),
        [required(N_("پاسخ و دلیل آن را بنویسید؛ در نامه برای شرکت می‌آید.")), up_to(8000)],
        description=N_("در نامه پاسخ همین متن می‌آید."),
    )

    def value(self) -> Answered:
        """Return the answer."""
        return Answered(self.text.data)


class SettlementForm(PersianForm):
    """What was done about an upheld complaint."""

    text = Prose(N_("اقدام دستگاه"), [required(N_("بنویسید چه کردید.")), up_to(2000)])

    def value(self) -> Settled:
        """Return what was done."""
        return Settled(self.text.data)


class ReferralForm(PersianForm):
    """The complaint's number and day at the board."""

    number = Line(N_("شماره ثبت در هیأت"), [required(N_("شماره ثبت دبیرخانه هیأت را بنویسید.")), up_to(60)])
    day = Day(N_("تاریخ ثبت"))

    def value(self) -> Referral:
        """Return the referral."""
        return Referral(self.number.data, self.day.data)


class RulingForm(PersianForm):
    """The board's ruling."""

    ruling = Choice(N_("رأی هیأت"), Ruling, prompt=PROMPT, validators=[required(N_("رأی هیأت را برگزینید."))])
    number = Line(N_("شماره رأی"), [required(N_("شماره رأی را بنویسید.")), up_to(60)])
    day = Day(N_("تاریخ رأی"))
    text = Prose(N_("خلاصه رأی"), [optional(), up_to(2000)])

    def value(self, scan: tuple[Enclosure, ...]) -> Ruled:
        """Return the ruling with its scan."""
        return Ruled(self.ruling.data, self.number.data, self.day.data, self.text.data or "", scan)
