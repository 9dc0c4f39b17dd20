"""What opened envelopes state is read strictly: what is not plain is a finding, and nothing is guessed."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.bids.contents import MOST_MEMBERS, Member, offer_in, technical_in, terms_in
from tender_app.bids.rules import UnfitError

STATED = {"kind": "note", "issuer": "شرکت", "number": "۱۲", "amount": 1_000, "expires_on": "2027-03-20"}
MEMBER = {"name": "مریم احمدی", "role": "عامل", "years": "12"}
WRITTEN = {"team": [MEMBER], "approach": "روش\r\nما", "experience": "سابقه", "declares": True}
PHASES = ("مطالعه", "اجرا")
PRICED = {
    "phases": [{"title": "مطالعه", "amount": 40}, {"title": "اجرا", "amount": 60}],
    "total": 100,
    "words": "صد",
    "includes_tax": False,
    "declares": True,
}
READERS: Mapping[str, tuple[Mapping[str, Any], Callable[[Mapping[str, Any]], Any]]] = {
    "a": (STATED, terms_in),
    "b": (WRITTEN, technical_in),
    "c": (PRICED, lambda form: offer_in(form, PHASES)),
}


def test_what_an_envelope_states_is_read_as_it_is_written() -> None:
    assert terms_in(STATED).expires_on == dt.date(2027, 3, 20)
    assert technical_in(WRITTEN).team == (Member("مریم احمدی", "عامل", "12"),)  # an envelope of the first form
    more = {"national_code": "0012345679", "degree": "دکتری", "certificate": "", "share": "80"}
    team = technical_in({**WRITTEN, "team": [{**MEMBER, **more}]}).team
    assert team == (Member("مریم احمدی", "عامل", "12", "0012345679", "دکتری", "", "80"),)
    assert technical_in(WRITTEN).approach == "روش\nما"
    assert offer_in({**PRICED, "words": "صد ریال تمام"}, PHASES).phases == (("مطالعه", 40), ("اجرا", 60))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "gold"},
        {"kind": ["bank"]},
        {"amount": "1000"},
        {"amount": 1_000.0},
        {"amount": -1},
        {"amount": True},
        {"amount": 10**18},
        {"expires_on": "1405/01/01"},
        {"expires_on": "20270320"},
        {"expires_on": "9999-12-31"},
        {"expires_on": 20_270_320},
        {"issuer": "ب" * 121},
        {"issuer": " "},
        {"number": "۱\n۲"},
        {"sepam_no": 7},
    ],
)
def test_a_guarantee_that_is_not_stated_plainly_is_not_guessed(change: dict[str, object]) -> None:
    with pytest.raises(UnfitError, match="مشخصات تضمین"):
        terms_in({**STATED, **change})


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"team": None}, "کامل و خوانا"),
        ({"team": "مریم"}, "کامل و خوانا"),
        ({"team": ["مریم"]}, "کامل و خوانا"),
        ({"team": [{**MEMBER, "name": ""}]}, "کامل و خوانا"),
        ({"team": [{**MEMBER, "years": 12}]}, "کامل و خوانا"),
        ({"team": [{**MEMBER, "share": 80}]}, "کامل و خوانا"),
        ({"team": [{**MEMBER, "degree": "د" * 121}]}, "کامل و خوانا"),
        ({"team": [MEMBER] * (MOST_MEMBERS + 1)}, "کامل و خوانا"),
        ({"approach": 5}, "کامل و خوانا"),
        ({"approach": "ر" * 20_001}, "کامل و خوانا"),
        ({"experience": None}, "کامل و خوانا"),
        ({"declares": "y"}, "اعلام شرکت"),
        ({"declares": False}, "اعلام شرکت"),
    ],
)
def test_a_technical_part_that_cannot_be_shown_is_rejected_with_its_cause(change: dict[str, Any], cause: str) -> None:
    with pytest.raises(UnfitError, match=cause):
        technical_in({**WRITTEN, **change})


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"total": 101}, "یکی نیست"),
        ({"total": 0}, "صفر"),
        ({"total": "100"}, "خوانا"),
        ({"total": True}, "خوانا"),
        ({"total": 10**18}, "خوانا"),
        ({"phases": None}, "خوانا"),
        ({"phases": [{"title": "اجرا"}]}, "خوانا"),
        ({"phases": [{"title": "مطالعه", "amount": 140}, {"title": "اجرا", "amount": -40}]}, "خوانا"),
        ({"phases": [{"title": "مطالعه", "amount": 40}, {"title": "تخفیف", "amount": 60}]}, "همان مرحله‌های اسناد"),
        ({"phases": [{"title": "مطالعه", "amount": 100}]}, "همان مرحله‌های اسناد"),
        ({"words": "نود"}, "به حروف"),
        ({"words": None}, "خوانا"),
        ({"includes_tax": 0}, "خوانا"),
        ({"declares": None}, "بی‌قیدوشرط"),
    ],
)
def test_r22_a_price_that_is_not_stated_plainly_is_rejected_with_its_cause(
    change: dict[str, object], cause: str
) -> None:
    with pytest.raises(UnfitError, match=cause):
        offer_in({**PRICED, **change}, PHASES)


@pytest.mark.parametrize(
    "change", [{"words": "صد و یک"}, {"total": 0}, {"total": -100}, {"total": 100.0}, {"includes_tax": "no"}]
)
def test_r27_figures_words_and_the_tax_mark_of_a_price_must_agree_in_whole_rial(change: dict[str, object]) -> None:
    assert offer_in(PRICED, PHASES).total == 100
    with pytest.raises(UnfitError):
        offer_in({**PRICED, **change}, PHASES)


@pytest.mark.parametrize("kind", READERS)
def test_an_empty_form_states_nothing(kind: str) -> None:
    with pytest.raises(UnfitError):
        READERS[kind][1]({})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(kind=st.sampled_from(sorted(READERS)), data=st.data())
def test_whatever_stands_in_a_field_is_read_or_refused_and_what_is_read_can_be_kept(
    kind: str, data: st.DataObject
) -> None:
    good, reader = READERS[kind]
    names = st.sampled_from(sorted(good)) | st.text(max_size=8)
    form = {**good, **data.draw(st.dictionaries(names, VALUES, max_size=3))}
    for name in data.draw(st.sets(st.sampled_from(sorted(good)), max_size=2)):
        form.pop(name)
    found = None
    with contextlib.suppress(UnfitError):
        found = reader(form)
    assert found is None or plain(dataclasses.asdict(found))


def plain(value: object) -> bool:
    """Tell whether a value is made of texts, days, whole numbers from zero, yes and no alone."""
    if isinstance(value, dict):
        return all(map(plain, value.values()))
    if isinstance(value, tuple):
        return all(map(plain, value))
    return isinstance(value, str | bool | dt.date) or (type(value) is int and value >= 0)


@given(kind=st.sampled_from(sorted(READERS)), form=st.dictionaries(st.text(max_size=10), VALUES, max_size=5))
def test_a_form_of_anything_states_nothing(kind: str, form: dict[str, Any]) -> None:
    with pytest.raises(UnfitError):
        READERS[kind][1](form)
