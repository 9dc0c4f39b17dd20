"""What a weight rehearsal costs: 2,000 simulated tenders with all their answers, beside drawing and sorting as many plain numbers."""

import random
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from bench.measure import Measure
from tender_app.tenders import rehearsal

TURNS = 9
WEIGHTS = (30, 15, 25, 15, 10, 5)
LEAVES = tuple(rehearsal.Leaf(f"معیار {place}", Fraction(weight)) for place, weight in enumerate(WEIGHTS, 1))
TERMS = rehearsal.Terms("weighted_price", Fraction(65), Fraction("0.3"), 9_850_000_000, LEAVES)


def rehearsal_2000() -> Measure:
    """Rehearse the usual criteria, in turns with the floor; in milliseconds."""
    ours, floor = [], []
    for turn in range(TURNS):
        ours.append(_timed(partial(rehearsal.simulate, TERMS, turn, range(rehearsal.TENDERS))))
        floor.append(_timed(partial(_floor, turn)))
    mine, bare, worst = statistics.median(ours), statistics.median(floor), max(ours)
    return Measure("rehearsal_2000", mine, bare, mine / bare, "ms", mine, worst, TURNS)


def _floor(seed: int) -> int:
    """Draw as many numbers for as many bids, add them up, and sort each tender's bids."""
    bits, winners = random.Random(seed).getrandbits, 0  # noqa: S311 -- to be repeated, not to be secret
    for _unused in range(rehearsal.TENDERS):
        bids = [(sum(bits(24) for _unused in WEIGHTS), bits(24)) for _unused in range(rehearsal.FEWEST + bits(2))]
        winners += min(bids)[1] & 1
    return winners


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
