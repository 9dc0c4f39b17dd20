"""The words of an evaluator's score sheet."""

from tender_app.kernel.vocabulary import Named


class SheetState(Named):
    """Where an evaluator's sheet stands."""

    INVITED = "invited", "در انتظار اعلام نبود تعارض منافع"
    SCORING = "scoring", "در حال امتیازدهی"
    CONFIRMED = "confirmed", "تأییدشده"
    RECUSED = "recused", "کناره‌گیری برای تعارض منافع"


class SheetAct(Named):
    """What is done with a sheet."""

    INVITE_EVALUATOR = "invite_evaluator", "سپردن برگه امتیاز به ارزیاب"
    DECLARE_NO_CONFLICT = "declare_no_conflict", "اعلام نبود تعارض منافع"
    RECUSE = "recuse", "اعلام تعارض و کناره‌گیری"
    SCORE = "score", "ثبت امتیاز"
    CONFIRM = "confirm", "تأیید برگه امتیاز"
