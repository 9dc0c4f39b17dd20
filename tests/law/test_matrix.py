"""The law as a picture: who may do what, in which state; a change of law is a change of this file's neighbours."""

from pathlib import Path
from typing import Any

import pytest

from tender_app.procedures import ALL
from tender_app.workflow.table import Procedure

GOLDEN = Path(__file__).parent / "matrix"


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.key)
def test_the_matrix_is_the_reviewed_one(procedure: Procedure[Any]) -> None:
    reviewed = (GOLDEN / f"{procedure.key}-{procedure.version}.txt").read_text("utf-8")
    assert procedure.matrix() == reviewed


def test_every_life_has_its_reviewed_matrix_and_no_other_lies_there() -> None:
    assert sorted(p.stem for p in GOLDEN.iterdir()) == sorted(f"{p.key}-{p.version}" for p in ALL)
