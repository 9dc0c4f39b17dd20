"""The words and values of a contract's life."""

from tender_app.kernel.vocabulary import Named


class ContractState(Named):
    """Where a contract stands; in which year it runs is derived from its dates."""

    DRAFT = "draft", "پیش‌نویس"
    SIGNED_BY_AGENT = "signed_by_agent", "امضای عامل"
    ISSUED = "issued", "صادرشده"
    COMPLETED = "completed", "پایان‌یافته"


class ContractAct(Named):
    """What is done with a contract."""

    DRAFT = "draft", "تهیه پیش‌نویس قرارداد"
    EDIT = "edit", "ویرایش پیش‌نویس"
    SIGN_AS_AGENT = "sign_as_agent", "امضای عامل"
    ISSUE = "issue", "امضا و صدور قرارداد"
    COMPLETE = "complete", "پایان قرارداد"
