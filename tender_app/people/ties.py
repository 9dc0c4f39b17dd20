"""The conflict graph: who is tied to which firm, by what, from when to when; each stage tells its own ties.

Ties are read from the tables of the stages (`install` names the providers), so that none is ever older than what it
tells of. What is equal (a national code, a legal id, a telephone, an account, an address) is one node of the graph, and a
path over such nodes is exact; names that are merely alike make a path possible, with a score, and never certain.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from tender_app.kernel import calendar
from tender_app.kernel.names import ALIKE, firm_likeness, likeness
from tender_app.kernel.persian import ZWNJ, ascii_digits, fold, identifier, persian_digits, search_key
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.store.context import Context

FARTHEST = 3  # ties from a person to a firm
MOST_PATHS = 4  # told of one person and one firm
SHORTEST_PHONE = 7
cache = lru_cache(maxsize=8192)  # of what the text alone decides
ABBREVIATED = {"خ": "خیابان", "ک": "کوچه", "پ": "پلاک", "ط": "طبقه", "بزرگراه": "اتوبان"}


class Sort(Named):
    """What a node of the graph is."""

    PERSON = "person", "شخص"
    FIRM = "firm", "شرکت"
    PHONE = "phone", "تلفن"
    EMAIL = "email", "رایانامه"
    IBAN = "iban", "شماره شبا"
    ADDRESS = "address", "نشانی"
    POSTAL_CODE = "postal_code", "کد پستی"


@dataclass(frozen=True, slots=True)
class Node:
    """A person, a firm, or something that they share; nodes with one key are one, whatever each source calls it."""

    sort: Sort
    key: str
    name: str = field(compare=False)

    @property
    def is_shared(self) -> bool:
        """Tell whether it is a thing that several share, and not one of them."""
        return self.sort not in {Sort.PERSON, Sort.FIRM}

    @property
    def told(self) -> str:
        """Return what the node is called in a path."""
        return f"{self.sort.label} {persian_digits(self.name)}" if self.is_shared else self.name


class TieKind(Named):
    """What ties two nodes; `of` is the number, the share or the word that belongs to it."""

    ACTS_FOR = "acts_for", "نماینده"
    SIGNS_FOR = "signs_for", "صاحب امضا"
    HOLDS = "holds", "سهام‌دار {of} درصد"
    IN_BID = "in_bid", "عضو تیم در پیشنهاد {of}"
    IN_CONTRACT = "in_contract", "عضو تیم قرارداد {of}"
    SIGNED_CONTRACT = "signed_contract", "امضاکننده قرارداد {of}"
    DECLARED = "declared", "{of}، به اعلام خودش"
    SHARES = "shares", "مشترک"


FORBIDDING = frozenset({TieKind.ACTS_FOR, TieKind.SIGNS_FOR})  # nobody judges the firm for which they act


@dataclass(frozen=True, slots=True)
class Tie:
    """That two nodes are tied: by what, from when and until when (None: unknown, and still)."""

    one: Node
    other: Node
    kind: TieKind
    of: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def told(self) -> str:
        """Return the tie in words."""
        ended = _("تا {day}").format(day=calendar.numeric(self.until)) if self.until else ""
        return " ".join(part for part in (self.kind.label.format(of=self.of).strip(), ended) if part)


@dataclass(frozen=True, slots=True)
class Path:
    """How one gets from a person to a firm: the nodes, and the tie before each but the first (None: alike by name)."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie | None, ...]
    score: int = 100

    @property
    def is_exact(self) -> bool:
        """Tell whether every step of it is certain."""
        return None not in self.ties

    @property
    def forbids(self) -> bool:
        """Tell whether the person acts or signs for the firm."""
        return len(self.ties) == 1 and self.ties[0] is not None and self.ties[0].kind in FORBIDDING

    @property
    def mark(self) -> tuple[tuple[str, ...], ...]:
        """Return what tells the path from others, in no language."""
        nodes = [(node.sort.value, node.key) for node in self.nodes]
        return (*nodes, *((tie.kind.value, tie.of) if tie else ("alike",) for tie in self.ties))

    @property
    def told(self) -> tuple[str, ...]:
        """Return its steps in words; a shared thing says itself what ties."""
        steps = [self.nodes[0].told]
        for tie, before, node in zip(self.ties, self.nodes, self.nodes[1:], strict=False):
            if tie is None:
                steps.append(persian_digits(_("نام نزدیک، {score} از ۱۰۰").format(score=self.score)))
            elif not (before.is_shared or node.is_shared):
                steps.append(tie.told)
            steps.append(node.told)
        return tuple(steps)


Provider = Callable[[Context], Iterable[Tie]]
_providers: list[Provider] = []


def install(*providers: Provider) -> None:
    """Let these tell the ties, each those of its own stage."""
    _providers[:] = providers


def graph_of(ctx: Context, *, after: dt.date) -> "Graph":
    """Return the graph of all ties that ended after a day or not at all; so many queries, however many ties, and once."""
    known = ctx.facts.get((graph_of, after.toordinal()))
    if known is None:
        told = (tie for provider in _providers for tie in provider(ctx))
        known = Graph(tie for tie in told if tie.until is None or tie.until > after)
        ctx.facts[(graph_of, after.toordinal())] = known
    return known


class Graph:
    """Ties by their nodes."""

    def __init__(self, ties: Iterable[Tie]) -> None:
        """Take the ties in; one that is told twice counts once."""
        self._far: dict[Node, dict[Node, int]] = {}
        self._ties: dict[Node, list[tuple[Tie, Node]]] = {}
        for tie in dict.fromkeys(ties):
            self._ties.setdefault(tie.one, []).append((tie, tie.other))
            self._ties.setdefault(tie.other, []).append((tie, tie.one))

    def around(self, node: Node) -> Sequence[tuple[Tie, Node]]:
        """Return the ties of a node, each with what it ties it to."""
        return self._ties.get(node, ())

    def paths(self, person: Node, firm: Node) -> list[Path]:
        """Return the shortest exact paths from a person to a firm; where there is none, the possible ones, likest first."""
        found = list(self._shortest(person, firm)) or self._possible(person, firm)
        return sorted(found, key=lambda path: (-path.score, path.mark))[:MOST_PATHS]

    def shared(
        self, firms: Sequence[Node], *, leaving_out: AbstractSet[TieKind]
    ) -> Iterator[tuple[Node, Mapping[Node, Sequence[Tie]]]]:
        """Yield what is tied to two of the firms at least, with the ties of each, those of some kinds left out."""
        found: dict[Node, dict[Node, list[Tie]]] = {}
        for owner in firms:
            for tie, node in self.around(owner):
                if tie.kind not in leaving_out:
                    found.setdefault(node, {}).setdefault(owner, []).append(tie)
        yield from ((node, held) for node, held in found.items() if len(held) > 1)

    def _shortest(self, person: Node, firm: Node) -> Iterator[Path]:
        far = self._distances(firm)
        if person not in far:
            return
        trail: list[tuple[tuple[Node, ...], tuple[Tie, ...]]] = [((person,), ())]
        while trail:
            nodes, ties = trail.pop()
            if nodes[-1] == firm:
                yield Path((*nodes[:-1], firm), ties)  # under the name that the bidder bears
                continue
            nearer = far[nodes[-1]] - 1
            steps = [(tie, node) for tie, node in self.around(nodes[-1]) if far.get(node) == nearer]
            trail += [((*nodes, node), (*ties, tie)) for tie, node in reversed(steps)]

    def _distances(self, firm: Node) -> dict[Node, int]:
        if firm not in self._far:
            self._far[firm] = self._measured(firm)
        return self._far[firm]

    def _measured(self, firm: Node) -> dict[Node, int]:
        far, frontier = {firm: 0}, deque([firm])
        while frontier:
            here = frontier.popleft()
            if far[here] == FARTHEST:
                break
            for _tie, node in self.around(here):
                if node not in far:
                    far[node] = far[here] + 1
                    frontier.append(node)
        return far

    def _possible(self, person: Node, firm: Node) -> Iterator[Path]:
        """Yield the paths on which a name of the person's side is alike to one of the firm's."""
        for tie, node in self.around(firm):
            if node.sort is Sort.PERSON and (score := _alike(person, node)) >= ALIKE:
                yield Path((person, node, firm), (None, tie), score)
        for tie, node in self.around(person):
            if (
                node.sort is Sort.FIRM
                and not node.key.isdigit()
                and (score := firm_likeness(node.name, firm.name)) >= ALIKE
            ):
                yield Path((person, node, firm), (tie, None), score)


def _alike(one: Node, other: Node) -> int:
    """Return how alike two persons are by name: not at all where both have a national code, for then the codes tell."""
    return 0 if one.key.isdigit() and other.key.isdigit() else likeness(one.name, other.name)


@cache
def person(name: str, code: str, otherwise: str) -> Node:
    """Return the node of a person: known by the national code, else by what else tells them apart."""
    return Node(Sort.PERSON, identifier(code) or otherwise, name)


@cache
def firm(name: str, legal_id: str) -> Node:
    """Return the node of a firm: known by its legal id, else by its name alone."""
    return Node(Sort.FIRM, identifier(legal_id) or f"name:{search_key(name)}", name)


def things(
    owner: Node, *, phone: str = "", email: str = "", iban: str = "", address: str = "", postal: str = ""
) -> Iterator[Tie]:
    """Yield the ties of a person or firm to what it could share with others; what is empty ties nobody."""
    found = (
        (Sort.PHONE, plain_phone(phone), phone),
        (Sort.EMAIL, email.strip().lower(), email),
        (Sort.IBAN, identifier(iban).upper(), iban),
        (Sort.ADDRESS, plain_address(address), address),
        (Sort.POSTAL_CODE, identifier(postal), postal),
    )
    yield from (Tie(owner, Node(sort, key, fold(said)), TieKind.SHARES) for sort, key, said in found if key)


@cache
def plain_phone(text: str) -> str:
    """Return a telephone number in bare figures, with the country's own prefix; nothing for what is too short."""
    figures = "".join(sign for sign in ascii_digits(text) if sign.isdecimal())
    for prefix in ("0098", "98"):
        if figures.startswith(prefix) and len(figures) > len(prefix) + SHORTEST_PHONE:
            figures = f"0{figures.removeprefix(prefix)}"
    return figures if len(figures) >= SHORTEST_PHONE else ""


@cache
def plain_address(text: str) -> str:
    """Return an address as it is compared: words and figures alone, abbreviations written out."""
    signs = "".join(sign if sign.isalnum() else " " for sign in search_key(text.replace(ZWNJ, " ")))
    return "".join(ABBREVIATED.get(word, word) for word in signs.split())
