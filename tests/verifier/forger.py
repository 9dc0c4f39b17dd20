"""What a forger does to a case file: each forgery by name, and where both verifiers must say that something is wrong.

A forgery changes the files of a case (name → bytes). Afterwards the forger is careless (leaves the list of files as it
was), careful (repairs every digest in the list, but has no key), or an insider (signs the list anew with the log's key):
in each case the same place must be named, for every fact is tied to something besides that list.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from nacl.signing import SigningKey

from tender_app.dossier.case_file import SIGNED_AS
from tender_app.ledger import merkle, signing
from tender_app.ledger.models import START

Files = dict[str, bytes]
Forgery = Callable[[Files], None]
FORGERIES: dict[str, tuple[Forgery, str]] = {}  # name → (what is done, the beginning of the place that must be named)


def forgery(place: str) -> Callable[[Forgery], Forgery]:
    """Keep a forgery under its own name, as a sentence."""

    def keep(made: Forgery) -> Forgery:
        FORGERIES[made.__name__.replace("_", " ")] = (made, place)
        return made

    return keep


def unpacked(path: Path) -> Files:
    """Return the files of an archive."""
    return unpacked_bytes(path.read_bytes())


def unpacked_bytes(data: bytes) -> Files:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def repaired(files: Files) -> None:
    """Let the list of files fit again; its signature does not."""
    manifest = json.loads(files["case.json"])
    manifest["files"] = {name: digest(data) for name, data in files.items() if name != "case.json"}
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()] if is_readable(files) else []
    if lines:
        manifest["chains"] = {
            f"{e['case_kind']}:{e['case_id']}": {"entries": e["position"], "head": e["digest"]} for e in lines
        }
    files["case.json"] = json.dumps(manifest, ensure_ascii=False).encode()


def signed_by(files: Files, key: SigningKey) -> None:
    """Sign the list of files with a key."""
    manifest = json.loads(files["case.json"])
    fields = {name: value for name, value in manifest.items() if name != "signature"}
    public = bytes(key.verify_key).hex()
    fields |= {"log": signing.log_id(public), "log_key": public}
    signature = key.sign(SIGNED_AS + signing.canonical(fields)).signature.hex()
    files["case.json"] = json.dumps({**fields, "signature": signature}, ensure_ascii=False).encode()


def all_signed_by(files: Files, key: SigningKey) -> None:
    """Sign everything anew with another key: promises, heads and the list of files, as if the log had been that key's."""
    public = bytes(key.verify_key).hex()

    def signed(kind: bytes, fields: dict[str, Any]) -> dict[str, Any]:
        own = {n: v for n, v in fields.items() if n != "signature"} | {"log": signing.log_id(public)}
        return {**own, "signature": key.sign(kind + signing.canonical(own)).signature.hex()}

    for name in [name for name in files if name.startswith("receipts/")]:
        receipt = json.loads(files[name])
        receipt |= {"log_key": public, "promise": signed(signing.PROMISE, receipt["promise"])}
        receipt["inclusion"]["head"] = signed(signing.HEAD, receipt["inclusion"]["head"])
        files[name] = json.dumps(receipt, ensure_ascii=False).encode()
    edited(files, "log/heads.json", lambda h: h | {n: signed(signing.HEAD, h[n]) for n in ("deadline", "last")})
    repaired(files)
    signed_by(files, key)


def is_readable(files: Files) -> bool:
    """Tell whether the ledger is there and each of its lines is JSON."""
    try:
        return all(json.loads(line) for line in files["ledger.jsonl"].splitlines())
    except (KeyError, ValueError):
        return False


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def edited(files: Files, name: str, change: Callable[[Any], Any]) -> None:
    """Change a JSON file in place, or to what the change returns."""
    value = json.loads(files[name])
    made = change(value)
    files[name] = json.dumps(value if made is None else made, ensure_ascii=False).encode()


def entries(files: Files) -> list[dict[str, Any]]:
    """Return the ledger's entries."""
    return [json.loads(line) for line in files["ledger.jsonl"].splitlines()]


def write_entries(files: Files, rows: list[dict[str, Any]], *, rechained: bool = False) -> None:
    """Write the ledger's entries; `rechained`: with digests that fit again."""
    ends: dict[tuple[str, int], str] = {}
    for row in rows if rechained else []:
        chain = (row["case_kind"], row["case_id"])
        row["previous"] = ends.get(chain, START)
        row["digest"] = digest(signing.canonical({n: v for n, v in row.items() if n != "digest"}))
        ends[chain] = row["digest"]
    files["ledger.jsonl"] = b"".join(signing.canonical(row) + b"\n" for row in rows)


def in_ledger(files: Files, act: str, change: Callable[[dict[str, Any]], None], *, rechained: bool = True) -> None:
    """Change the last entry of an act."""
    rows = entries(files)
    change(next(row for row in reversed(rows) if row["act"] == act))
    write_entries(files, rows, rechained=rechained)


def leaves(files: Files) -> list[dict[str, Any]]:
    """Return the log's leaves."""
    return [json.loads(line) for line in files["log/leaves.jsonl"].splitlines()]


def write_leaves(files: Files, rows: list[dict[str, Any]]) -> None:
    """Write the log's leaves, and unsigned roots that fit them into the heads."""
    hashes = [merkle.leaf_hash(signing.canonical(row)) for row in rows]
    files["log/leaves.jsonl"] = b"".join(signing.canonical(row) + b"\n" for row in rows)

    def fit(heads: dict[str, Any]) -> None:
        heads["last"]["size"] = len(rows)
        for name in ("deadline", "last"):
            heads[name]["root"] = root(hashes[: heads[name]["size"]]).hex()

    edited(files, "log/heads.json", fit)


def root(hashes: list[bytes]) -> bytes:
    """Return the root over leaf hashes, after the definition of RFC 9162."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    return merkle.inner_hash(root(hashes[:middle]), root(hashes[middle:]))


def flipped(data: bytes, place: int) -> bytes:
    """Return bytes of which one has another bit."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def named(files: Files, beginning: str, number: int = 0) -> str:
    """Return the name of a file, by its beginning."""
    return sorted(name for name in files if name.startswith(beginning))[number]


def swap(files: Files, one: str, two: str) -> None:
    """Let two files change places."""
    files[one], files[two] = files[two], files[one]


def loser(files: Files) -> dict[str, Any]:
    """Return the row of the price that did not win."""
    winner = json.loads(files["contract.json"])["bid"]
    return next(row for row in json.loads(files["prices.json"]) if row["bid"] != winner)


# The ledger


@forgery("ledger.jsonl:12")
def a_byte_of_the_ledger_is_flipped(files: Files) -> None:
    lines = files["ledger.jsonl"].splitlines(keepends=True)
    lines[11] = lines[11].replace(b'"recorded_at":"20', b'"recorded_at":"30')
    files["ledger.jsonl"] = b"".join(lines)


@forgery("ledger.jsonl:6")
def a_line_of_the_ledger_is_deleted(files: Files) -> None:
    rows = entries(files)
    del rows[5]
    write_entries(files, rows)


@forgery("receipts/open_prices")
def the_last_acts_on_the_tender_are_cut_off_and_the_chains_fit(files: Files) -> None:
    rows = entries(files)
    last = max(n for n, row in enumerate(rows) if row["case_kind"] == "tender")
    write_entries(files, rows[: last - 9])


@forgery("ledger.jsonl:8")
def a_line_of_the_ledger_stands_twice(files: Files) -> None:
    rows = entries(files)
    rows.insert(7, rows[6])
    write_entries(files, rows)


@forgery("ledger.jsonl:4")
def two_lines_of_the_ledger_change_places(files: Files) -> None:
    rows = entries(files)
    rows[3], rows[4] = rows[4], rows[3]
    write_entries(files, rows)


@forgery("ledger.jsonl")
def two_chains_of_the_ledger_change_places(files: Files) -> None:
    rows = entries(files)
    first = [row for row in rows if row["case_kind"] == "bid"]
    write_entries(files, [*rows[len(first) :], *first])


@forgery("ledger.jsonl")
def a_line_of_the_ledger_is_written_with_spaces(files: Files) -> None:
    files["ledger.jsonl"] = files["ledger.jsonl"].replace(b'","', b'", "', 1)


@forgery("receipts/")
def an_act_is_changed_and_its_chain_computed_anew(files: Files) -> None:
    in_ledger(files, "seal", lambda row: row["detail"].update(digest="00" * 32))


@forgery("receipts/")
def the_deadline_is_moved_and_the_chain_computed_anew(files: Files) -> None:
    in_ledger(files, "publish", lambda row: row["detail"]["terms"].update(closes_at="2020-01-01T10:30:00.000000+00:00"))


@forgery("ledger.jsonl")
def the_price_opening_quotes_other_scores(files: Files) -> None:
    in_ledger(files, "open_prices", lambda row: row["detail"].update(scores="ab" * 32))


@forgery("ledger.jsonl")
def another_winner_is_named(files: Files) -> None:
    other = loser(files)["bid"]
    in_ledger(files, "name_winners", lambda row: row["detail"].update(winner=other, runner_up=None))


@forgery("ledger.jsonl")
def the_second_winner_is_left_out(files: Files) -> None:
    def change(row: dict[str, Any]) -> None:
        row["detail"]["runner_up"] = None if row["detail"]["runner_up"] else loser(files)["bid"]

    in_ledger(files, "name_winners", change)


@forgery("ledger.jsonl win")
def the_outcomes_of_two_bids_change_places(files: Files) -> None:
    rows = entries(files)
    won = next(row for row in rows if row["act"] == "win")
    other = next(row for row in rows if row["act"] in ("second", "lose"))
    won["act"], other["act"] = other["act"], won["act"]
    won["after"], other["after"] = other["after"], won["after"]
    write_entries(files, rows, rechained=True)


@forgery("receipts/open_a")
def a_bid_vanishes_with_its_receipt_and_envelopes(files: Files) -> None:
    gone = loser(files)
    write_entries(files, [r for r in entries(files) if (r["case_kind"], r["case_id"]) != ("bid", gone["bid"])])
    rows = json.loads(files["envelopes.json"])
    for row in rows:
        if row["receipt"] == gone["receipt"]:
            del files[f"envelopes/{row['digest']}.age-payload"]
    edited(files, "envelopes.json", lambda rows: [row for row in rows if row["receipt"] != gone["receipt"]])
    del files[f"receipts/{gone['receipt']}.json"]


# The receipt log


@forgery("log/heads.json last")
def the_log_is_forked_by_dropping_a_leaf(files: Files) -> None:
    rows = leaves(files)
    rows[21]["from"] = rows[20]["from"]
    del rows[20]
    write_leaves(files, rows)


@forgery("log/heads.json last")
def the_log_is_forked_by_another_commitment(files: Files) -> None:
    rows = leaves(files)
    rows[10]["commitment"] = "cd" * 32
    write_leaves(files, rows)


@forgery("log/leaves.jsonl:6")
def two_leaves_change_places(files: Files) -> None:
    rows = leaves(files)
    rows[5], rows[6] = rows[6], rows[5]
    write_leaves(files, rows)


@forgery("log/leaves.jsonl:9")
def a_leaf_leaves_a_gap_in_time(files: Files) -> None:
    rows = leaves(files)
    rows[8]["from"] = rows[8]["to"]
    write_leaves(files, rows)


@forgery("log/heads.json last")
def a_leaf_is_added_at_the_end(files: Files) -> None:
    rows = leaves(files)
    rows.append({**rows[-1], "from": rows[-1]["to"]})
    write_leaves(files, rows)


@forgery("log/heads.json last")
def the_last_leaves_are_cut_off(files: Files) -> None:
    files["log/leaves.jsonl"] = b"".join(files["log/leaves.jsonl"].splitlines(keepends=True)[:-2])


@forgery("log/heads.json deadline")
def the_signature_of_a_head_is_flipped(files: Files) -> None:
    def change(heads: dict[str, Any]) -> None:
        heads["deadline"]["signature"] = flipped(bytes.fromhex(heads["deadline"]["signature"]), 40).hex()

    edited(files, "log/heads.json", change)


@forgery("log/heads.json deadline")
def a_later_head_stands_for_the_deadline(files: Files) -> None:
    edited(files, "log/heads.json", lambda heads: heads.update(deadline=heads["last"]))


@forgery("log/heads.json last")
def an_earlier_head_stands_for_the_last(files: Files) -> None:
    edited(files, "log/heads.json", lambda heads: heads.update(last=heads["deadline"]))


# Receipts


@forgery("receipts/R-")
def the_instant_of_a_receipt_is_changed(files: Files) -> None:
    at = "2026-01-01T00:00:00.000000+00:00"
    edited(files, named(files, "receipts/R-"), lambda receipt: receipt["act"].update(at=at))


@forgery("receipts/R-")
def the_digest_of_an_envelope_in_a_receipt_is_changed(files: Files) -> None:
    edited(files, named(files, "receipts/R-"), lambda r: r["act"]["envelopes"].update(c="12" * 32))


@forgery("receipts/R-")
def the_promise_of_a_receipt_lasts_longer(files: Files) -> None:
    edited(files, named(files, "receipts/R-", 1), lambda r: r["promise"].update(by="2099-01-01T00:00:00.000000+00:00"))


@forgery("receipts/R-")
def the_inclusion_of_a_receipt_is_taken_away(files: Files) -> None:
    edited(files, named(files, "receipts/R-"), lambda r: r.update(inclusion=None))
    edited(files, "log/heads.json", lambda heads: heads["last"].update(at="2099-01-01T00:00:00.000000+00:00"))


@forgery("receipts/R-")
def the_place_of_a_receipt_in_its_leaf_is_another(files: Files) -> None:
    edited(files, named(files, "receipts/R-"), lambda r: r["inclusion"].update(slot=r["inclusion"]["slot"] ^ 1))


@forgery("receipts/open_b")
def the_leaf_of_a_receipt_is_another(files: Files) -> None:
    rows = leaves(files)
    edited(files, named(files, "receipts/open_b"), lambda r: r["inclusion"].update(leaf=rows[2], position=2))


@forgery("receipts/R-")
def two_receipts_change_places(files: Files) -> None:
    swap(files, named(files, "receipts/R-"), named(files, "receipts/R-", 1))


@forgery("ledger.jsonl:")
def a_receipt_is_deleted(files: Files) -> None:
    del files[named(files, "receipts/R-")]


@forgery("receipts/R-AAAA-AAAA.json")
def a_receipt_stands_twice_under_two_names(files: Files) -> None:
    files["receipts/R-AAAA-AAAA.json"] = files[named(files, "receipts/R-")]


@forgery("receipts/open_prices")
def an_opening_tells_of_another_envelope(files: Files) -> None:
    rows = json.loads(files["envelopes.json"])
    opened = {row["receipt"] for row in json.loads(files["prices.json"])}
    other = next(row["digest"] for row in rows if row["kind"] == "c" and row["receipt"] not in opened)
    edited(files, named(files, "receipts/open_prices"), lambda r: r["act"]["envelopes"].append(other))


@forgery("receipts/R-")
def a_receipt_is_signed_by_the_forgers_own_log(files: Files) -> None:
    key = SigningKey(b"f" * 32)
    public = bytes(key.verify_key).hex()

    def change(receipt: dict[str, Any]) -> None:
        receipt["log_key"] = public
        fields = {name: value for name, value in receipt["promise"].items() if name != "signature"}
        fields["log"] = signing.log_id(public)
        signature = key.sign(signing.PROMISE + signing.canonical(fields)).signature.hex()
        receipt["promise"] = {**fields, "signature": signature}

    edited(files, named(files, "receipts/R-"), change)


# Envelopes


@forgery("envelopes/")
def a_byte_of_a_sealed_payload_is_flipped(files: Files) -> None:
    name = named(files, "envelopes/")
    files[name] = flipped(files[name], 300)


@forgery("envelopes/")
def two_sealed_payloads_change_places(files: Files) -> None:
    swap(files, named(files, "envelopes/"), named(files, "envelopes/", 1))


@forgery("envelopes.json R-")
def two_envelopes_change_places_in_the_list(files: Files) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        one, two = (
            rows[0],
            next(row for row in rows if row["receipt"] != rows[0]["receipt"] and row["kind"] == rows[0]["kind"]),
        )
        for name in ("digest", "header_digest", "payload_digest", "size"):
            one[name], two[name] = two[name], one[name]

    edited(files, "envelopes.json", change)


@forgery("envelopes.json R-")
def an_envelope_is_replaced_with_its_payload(files: Files) -> None:
    rows = json.loads(files["envelopes.json"])
    payload = b"another offer"
    row = rows[0]
    del files[f"envelopes/{row['digest']}.age-payload"]
    row["payload_digest"], row["size"] = digest(payload), len(payload)
    row["digest"] = digest(bytes.fromhex(row["header_digest"]) + bytes.fromhex(row["payload_digest"]))
    files[f"envelopes/{row['digest']}.age-payload"] = payload
    edited(files, "envelopes.json", lambda _: rows)


@forgery("envelopes/")
def a_sealed_payload_is_deleted(files: Files) -> None:
    del files[named(files, "envelopes/", 2)]


@forgery("envelopes/")
def a_sealed_payload_nobody_submitted_is_added(files: Files) -> None:
    files[f"envelopes/{'0' * 64}.age-payload"] = b"late"


# Scores, prices, ranking


@forgery("scores.json sheet")
def a_score_is_changed(files: Files) -> None:
    edited(files, "scores.json", lambda s: s["sheets"][0]["scores"][0].__setitem__(2, "99"))


@forgery("scores.json")
def a_score_is_changed_with_every_digest_over_it(files: Files) -> None:
    def change(scores: dict[str, Any]) -> None:
        sheet = scores["sheets"][0]
        sheet["scores"][0][2] = "99"
        sheet["digest"] = digest(json.dumps(sheet["scores"], ensure_ascii=False).encode())
        rows = [[r["bid"], r["score"]] for r in scores["results"]] + [
            [s["sheet"], s["digest"]] for s in scores["sheets"]
        ]
        scores["digest"] = digest(json.dumps(rows, ensure_ascii=False).encode())

    edited(files, "scores.json", change)


@forgery("scores.json R-")
def a_technical_total_is_changed(files: Files) -> None:
    edited(files, "scores.json", lambda s: s["results"][0].update(score="99"))


@forgery("scores.json")
def a_sheet_is_left_out(files: Files) -> None:
    edited(files, "scores.json", lambda s: s["sheets"].pop())


@forgery("prices.json")
def a_price_is_changed(files: Files) -> None:
    edited(files, "prices.json", lambda rows: rows[0].update(total=rows[0]["total"] - 1))


@forgery("prices.json")
def a_price_is_changed_wherever_it_stands(files: Files) -> None:
    gone = loser(files)

    def in_prices(rows: list[dict[str, Any]]) -> None:
        row = next(r for r in rows if r["bid"] == gone["bid"])
        row["total"] -= 1_000_000
        row["phases"][0]["amount"] -= 1_000_000

    def in_cases(cases: list[dict[str, Any]]) -> None:
        next(b for b in cases[0]["bids"] if b["id"] == gone["receipt"])["price"] -= 1_000_000

    edited(files, "prices.json", in_prices)
    edited(files, "cases.json", in_cases)


@forgery("prices.json")
def two_phases_of_a_price_change_their_amounts(files: Files) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[0]["phases"][0]["amount"] += 5
        rows[0]["phases"][1]["amount"] -= 5

    edited(files, "prices.json", change)


@forgery("prices.json")
def a_name_stands_twice_in_an_object_of_the_prices(files: Files) -> None:
    files["prices.json"] = files["prices.json"].replace(b'"total": ', b'"total": 1, "total": ', 1)


@forgery("cases.json R-")
def the_price_in_the_figures_is_another(files: Files) -> None:
    edited(files, "cases.json", lambda cases: cases[0]["bids"][-1].update(price=1))


@forgery("cases.json")
def the_minimum_score_is_lowered(files: Files) -> None:
    edited(files, "cases.json", lambda cases: cases[0].update(threshold="50"))


@forgery("cases.json")
def the_weight_of_a_criterion_is_changed(files: Files) -> None:
    edited(files, "cases.json", lambda cases: cases[0]["criteria"][0].update(weight="31"))


@forgery("ranking.json R-")
def a_rank_is_changed(files: Files) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        one, two = (row for row in rows if row["rank"])
        one["rank"], two["rank"] = two["rank"], one["rank"]

    edited(files, "ranking.json", change)


@forgery("ranking.json R-")
def the_last_figure_of_a_balanced_price_is_changed(files: Files) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        row = next(row for row in rows if row["rank"] == 1)
        row["final"] = row["final"][:-1] + str((int(row["final"][-1]) + 1) % 10)

    edited(files, "ranking.json", change)


@forgery("ranking.json R-")
def a_bid_under_the_minimum_is_told_as_ranked(files: Files) -> None:
    edited(
        files, "ranking.json", lambda rows: next(r for r in rows if r["rank"] is None).update(status="ranked", rank=3)
    )


# Contract and papers


@forgery("contract.json")
def the_amount_of_the_contract_is_changed(files: Files) -> None:
    edited(files, "contract.json", lambda c: c.update(amount=c["amount"] + 1))


@forgery("contract.json")
def the_contract_is_with_another_bidder(files: Files) -> None:
    other = loser(files)
    edited(files, "contract.json", lambda c: c.update(bid=other["bid"], receipt=other["receipt"]))


@forgery("contract.json")
def the_contract_ends_later(files: Files) -> None:
    edited(files, "contract.json", lambda c: c.update(ends_on="2099-01-01"))


@forgery("papers/contract-")
def a_page_of_the_contract_is_changed(files: Files) -> None:
    name = named(files, "papers/contract-")
    paper, out = pypdfium2.PdfDocument(files[name]), io.BytesIO()
    paper[2].set_rotation(180)
    paper.save(out)
    files[name] = out.getvalue()


@forgery("papers/contract-")
def a_page_of_the_contract_is_taken_out(files: Files) -> None:
    name = named(files, "papers/contract-")
    paper, out = pypdfium2.PdfDocument(files[name]), io.BytesIO()
    paper.del_page(3)
    paper.save(out)
    files[name] = out.getvalue()


@forgery("papers/price_minutes-")
def the_price_minutes_are_taken_out(files: Files) -> None:
    del files[named(files, "papers/price_minutes-")]


@forgery("papers/contract-AAAA")
def a_second_contract_is_added(files: Files) -> None:
    files["papers/contract-AAAA-AAAA-AAAA.pdf"] = files[named(files, "papers/contract-")]


@forgery("papers/")
def two_letters_change_places(files: Files) -> None:
    swap(files, named(files, "papers/regret_letter-"), named(files, "papers/regret_letter-", 1))


@forgery("scores.json")
def the_scores_are_taken_out(files: Files) -> None:
    del files["scores.json"]


@forgery("notes.txt")
def a_file_that_belongs_to_no_case_is_added(files: Files) -> None:
    files["notes.txt"] = b"all is well"


@forgery("contract.json")
def the_contract_is_taken_out(files: Files) -> None:
    del files["contract.json"]
