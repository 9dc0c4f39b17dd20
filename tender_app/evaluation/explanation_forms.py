"""The forms of a price's explanation: the question, the answer, a member's vote, the decision."""

from typing import Any

from wtforms import RadioField

from tender_app.evaluation.explanation_rules import Answered, Asked, Enclosed, Finding, Opinion
from tender_app.kernel.words import N_
from tender_app.web.fields import Day, PersianForm, Prose, required, up_to


class AskForm(PersianForm):
    """What is to be explained, and until which day."""

    question = Prose(
        N_("چه چیز توضیح داده شود"),
        [required(N_("بنویسید چه چیز قیمت باید توضیح داده شود.")), up_to(2000)],
        description=N_("برای نمونه: شمار نفر‌ماه، دستمزد، سفر، هزینه دفتر. نام و قیمت دیگران را ننویسید."),
    )
    until_on = Day(N_("آخرین روز پاسخ"), description=N_("تا ساعت ۱۴ آن روز."))

    def value(self, tender: Any, bid: Any) -> Asked:
        """Return what is asked."""
        return Asked(tender, bid, self.question.data, self.until_on.data)


class AnswerForm(PersianForm):
    """What the firm explains; its files are read by the view."""

    text = Prose(N_("توضیح شما"), [required(N_("توضیح را بنویسید.")), up_to(8000)])

    def value(self, files: tuple[Enclosed, ...]) -> Answered:
        """Return the answer."""
        return Answered(self.text.data, files)


class Options(RadioField):
    """One of a few, shown as a group with its legend."""

    is_choice_group = True


class OpinionForm(PersianForm):
    """A member's vote on the price; both kinds have their reason."""

    opinion = Options(
        N_("رأی من"),
        choices={"0": N_("قیمت پذیرفتنی است"), "1": N_("قیمت نامتعارف پایین است و رد شود")},
        validators=[required(N_("رأی خود را برگزینید؛ ممتنع نیست."))],
    )
    reason = Prose(N_("دلیل"), [required(N_("دلیل رأی را بنویسید؛ در صورتجلسه می‌آید.")), up_to(1000)])

    def value(self) -> Opinion:
        """Return the vote."""
        return Opinion(self.opinion.data == "1", self.reason.data)


class FindingForm(PersianForm):
    """The commission's reasons."""

    reason = Prose(
        N_("دلیل تصمیم"),
        [required(N_("دلیل تصمیم را بنویسید.")), up_to(1900)],
        description=N_("شرکت آن را می‌خواند و در صورتجلسه می‌آید."),
    )

    def value(self) -> Finding:
        """Return the reasons."""
        return Finding(self.reason.data)
