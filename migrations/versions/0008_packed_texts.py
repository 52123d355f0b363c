"""signed texts stored packed, in place of their drafts."""

import json
import zlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 500
_WHOLE = "UPDATE credential SET secured = :secured, draft = :draft, proof = :proof WHERE id = :id"


def upgrade() -> None:
    """Keep what there is as it is: a text without a dictionary is not packed."""
    op.create_table(
        "text_dictionary",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_text_dictionary_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_text_dictionary"),
    )
    op.drop_index("ix_credential_unfinished", "credential")
    binary = "BLOB" if _is_sqlite() else "bytea"
    _set_aside("draft", "proof", "secured")
    _run(
        f"ALTER TABLE credential ADD draft {binary}",
        "ALTER TABLE credential ADD proof text",
        f"ALTER TABLE credential ADD secured {binary} CONSTRAINT ck_credential_draft_or_secured"
        " CHECK (secured IS NULL OR (draft IS NULL AND proof IS NULL))",
        f"ALTER TABLE credential ADD dictionary_id {binary}"
        " CONSTRAINT fk_credential_dictionary_id REFERENCES text_dictionary (id)",
        f"UPDATE credential SET secured = {_bytes('old_secured')} WHERE old_secured IS NOT NULL",  # noqa: S608
        f"UPDATE credential SET draft = {_bytes('substr(old_draft, 1, length(old_draft) - 1)')},"  # noqa: S608
        " proof = old_proof WHERE old_secured IS NULL",
    )
    _drop("old_draft", "old_proof", "old_secured")
    _index()


def downgrade() -> None:
    op.drop_index("ix_credential_unfinished", "credential")
    _set_aside("draft", "proof", "secured")
    _run(
        "ALTER TABLE credential ADD draft text NOT NULL DEFAULT ''",
        "ALTER TABLE credential ADD proof text NOT NULL DEFAULT ''",
        "ALTER TABLE credential ADD secured text",
    )
    for rows in _packed():
        op.get_bind().execute(sa.text(_WHOLE), [_whole(*row) for row in rows])
    _drop("old_secured", "old_draft", "old_proof", "dictionary_id")
    if not _is_sqlite():
        _run(*(f"ALTER TABLE credential ALTER {name} DROP DEFAULT" for name in ("draft", "proof")))
    op.drop_table("text_dictionary")
    _index()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _set_aside(*names: str) -> None:
    """Give columns other names: of a column, SQLite can change nothing else."""
    _run(*(f"ALTER TABLE credential RENAME {name} TO old_{name}" for name in names))


def _drop(*names: str) -> None:
    _run(*(f"ALTER TABLE credential DROP {name}" for name in names))


def _bytes(text: str) -> str:
    return f"CAST({text} AS BLOB)" if _is_sqlite() else f"convert_to({text}, 'UTF8')"


def _index() -> None:
    where = sa.text("secured IS NULL")
    op.create_index(
        "ix_credential_unfinished",
        "credential",
        ["created_at"],
        sqlite_where=where,
        postgresql_where=where,
    )


def _packed() -> Iterator[list[sa.Row[str, bytes | None, bytes | None, str | None, bytes | None]]]:
    """Yield the packed texts with their dictionaries, some at a time."""
    query = sa.text(
        "SELECT c.id, c.old_secured, c.old_draft, c.old_proof, d.content FROM credential c"
        " LEFT JOIN text_dictionary d ON d.id = c.dictionary_id"
        " WHERE c.id > :last ORDER BY c.id LIMIT :most"
    )
    last = ""
    while rows := list(op.get_bind().execute(query, {"last": last, "most": _CHUNK})):
        yield rows
        last = rows[-1][0]


def _whole(
    key: str, secured: bytes | None, draft: bytes | None, proof: str | None, dictionary: bytes | None
) -> dict[str, str | None]:
    """Return a row's texts as they are. Of a signed one, the draft and the proof options are inside it."""
    if secured is None:
        text = _unpacked(draft or b"", dictionary) + "}"
        return {"id": key, "secured": None, "draft": text, "proof": proof}
    text = _unpacked(secured, dictionary)
    document = json.loads(text)
    options = document.pop("proof")
    del options["proofValue"]
    return {"id": key, "secured": text, "draft": _text(document), "proof": _text(options)}


def _unpacked(data: bytes, dictionary: bytes | None) -> str:
    if dictionary is None:
        return bytes(data).decode()
    parts, left = [], bytes(data)
    while left:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS, bytes(dictionary))
        parts.append(unpacker.decompress(left))
        left = unpacker.unused_data
    return b"".join(parts).decode()


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _run(*statements: str) -> None:
    for statement in statements:
        op.execute(statement)
