"""The forger test: every forgery of a case file is named, at its place, by both verifiers; the untouched file passes."""

import pytest

from tests.verifier import forger
from tests.verifier.conftest import Made, Places, Verifier
from tests.verifier.forger import FORGERIES

FORGERS = ("careless", "careful", "insider")


def forged(made: Made, name: str, who: str) -> bytes:
    """Return a case file with a forgery in it: `who` says what the forger does to the list of files afterwards."""
    files = forger.unpacked(made.path)
    before = dict(files)
    FORGERIES[name][0](files)
    assert files != before
    if who != "careless":
        forger.repaired(files)
    if who == "insider":
        forger.signed_by(files, made.key)
    return forger.packed(files)


def is_named(found: Places, name: str, who: str) -> bool:
    """Tell whether the forgery's place is named, and beside it the list that the careful forger could not sign."""
    at_place = any(place.startswith(FORGERIES[name][1]) for place, _ in found)
    return at_place and (("case.json", "signature") in found) == (who == "careful")


def test_the_untouched_file_is_whole_and_so_is_each_of_its_receipts(made: Made, by_script: Verifier) -> None:
    files = forger.unpacked(made.path)
    assert by_script(made.path.read_bytes()) == set()
    assert by_script(made.path.read_bytes(), key=bytes(made.key.verify_key).hex()) == set()
    for name in files:
        if name.startswith("receipts/"):
            assert by_script(files[name]) == set()
            assert by_script(made.path.read_bytes(), earlier=files[name]) == set()


def test_there_are_forgeries_enough() -> None:
    assert len(FORGERIES) >= 60


@pytest.mark.parametrize("who", FORGERS)
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named_at_its_place(made: Made, by_script: Verifier, name: str, who: str) -> None:
    found = by_script(forged(made, name, who))
    assert is_named(found, name, who), found


@pytest.mark.browser
@pytest.mark.parametrize("who", FORGERS)
def test_the_page_finds_the_very_same(made: Made, by_script: Verifier, by_page: Verifier, who: str) -> None:
    assert by_page(made.path.read_bytes()) == set()
    differing = {}
    for name in FORGERIES:
        data = forged(made, name, who)
        one, other = by_script(data), by_page(data)
        if one != other:
            differing[name] = (sorted(one - other), sorted(other - one))
    assert differing == {}
