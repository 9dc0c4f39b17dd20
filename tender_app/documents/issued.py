"""Issuing a paper: rendered once, stored for ever, found again by its code or by the digest of a copy."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.documents.paper import Stamp
from tender_app.kernel.persian import identifier
from tender_app.store.context import Context
from tender_app.store.files import files_of

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter or figure that is read as another
GROUPS, LENGTH = 3, 4


@dataclass(frozen=True, slots=True)
class Issue:
    """What is said of a paper besides its content."""

    kind: DocumentKind
    number: str
    title: str
    organisation_id: int
    tender_id: int
    firm_id: int | None = None
    is_public: bool = False


def issue(ctx: Context, what: Issue, render: Callable[[Stamp], bytes]) -> IssuedDocument:
    """Draw the paper and keep it; the ledger's entry of the act quotes its digest too."""
    document = draw(ctx, what, render)
    ctx.session.add(document)
    ctx.session.flush()
    ctx.noted.setdefault("papers", {})[name_of(document)] = document.digest
    return document


def draw(ctx: Context, what: Issue, render: Callable[[Stamp], bytes]) -> IssuedDocument:
    """Render the paper with its stamp and store it; the row is not kept yet."""
    code = code_of(ctx, what)
    content = render(Stamp(code, f"{ctx.settings.public_url}/verify?code={code}"))
    stored = files_of(ctx.settings).put(content)
    return IssuedDocument(
        kind=what.kind,
        organisation_id=what.organisation_id,
        tender_id=what.tender_id,
        firm_id=what.firm_id,
        number=what.number,
        title=what.title,
        code=code,
        is_public=what.is_public,
        file_key=stored.key,
        digest=stored.digest,
        size=stored.size,
        issued_at=ctx.now,
        issued_by=ctx.actor.person_id,
    )


def name_of(document: IssuedDocument) -> str:
    """Return the name under which the ledger and a case file know a paper: its kind and its code."""
    return f"{document.kind.value}-{document.code}"


def find(session: Session, text: str) -> IssuedDocument | None:
    """Return the issued document with this code or digest, however it was typed."""
    plain = identifier(text)
    query = sa.select(IssuedDocument).where(
        sa.or_(IssuedDocument.code == plain.upper(), IssuedDocument.digest == plain.lower())
    )
    return session.scalars(query).one_or_none()


def of_tender(session: Session, tender_id: int, *kinds: DocumentKind) -> list[IssuedDocument]:
    """Return the papers of these kinds that were issued in a tender, the oldest first; who may read them is asked elsewhere."""
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender_id, IssuedDocument.kind.in_(kinds))
    return list(session.scalars(query.order_by(IssuedDocument.id)))


def code_of(ctx: Context, what: Issue) -> str:
    """Return a code such as 7K3M-9QPD-2XVA, of 58 bits: the same for the same paper, and not to be told without the secret."""
    query = sa.select(sa.func.count()).where(IssuedDocument.tender_id == what.tender_id)
    about = f"{what.kind}|{what.number}|{what.firm_id}|{ctx.now.isoformat()}|{ctx.session.scalar(query)}"
    drawn = int.from_bytes(hmac.digest(ctx.settings.secret_key.encode(), about.encode(), "sha256"))
    letters = [ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(GROUPS * LENGTH)]
    return "-".join("".join(letters[start : start + LENGTH]) for start in range(0, len(letters), LENGTH))
