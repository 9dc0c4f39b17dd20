"""The article that each act of a tender carries out, by legal basis; an act of plain housekeeping has none."""

from collections.abc import Mapping

from tender_app.kernel.words import N_
from tender_app.tenders.rules import TenderAct as Act

TENDER_ACT: Mapping[Act, str] = {
    Act.PREPARE: N_("ماده ۹"),
    Act.SEAT: N_("ماده ۵"),
    Act.JUSTIFY: N_("مواد ۴ و ۲۷ تا ۲۹"),
    Act.INVITE_FIRM: N_("مواد ۴ و ۱۳"),
    Act.RECORD_INSERTION: N_("ماده ۱۳"),
    Act.SEND_FOR_APPROVAL: N_("مواد ۹ و ۱۰"),
    Act.PUBLISH: N_("مواد ۱۳ تا ۱۵"),
    Act.EXTEND: N_("ماده ۱۷"),
    Act.RECEIVE_ORIGINAL: N_("ماده ۱۶"),
    Act.INVITE: N_("مواد ۵ و ۶"),
    Act.RECORD_REPRESENTATION: N_("ماده ۵"),
    Act.RECORD_COMMITTEE: N_("مواد ۲ و ۱۹"),
    Act.POSTPONE_PRICES: N_("ماده ۱۸ بند د"),
    Act.ASK_PRICE_OPINION: N_("ماده ۲۰ بند ب"),
    Act.RECORD_PRICE_OPINION: N_("ماده ۲۰ بند ب"),
    Act.REGISTER_ATTENDANCE: N_("ماده ۱۸ بند الف"),
    Act.OPEN_A: N_("ماده ۱۸ بند ب"),
    Act.OPEN_B: N_("ماده ۱۸ بند ج"),
    Act.ISSUE_OPENING_MINUTES: N_("ماده ۱۸"),
    Act.LOCK_SCORES: N_("ماده ۱۹"),
    Act.OPEN_PRICES: N_("مواد ۱۸ و ۱۹"),
    Act.NEGOTIATE: N_("ماده ۲۸"),
    Act.VOTE: N_("ماده ۵"),
    Act.NAME_WINNERS: N_("ماده ۲۰"),
    Act.ISSUE_PRICE_MINUTES: N_("مواد ۱۸ و ۲۰"),
    Act.CONFIRM_AWARD: N_("مواد ۲۰ و ۲۳"),
    Act.RECORD_CONTRACT: N_("ماده ۲۱"),
    Act.EXTEND_VALIDITY: N_("ماده ۱۴"),
    Act.RECORD_REFUSAL: N_("ماده ۲۱"),
    Act.CONFIRM_REFUSAL: N_("ماده ۲۱"),
    Act.DISMISS_REFUSAL: N_("ماده ۲۱"),
    Act.RENEW_BY_RULING: N_("ماده ۷"),
    Act.CANCEL_BY_RULING: N_("ماده ۷"),
    Act.RENEW: N_("ماده ۲۴ بند الف"),
    Act.CANCEL: N_("ماده ۲۴ بند ب"),
}
CONSULTING_BYLAW: Mapping[Act, str] = {
    **dict.fromkeys(Act, ""),
    Act.JUSTIFY: N_("ماده ۱۶"),
    Act.INVITE_FIRM: N_("ماده ۱۴"),
    Act.PUBLISH: N_("ماده ۱۴"),
    Act.OPEN_B: N_("ماده ۱۹"),
    Act.LOCK_SCORES: N_("مواد ۱۲ و ۱۴"),
    Act.OPEN_PRICES: N_("مواد ۱۹ و ۲۳"),
    Act.NEGOTIATE: N_("ماده ۱۶"),
    Act.NAME_WINNERS: N_("ماده ۱۶"),
    Act.ISSUE_PRICE_MINUTES: N_("ماده ۲۳"),
    Act.CONFIRM_AWARD: N_("ماده ۲۳"),
}
