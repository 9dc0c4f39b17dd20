"""The receipt log's two trees: RFC 9162 over its leaves, and in each leaf one of fixed depth that hides how many acts it holds."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence

DEPTH = 16  # of a leaf's own tree: 65,536 slots, nearly all empty whatever happened

Node = tuple[int, int]  # (level, index) of a complete subtree; level 0 is the leaves
Range = tuple[int, int]  # leaves from the first up to, and without, the second


def leaf_hash(content: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ content)."""
    return hashlib.sha256(b"\0" + content).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def appended(node: Callable[[Node], bytes], position: int, leaf: bytes) -> Iterator[tuple[Node, bytes]]:
    """Give every complete subtree that this leaf completes, itself first; `node` knows those of the leaves before."""
    level, index, made = 0, position, leaf
    yield (level, index), made
    while index % 2:
        made = inner_hash(node((level, index - 1)), made)
        level, index = level + 1, index // 2
        yield (level, index), made


def subtrees(of: Range) -> list[Node]:
    """Return the complete subtrees that make up a range, from left to right."""
    start, end = of
    if _is_complete(start, end):
        return [((end - start).bit_length() - 1, start // (end - start))]
    middle = start + _split(end - start)
    return [*subtrees((start, middle)), *subtrees((middle, end))]


def hash_of(node: Callable[[Node], bytes], of: Range) -> bytes:
    """Return the hash of a range that is no complete subtree itself, or is one; the whole tree's is its root."""
    start, end = of
    if end <= start:
        return hashlib.sha256(b"").digest()
    if _is_complete(start, end):
        return node(subtrees(of)[0])
    middle = start + _split(end - start)
    return inner_hash(hash_of(node, (start, middle)), hash_of(node, (middle, end)))


def inclusion(position: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove the leaf at `position` in a tree of `size` (RFC 9162, 2.1.3.1)."""
    return _path(position, (0, size))


def consistency(old: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove that a tree of `old` leaves is the beginning of this one (2.1.4.1)."""
    return _growth(old, (0, size), is_whole=True) if 0 < old < size else []


def is_included(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path leads from the leaf to the root (2.1.3.2)."""
    if not 0 <= position < size:
        return False
    here, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if here % 2 or here == last:
            found = inner_hash(step, found)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            found = inner_hash(found, step)
        here, last = here // 2, last // 2
    return last == 0 and found == root


def is_consistent(old: int, size: int, path: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Tell whether the tree with the first root is the beginning of the one with the second (2.1.4.2)."""
    if old == size or not 0 < old <= size:
        return old == size and not path and roots[0] == roots[1]
    steps = [roots[0], *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    here, last = old - 1, size - 1
    while here % 2:
        here, last = here // 2, last // 2
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            before, after = inner_hash(step, before), inner_hash(step, after)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            after = inner_hash(after, step)
        here, last = here // 2, last // 2
    return last == 0 and (before, after) == roots


class Slots:
    """A leaf's own tree: acts in a few of its slots; every empty subtree is a hash that only the salt's holder can make."""

    def __init__(self, salt: bytes, acts: Mapping[int, bytes]) -> None:
        self._salt = salt
        self._levels: list[dict[int, bytes]] = [dict(acts)]
        for level in range(DEPTH):
            parents = {index // 2 for index in self._levels[level]}
            self._levels.append({p: inner_hash(self._at(level, 2 * p), self._at(level, 2 * p + 1)) for p in parents})

    @property
    def root(self) -> bytes:
        """Return what the leaf commits to."""
        return self._at(DEPTH, 0)

    def path(self, slot: int) -> list[bytes]:
        """Return the 16 neighbours from a slot up to the root."""
        return [self._at(level, (slot >> level) ^ 1) for level in range(DEPTH)]

    def _at(self, level: int, index: int) -> bytes:
        made = self._levels[level].get(index)
        return made or hmac.new(self._salt, f"{level}/{index}".encode(), hashlib.sha256).digest()


def slot_root(act: bytes, slot: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which the path leads from an act in a slot."""
    found = act
    for level, step in enumerate(path):
        found = inner_hash(step, found) if (slot >> level) % 2 else inner_hash(found, step)
    return found


def _path(position: int, of: Range) -> list[Range]:
    start, end = of
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if position < middle:
        return [*_path(position, (start, middle)), (middle, end)]
    return [*_path(position, (middle, end)), (start, middle)]


def _growth(old: int, of: Range, *, is_whole: bool) -> list[Range]:
    start, end = of
    if old == end:
        return [] if is_whole else [of]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_growth(old, (start, middle), is_whole=is_whole), (middle, end)]
    return [*_growth(old, (middle, end), is_whole=False), (start, middle)]


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _is_complete(start: int, end: int) -> bool:
    size = end - start
    return size > 0 and size & (size - 1) == 0 and start % size == 0
