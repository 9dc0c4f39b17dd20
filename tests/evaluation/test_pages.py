"""The pages on which a score stands: written as people do, kept as (file, page), and read again as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.evaluation import pages

FILES = (41, 7, 93)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("۱۲", ((41, 12),)),
        ("ص ۱۲، پیوست ۲؛ ص ۳", ((7, 12), (41, 3))),
        ("پیوست ۳ صفحه 4 و ۵", ((93, 4), (93, 5))),
        ("صفحه‌های ٧، ۸؛ ص۷", ((41, 7), (41, 8))),
    ],
)
def test_pages_are_read_as_they_are_written(text: str, found: tuple[tuple[int, int], ...]) -> None:
    assert pages.read(text, FILES) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("پیوست ۲", "چنین بنویسید"),
        ("فصل دوم", "چنین بنویسید"),
        ("ص ۱، پیوست ۱، پیوست ۲", "چنین بنویسید"),
        ("ص ۱، پیوست ۴", "این پیشنهاد پیوست ۴ ندارد"),
        ("ص ۰", "شماره صفحه"),
        ("ص ۱۰۰۰۰", "شماره صفحه"),
        ("؛".join(map(str, range(1, 14))), "بیش از ۱۲"),
    ],
)
def test_what_names_no_page_is_told_so(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pages.read(text, FILES)


@given(
    st.integers(1, 5).flatmap(
        lambda most: st.tuples(
            st.just(tuple(range(50, 50 + most))),
            st.lists(
                st.tuples(st.integers(50, 49 + most), st.integers(1, pages.LAST)), max_size=pages.MOST, unique=True
            ),
        )
    )
)
def test_what_is_told_is_read_again(case: tuple[tuple[int, ...], list[tuple[int, int]]]) -> None:
    files, kept = case
    assert pages.read(pages.told(tuple(kept), files), files) == tuple(kept)
