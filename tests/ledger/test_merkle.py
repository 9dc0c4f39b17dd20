"""The receipt log's trees against the definition of RFC 9162, written out anew here."""

import hashlib
import random

import pytest

from tender_app.ledger import merkle

LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(70)]


def defined_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 9162 2.1.1 defines it."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = max(2**e for e in range(8) if 2**e < len(leaves))
    return hashlib.sha256(b"\1" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


@pytest.fixture(scope="module")
def nodes() -> dict[merkle.Node, bytes]:
    made: dict[merkle.Node, bytes] = {}
    for position, leaf in enumerate(LEAVES):
        made.update(dict(merkle.appended(made.__getitem__, position, leaf)))
    return made


def test_roots_and_all_proofs_of_every_size_are_those_of_the_rfc(nodes: dict[merkle.Node, bytes]) -> None:
    def hashed(ranges: list[merkle.Range]) -> list[bytes]:
        return [merkle.hash_of(nodes.__getitem__, of) for of in ranges]

    roots = [defined_root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
    for size in range(1, len(LEAVES) + 1):
        assert merkle.hash_of(nodes.__getitem__, (0, size)) == roots[size]
        for position in range(size):
            path = hashed(merkle.inclusion(position, size))
            assert merkle.is_included(LEAVES[position], position, size, path, roots[size])
            assert not merkle.is_included(LEAVES[position - 1], position, size, path, roots[size]) or size == 1
            if path:
                assert not merkle.is_included(LEAVES[position], position, size, path[:-1], roots[size])
        for old in range(1, size + 1):
            path = hashed(merkle.consistency(old, size))
            assert merkle.is_consistent(old, size, path, (roots[old], roots[size]))
            assert not merkle.is_consistent(old, size, path, (roots[old - 1], roots[size]))
            assert not merkle.is_consistent(old, size, [*path, b"x" * 32], (roots[old], roots[size]))


def test_a_position_or_size_out_of_range_proves_nothing() -> None:
    root = defined_root(LEAVES[:4])
    assert not merkle.is_included(LEAVES[0], 4, 4, [], root)
    assert not merkle.is_included(LEAVES[0], -1, 4, [], root)
    assert not merkle.is_consistent(0, 4, [], (root, root))
    assert not merkle.is_consistent(5, 4, [], (root, root))


def test_a_leafs_own_tree_proves_each_of_its_acts_and_looks_the_same_whatever_it_holds() -> None:
    draw = random.Random(7)  # noqa: S311 -- a fixed draw
    acts = {draw.randrange(1 << merkle.DEPTH): merkle.leaf_hash(bytes([n])) for n in range(50)}
    tree = merkle.Slots(b"s" * 32, acts)
    for slot, act in acts.items():
        path = tree.path(slot)
        assert len(path) == merkle.DEPTH
        assert merkle.slot_root(act, slot, path) == tree.root
        assert merkle.slot_root(act, slot ^ 1, path) != tree.root
        assert merkle.slot_root(b"x" * 32, slot, path) != tree.root
    empty = merkle.Slots(b"s" * 32, {})
    assert len(empty.root) == len(tree.root) == 32
    assert empty.root != merkle.Slots(b"t" * 32, {}).root
    assert len(merkle.Slots(b"s" * 32, {5: LEAVES[0]}).path(5)) == merkle.DEPTH
