"""One line of the result."""

from dataclasses import dataclass


@dataclass
class Measure:
    """One line of the result; where nothing is timed, the quantiles are 0; errors are answers that were not right."""

    name: str
    ours: float
    floor: float
    ratio: float
    unit: str
    p50_ms: float
    p95_ms: float
    n: int
    p99_ms: float = 0
    errors: int = 0
