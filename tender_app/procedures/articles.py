"""The article that each act of a tender carries out, by legal basis; an act of plain housekeeping has none."""

from collections.abc import Mapping

from tender_app.tenders.rules import TenderAct as Act

TENDER_ACT: Mapping[Act, str] = {
    Act.PREPARE: "ماده ۹",
    Act.SEAT: "ماده ۵",
    Act.JUSTIFY: "مواد ۴ و ۲۷ تا ۲۹",
    Act.INVITE_FIRM: "مواد ۴ و ۱۳",
    Act.RECORD_INSERTION: "ماده ۱۳",
    Act.RECORD_BASIS: "مواد ۵، ۱۰ و ۱۳",
    Act.SEND_FOR_APPROVAL: "مواد ۹ و ۱۰",
    Act.PUBLISH: "مواد ۱۳ تا ۱۵",
    Act.EXTEND: "ماده ۱۷",
    Act.RECEIVE_ORIGINAL: "ماده ۱۶",
    Act.INVITE: "مواد ۵ و ۶",
    Act.RECORD_REPRESENTATION: "ماده ۵",
    Act.RECORD_COMMITTEE: "مواد ۲ و ۱۹",
    Act.POSTPONE_PRICES: "ماده ۱۸ بند د",
    Act.ASK_PRICE_OPINION: "ماده ۲۰ بند ب",
    Act.RECORD_PRICE_OPINION: "ماده ۲۰ بند ب",
    Act.REGISTER_ATTENDANCE: "ماده ۱۸ بند الف",
    Act.OPEN_A: "ماده ۱۸ بند ب",
    Act.OPEN_B: "ماده ۱۸ بند ج",
    Act.ISSUE_OPENING_MINUTES: "ماده ۱۸",
    Act.LOCK_SCORES: "ماده ۱۹",
    Act.OPEN_PRICES: "مواد ۱۸ و ۱۹",
    Act.NEGOTIATE: "ماده ۲۸",
    Act.VOTE: "ماده ۵",
    Act.NAME_WINNERS: "ماده ۲۰",
    Act.ISSUE_PRICE_MINUTES: "مواد ۱۸ و ۲۰",
    Act.CONFIRM_AWARD: "مواد ۲۰ و ۲۳",
    Act.RECORD_CONTRACT: "ماده ۲۱",
    Act.RENEW: "ماده ۲۴ بند الف",
    Act.CANCEL: "ماده ۲۴ بند ب",
}
CONSULTING_BYLAW: Mapping[Act, str] = {
    **dict.fromkeys(Act, ""),
    Act.JUSTIFY: "ماده ۱۶",
    Act.INVITE_FIRM: "ماده ۱۴",
    Act.PUBLISH: "ماده ۱۴",
    Act.OPEN_B: "ماده ۱۹",
    Act.LOCK_SCORES: "مواد ۱۲ و ۱۴",
    Act.OPEN_PRICES: "مواد ۱۹ و ۲۳",
    Act.NEGOTIATE: "ماده ۱۶",
    Act.NAME_WINNERS: "ماده ۱۶",
    Act.ISSUE_PRICE_MINUTES: "ماده ۲۳",
    Act.CONFIRM_AWARD: "ماده ۲۳",
}
