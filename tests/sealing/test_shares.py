"""Shares, passphrases and paper words: what gives a key back, and what gives none."""

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from tender_app.sealing import passphrase, shares
from tender_app.sealing.identity import identity_of, secret_of
from tender_app.sealing.passphrase import BadWords, WrongPassphrase
from tender_app.sealing.shares import BadShares

CHEAP = {"operations": 1, "memory": 8 * 1024}
SAID = "زیتون سبز کنار رودخانه"


def member_keys(count: int) -> list[x25519.Identity]:
    return [x25519.Identity.generate() for _ in range(count)]


def split_among(key: x25519.Identity, members: list[x25519.Identity], needed: int) -> list[bytes]:
    sealed = shares.split(key, [str(m.to_public()) for m in members], needed)
    return [shares.unseal(share, member) for share, member in zip(sealed, members, strict=True)]


def test_the_secret_bytes_of_a_key_are_the_key() -> None:
    key = x25519.Identity.generate()
    assert str(identity_of(secret_of(key))) == str(key)
    assert len(secret_of(key)) == 32
    with pytest.raises(ValueError, match="32"):
        identity_of(b"short")


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.data())
def test_any_quorum_gives_the_key_back_and_one_fewer_does_not(needed: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(needed, 6))
    key, members = x25519.Identity.generate(), member_keys(count)
    opened = split_among(key, members, needed)
    some = data.draw(st.permutations(opened))[:needed]
    recipient = str(key.to_public())
    assert str(shares.combine(some, recipient)) == str(key)
    with pytest.raises(BadShares, match="کافی نیست"):
        shares.combine(some[:-1], recipient)


def test_shares_of_another_key_a_changed_share_and_none_are_refused() -> None:
    key, other, members = x25519.Identity.generate(), x25519.Identity.generate(), member_keys(3)
    mine, theirs = split_among(key, members, 2), split_among(other, members, 2)
    recipient = str(key.to_public())
    with pytest.raises(BadShares, match="مناقصه دیگری"):
        shares.combine(theirs[:2], recipient)
    for bad in ([mine[0], theirs[1]], [mine[0], mine[0]], [mine[0], mine[1][:-4] + b"acid"], []):
        with pytest.raises(BadShares):
            shares.combine(bad, recipient)


def test_a_share_opens_with_its_members_key_alone() -> None:
    members = member_keys(2)
    sealed = shares.split(x25519.Identity.generate(), [str(m.to_public()) for m in members], 2)
    with pytest.raises(BadShares, match="این عضو"):
        shares.unseal(sealed[0], members[1])


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (0, 3), (4, 3)])
def test_one_share_is_never_the_whole_secret(needed: int, count: int) -> None:
    with pytest.raises(ValueError, match=str(needed)):
        split_among(x25519.Identity.generate(), member_keys(count), needed)


def test_a_key_opens_with_its_passphrase_as_any_keyboard_writes_it_and_with_no_other() -> None:
    key = passphrase.new_key()
    locked = passphrase.lock(key, SAID, **CHEAP)
    assert str(passphrase.unlock(locked, SAID)) == str(key)
    assert str(passphrase.unlock(locked, " زيتون  سبز كنار رودخانه ")) == str(key)
    for wrong in ("زیتون سبز کنار رودخان", "", SAID[::-1]):
        with pytest.raises(WrongPassphrase):
            passphrase.unlock(locked, wrong)
    assert secret_of(key) not in locked.box
    assert locked.recipient == str(key.to_public())


def test_the_same_passphrase_locks_differently_each_time() -> None:
    key = passphrase.new_key()
    first, second = (passphrase.lock(key, SAID, **CHEAP) for _ in range(2))
    assert (first.salt, first.box) != (second.salt, second.box)


def test_words_on_paper_give_the_key_back_and_a_wrong_word_is_noticed() -> None:
    key = passphrase.new_key()
    words = passphrase.words_of(key)
    assert len(words) == 33
    assert str(passphrase.key_of_words("  \n".join(words).upper())) == str(key)
    swapped = [words[1], words[0], *words[2:]]
    for bad in (words[:-1], [*words[:-1], "acid" if words[-1] != "acid" else "acne"], swapped, ["زیتون"], []):
        with pytest.raises(BadWords):
            passphrase.key_of_words(" ".join(bad))


@pytest.mark.parametrize(
    ("said", "fault"),
    [("کوتاه", "۱۲ نویسه"), ("ااااااااااااااااا", "تکرار"), (SAID, None), ("x" * 5 + " " * 9, "۱۲ نویسه")],
)
def test_a_passphrase_that_is_easily_guessed_is_not_taken(said: str, fault: str | None) -> None:
    found = passphrase.fault_of(said)
    assert (found is None) if fault is None else (found is not None and fault in found)


def test_what_is_sealed_to_a_passing_key_opens_with_it() -> None:
    passing = x25519.Identity.generate()
    assert pyrage.decrypt(shares.seal_to(str(passing.to_public()), b"share"), [passing]) == b"share"
