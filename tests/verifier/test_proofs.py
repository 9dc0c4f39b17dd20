"""Between two heads, and in every method of ranking: both verifiers agree with the application's own arithmetic."""

import ast
import itertools
import json
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from tender_app.evaluation.rank_file import ranked_file
from tender_app.ledger import merkle
from tests.verifier import forger
from tests.verifier.conftest import Made, Verifier
from tests.verifier.script import DOCS, by_script, script

METHODS: dict[str, dict[str, str]] = {
    "weighted_price": {"i": "0.4"},
    "qcbs": {"wt": "0.7", "wf": "0.3"},
    "least_cost": {},
    "quality_only": {},
    "fixed_budget": {"budget": "900"},
}
AGGREGATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"aggregation": "trimmed_mean", "trim": 1, "trim_at": "leaf"},
    {"aggregation": "trimmed_mean", "trim": "1", "trim_at": "total"},
    {"aggregation": "trimmed_mean", "trim": 2, "trim_at": "leaf"},
)
CRITERIA = [
    {"id": "a", "weight": "60", "children": [{"id": "a1", "weight": "1", "max": "40"}, {"id": "a2", "weight": "2"}]},
    {"id": "b", "weight": "40.5", "max": "7.5"},
]


def kept_heads(made: Made) -> tuple[bytes, bytes, bytes]:
    """Return an earlier receipt, a later one, and the proof between their heads."""
    files = forger.unpacked(made.path)
    earlier, later = (files[forger.named(files, f"receipts/{act}")] for act in ("open_a", "open_prices"))
    sizes = [json.loads(data)["inclusion"]["head"]["size"] for data in (earlier, later)]
    hashes = [merkle.leaf_hash(line) for line in files["log/leaves.jsonl"].splitlines()]
    path = [forger.root(hashes[start:end]).hex() for start, end in merkle.consistency(*sizes)]
    return earlier, later, json.dumps({"from": sizes[0], "to": sizes[1], "path": path}).encode()


def told(verifier: Any, made: Made) -> list[Any]:
    """Return what a verifier finds with the proof, with the heads in the other order, without it, and with a wrong one."""
    earlier, later, proof = kept_heads(made)
    wrong = json.loads(proof)
    wrong["path"][0] = "ab" * 32
    return [
        verifier(later, earlier=earlier, proof=proof),
        verifier(earlier, earlier=later, proof=proof),
        verifier(later, earlier=earlier),
        verifier(later, earlier=earlier, proof=json.dumps(wrong).encode()),
    ]


EXPECTED: list[set[tuple[str, str]]] = [
    set(),
    set(),
    {("earlier.json", "consistency")},
    {("earlier.json", "fork")},
]


def test_a_proof_leads_from_a_kept_receipt_to_a_later_one(made: Made) -> None:
    assert told(by_script, made) == EXPECTED


@pytest.mark.browser
def test_the_page_follows_the_proof_too(made: Made, by_page: Verifier) -> None:
    assert told(by_page, made) == EXPECTED


def test_trees_and_proofs_are_those_of_the_application_at_every_size() -> None:
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(40)]
    tree = script().Tree(hashes)
    roots = {size: forger.root(hashes[:size]) for size in range(1, 41)}
    assert all(tree.root(size) == root for size, root in roots.items())
    for old, size in itertools.combinations(roots, 2):
        path = [forger.root(hashes[start:end]) for start, end in merkle.consistency(old, size)]
        assert script().is_consistent(old, size, path, (roots[old], roots[size]))
        assert not script().is_consistent(old, size, path, (roots[size], roots[old]))


def cases() -> list[dict[str, Any]]:
    """Return cases in every method and aggregation, with equals among their bids."""
    drawn, made = random.Random(1405), []  # noqa: S311 -- the same figures on every run
    for (method, more), how in itertools.product(METHODS.items(), AGGREGATIONS):
        bids = []
        for name in "pqrst":
            scores = {
                e: {"a1": str(drawn.randint(0, 40)), "a2": f"{drawn.randint(0, 1000) / 10}", "b": "7.25"}
                for e in "xyzuv"
            }
            bids.append({"id": name, "price": drawn.choice([700, 900, "901.5", 1000]), "scores": scores})
        bids.append({**bids[0], "id": "equal"})
        made.append(
            {
                "id": f"{method} {how}",
                "method": method,
                "criteria": CRITERIA,
                "threshold": "45",
                **more,
                **how,
                "bids": bids,
            }
        )
    return made


def by_application(case: dict[str, Any]) -> dict[str, Any]:
    return {row["bid"]: row for row in ranked_file(json.dumps([case]))}


def test_rankings_are_those_of_the_application_in_every_method() -> None:
    for case in cases():
        assert script().ranked(script().parsed(json.dumps(case).encode())) == by_application(case)


@pytest.mark.browser
def test_the_page_ranks_the_same(leaf_page: Page) -> None:
    for case in cases():
        found = leaf_page.evaluate(
            "(text) => Object.fromEntries(ranked(parsed(utf8.encode(text))))", json.dumps(case, ensure_ascii=False)
        )
        assert found == by_application(case)


def test_every_code_stands_in_the_documentation() -> None:
    calls = [
        node for node in ast.walk(ast.parse((DOCS / "verify.py").read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "demand"]
    codes = {str(ast.literal_eval(call.args[2])) for call in named}
    told = (DOCS.parent / "receipts.md").read_text("utf-8")
    assert len(codes) > 40
    assert {code for code in codes if f"`{code}`" not in told} == set()


@pytest.mark.browser
def test_the_page_shows_what_it_found(made: Made, leaf_page: Page, tmp_path: Any) -> None:
    leaf_page.set_input_files("#file", made.path)
    leaf_page.wait_for_selector("#result[data-state=whole]")
    assert "درست و کامل است" in leaf_page.inner_text("#result")
    files = forger.unpacked(made.path)
    forger.FORGERIES["a rank is changed"][0](files)
    (tmp_path / "forged.zip").write_bytes(forger.packed(files))
    leaf_page.set_input_files("#file", tmp_path / "forged.zip")
    leaf_page.wait_for_selector("#result[data-state=broken]")
    assert "ranking.json R-" in leaf_page.inner_text("#result")
