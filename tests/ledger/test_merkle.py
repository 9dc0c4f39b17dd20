"""The tree of RFC 9162 against its definition: every proof of every size below seventy, and none that was changed."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.ledger import merkle

LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(70)]


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """The tree's hash as §2.1.1 writes it, recursively over all leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:cut]) + by_definition(leaves[cut:])).digest()


class Tree:
    """A tree that keeps its complete subtrees, as the log's table does."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        for size, leaf in enumerate(leaves):
            for level, place, found in merkle.appended(self.node, size, leaf):
                self.kept[level, place] = found

    def node(self, level: int, place: int) -> bytes:
        return self.kept[level, place]


TREE = Tree(LEAVES)
SIZES = range(1, len(LEAVES))


def test_leaves_and_inner_nodes_are_told_apart() -> None:
    assert merkle.leaf_hash(b"a" * 64) == hashlib.sha256(b"\x00" + b"a" * 64).digest()
    assert merkle.leaf_hash(b"a" * 64) != merkle.pair_hash(b"a" * 32, b"a" * 32)


def test_every_root_is_the_definitions() -> None:
    assert [merkle.root(TREE.node, n) for n in range(70)] == [by_definition(LEAVES[:n]) for n in range(70)]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_in_every_tree_and_no_other_leaf_is(size: int) -> None:
    root = by_definition(LEAVES[:size])
    for index in range(size):
        path = merkle.inclusion(TREE.node, index, size)
        assert merkle.includes(index, size, LEAVES[index], path, root)
        assert not merkle.includes(index, size, LEAVES[index + 1], path, root)
        assert not merkle.includes(index, size, LEAVES[index], [*path, root], root)
        assert not merkle.includes(size, size, LEAVES[index], path, root)


@pytest.mark.parametrize("new", SIZES)
def test_every_older_tree_is_proved_to_be_the_beginning_and_no_other_is(new: int) -> None:
    new_root, foreign = by_definition(LEAVES[:new]), merkle.leaf_hash(b"another")
    for old in range(1, new + 1):
        proof, old_root = merkle.consistency(TREE.node, old, new), by_definition(LEAVES[:old])
        assert merkle.extends(old, new, proof, old_root, new_root)
        assert not merkle.extends(old, new, proof, foreign, new_root)
        assert not merkle.extends(old, new, proof, old_root, foreign)
        assert not merkle.extends(old, new, [*proof, foreign], old_root, new_root)


@given(st.data())
def test_a_flipped_bit_in_a_path_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 69))
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(TREE.node, index, size)
    step, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    changed = (int.from_bytes(path[step], "big") ^ (1 << bit)).to_bytes(32, "big")
    path[step] = changed
    assert not merkle.includes(index, size, LEAVES[index], path, by_definition(LEAVES[:size]))


@given(st.integers(1, 69), st.integers(1, 69))
def test_a_fork_is_not_an_extension(old: int, new: int) -> None:
    old, new = sorted((old, new))
    forked = Tree([*LEAVES[: old - 1], merkle.leaf_hash(b"fork"), *LEAVES[old:]])
    proof = merkle.consistency(forked.node, old, new)
    assert not merkle.extends(old, new, proof, by_definition(LEAVES[:old]), merkle.root(forked.node, new))
