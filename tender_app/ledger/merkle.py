"""The Merkle tree of RFC 9162, §2.1: root, proofs of inclusion and of consistency, and their verification.

A tree is read through a function `node(level, place)`: the hash of the complete subtree of 2**level leaves that begins
at leaf place·2**level. Those hashes never change, so that a root or a proof of any size costs O(log n) of them.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over 0x00 and its content."""
    return hashlib.sha256(b"\x00" + content).digest()


def pair_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(node: Node, size: int, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (level, place, hash) of every complete subtree that a leaf's hash completes in a tree of `size` leaves."""
    level, place, found = 0, size, leaf
    yield level, place, found
    while place & 1:
        found = pair_hash(node(level, place - 1), found)
        level, place = level + 1, place >> 1
        yield level, place, found


def root(node: Node, size: int) -> bytes:
    """Return the root of the tree's first `size` leaves."""
    return _range(node, 0, size) if size else EMPTY


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """Return the path from leaf `index` to the root of the first `size` leaves (§2.1.3.1)."""
    return _path(node, index, 0, size)


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """Return the proof that the first `old` of `new` leaves are a tree of their own, 0 < old <= new (§2.1.4.1)."""
    return _subproof(node, old, 0, new, is_whole=True)


def includes(index: int, size: int, leaf: bytes, path: Sequence[bytes], expected: bytes) -> bool:
    """Tell whether a path proves a leaf's hash at `index` under a root over `size` leaves (§2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = pair_hash(beside, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = pair_hash(found, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def extends(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether a proof shows that the tree of `new` leaves begins with that of `old` (§2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = pair_hash(beside, first), pair_hash(beside, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = pair_hash(second, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _range(node: Node, start: int, end: int) -> bytes:
    size = end - start
    if size & (size - 1) == 0:  # a complete subtree: RFC 9162 cuts so that it begins at a multiple of its size
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _left(size)
    return pair_hash(_range(node, start, middle), _range(node, middle, end))


def _path(node: Node, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _left(end - start)
    if index < middle:
        return [*_path(node, index, start, middle), _range(node, middle, end)]
    return [*_path(node, index, middle, end), _range(node, start, middle)]


def _subproof(node: Node, old: int, start: int, end: int, *, is_whole: bool) -> list[bytes]:
    if start + old == end:
        return [] if is_whole else [_range(node, start, end)]
    middle = start + _left(end - start)
    if start + old <= middle:
        return [*_subproof(node, old, start, middle, is_whole=is_whole), _range(node, middle, end)]
    rest = _subproof(node, old - (middle - start), middle, end, is_whole=False)
    return [*rest, _range(node, start, middle)]


def _left(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
