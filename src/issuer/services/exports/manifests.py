"""Make what an agency fetches: a full export, or what changed since a cursor, under a signed manifest."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.exchange.exports import cursors, manifest, samples
from issuer.core.exchange.exports.cursors import Cursor, CursorExpired
from issuer.core.exchange.exports.manifest import Contents, Mode, Piece
from issuer.core.exchange.exports.profile import MAX_ROWS
from issuer.core.exchange.exports.rows import Row
from issuer.db import export_changes, export_reading, exports, tenants
from issuer.db.export_tables import ExportManifest
from issuer.errors import Unavailable
from issuer.services.exports import feed, files, profiles, sealing, transcripts
from issuer.services.exports.files import Written
from issuer.services.exports.profiles import Export
from issuer.services.webhooks import announcing

GRACE: Final = timedelta(days=7)
"""For how long files are kept after they were made."""

AT_ONCE: Final = MAX_ROWS
"""Of so many badges a full export is made while somebody waits. Of more a worker makes it."""

_NOWHERE: Final = -1
"""Where a sample begins: at no position, so that no cursor leads to it."""

_OF_NO_VERSION: Final = 0
"""What the cursor of a sample says that was read: by no version of the profile anything was."""

_PART: Final = 5_000
"""How many changes one delta has at most: its rows are in memory together."""

_AS_GOOD: Final = timedelta(minutes=10)
"""A large export so young is as good as a new one: the changes after it are had by its cursor."""


class ExportOrdered(Unavailable):
    """A full export is being made, and is not there yet."""

    code = "export-ordered"


class ErasedMeanwhile(Unavailable):
    """Somebody was erased while an export was made, and may be in it."""

    code = "erased-meanwhile"


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was signed, and its id."""

    id: str
    content: str

    @property
    def document(self) -> Document:
        """The manifest as a document."""
        found: Document = json.loads(self.content)
        return found


def full(context: Context, export: Export, *, wait: bool = False) -> Manifest:
    """Return a full export: one since which nothing changed, a large one of a moment ago, or a new one.

    A large one is ordered, and made by a worker, unless `wait` says to make it now. Raises `ExportOrdered`
    while it is not there, and `FormatUnavailable`.
    """
    files.check(export.profile)
    announcing.announce(context)
    with context.database.read() as session:
        latest = exports.latest_full(session, export.tenant.id, export.id, export.row.version)
        newest = export_changes.newest(session, export.tenant.id)
    is_large = _is_large(context, export)
    if latest is not None and _is_good(context, latest, newest, is_large=is_large):
        return Manifest(latest.id, latest.content)
    if is_large and not wait:
        with context.database.write.begin() as session:
            exports.order(session, export.tenant.id, export.id, context.clock())
        raise ExportOrdered("the full export is being made: ask again in a while, as Retry-After says")
    return _whole(_Made(context, export))


def delta(context: Context, export: Export, given: str) -> Manifest:
    """Return what changed since a cursor, at most one file's worth: `more` says that there is more.

    Where the profile became another one since, it is all that it is about now, and a tombstone for what it
    was about before; if that is much, the cursor has expired. Of records of people it is all of them, where
    any changed. Raises `UnusableCursor` and `CursorExpired`.
    """
    files.check(export.profile)
    announcing.announce(context)
    cursor = read_cursor(context, export, given)
    if cursor.version == _OF_NO_VERSION:
        return full(context, export)
    if cursor.version != export.row.version:
        if _is_large(context, export):
            raise CursorExpired(
                "the profile has changed since: load the full export anew, by asking without one"
            )
        return _whole(_Made(context, export), cursor, given)
    with context.database.read() as session:
        reached = export_changes.reached(session, export.tenant.id, cursor.position, _PART)
        span = cursor.position, reached
        before = exports.same(session, export.tenant.id, export.id, export.row.version, span)
    if before is not None and _is_kept(context, before):
        return Manifest(before.id, before.content)
    return _changes(_Made(context, export), cursor, given)


def sample(context: Context, export: Export) -> Manifest:
    """Return made-up rows in the form of the real ones. Its cursor leads to a full export.

    Records of people have none: nobody who does not exist gets a signature. Raises `RecordsNotRows`.
    """
    profiles.must_have_rows(export)
    files.check(export.profile)
    made = _Made(context, export)
    made.write([samples.sample(export.profile)])
    return made.signed("sample", (_NOWHERE, 0), None)


def read_cursor(context: Context, export: Export, given: str) -> Cursor:
    """Return how far somebody has read, or raise `UnusableCursor` or `CursorExpired`."""
    return cursors.read(export.tenant.link_secret, export.id, given, context.clock())


def position_of(context: Context, export: Export, given: str) -> int:
    """Return how far somebody has read a profile that is still the same.

    Raises `UnusableCursor`, or `CursorExpired` for a cursor of an earlier version too.
    """
    cursor = read_cursor(context, export, given)
    if cursor.version != export.row.version:
        raise CursorExpired("the profile has changed since: ask for a manifest with the same cursor")
    return cursor.position


def cursor_at(context: Context, export: Export, position: int, version: int | None = None) -> str:
    """Return the cursor of a position, by the newest version of the profile where none is named."""
    cursor = Cursor(export.row.version if version is None else version, position, context.clock())
    return cursors.text(export.tenant.link_secret, export.id, cursor)


def _is_large(context: Context, export: Export) -> bool:
    with context.database.read() as session:
        return export_reading.count(session, export.tenant.id) > AT_ONCE


def _is_good(context: Context, latest: ExportManifest, newest: int, *, is_large: bool) -> bool:
    """Return whether a full export that was made before is as good as one that would be made now."""
    is_young = is_large and context.clock() - latest.created_at < _AS_GOOD
    return _is_kept(context, latest) and (is_young or latest.to_position == newest)


def _is_kept(context: Context, made: ExportManifest) -> bool:
    """Return whether the files of a manifest are there for long enough to be fetched."""
    return made.until - context.clock() > GRACE / 2


def _changes(made: "_Made", cursor: Cursor, given: str) -> Manifest:
    context, export = made.context, made.export
    with context.database.read() as session:
        told = feed.changed(context, session, export, cursor.position, _PART)
    if export.profile.format == "clr" and told.rows:
        return _whole(made, cursor, given)
    made.write([[row for row in told.rows if row["op"] == "upsert"]])
    made.write([[row for row in told.rows if row["op"] == "delete"]], deleted=True)
    return made.signed("delta", (cursor.position, told.position), given, more=not told.is_last)


def _whole(made: "_Made", cursor: Cursor | None = None, given: str | None = None) -> Manifest:
    context, export = made.context, made.export
    with context.database.read() as session:
        position = export_changes.newest(session, export.tenant.id)
    if export.profile.format == "clr":
        made.write(transcripts.whole(context, export, position))
        return made.signed("full", (None, position), given)
    with context.database.read() as session:
        made.write(feed.whole(context, session, export, position))
        if cursor is not None:
            made.write(feed.left(context, session, export, cursor.version, position), deleted=True)
    return made.signed("full", (None, position), given)


class _Made:
    """An export that is being made: its files are stored one by one, and its manifest in the end.

    Its row is there before anything is read. Who is erased meanwhile takes it away, and nothing comes of it.
    """

    def __init__(self, context: Context, export: Export) -> None:
        self.context, self.export = context, export
        self._now = context.clock()
        self._output: list[Piece] = []
        self._deleted: list[Piece] = []
        self._row = ExportManifest(
            id=context.new_key(),
            tenant_id=export.tenant.id,
            profile_id=export.id,
            version=export.row.version,
            to_position=_NOWHERE,
            content=exports.IN_THE_MAKING,
            created_at=self._now,
            until=self._now + GRACE,
        )
        with context.database.write.begin() as session:
            tenants.hold(session, export.tenant.id)  # whoever is being erased is so before this is there
            session.add(self._row)

    def write(self, found: Iterator[list[Row]] | Sequence[list[Row]], *, deleted: bool = False) -> None:
        """Write rows into files."""
        for each in files.write(self.export.profile, found, deleted=deleted):
            (self._deleted if deleted else self._output).append(self._kept(each))

    def signed(
        self, mode: Mode, span: tuple[int | None, int], previous: str | None, *, more: bool = False
    ) -> Manifest:
        """Sign the manifest of a span of positions, keep and return it. Raises `ErasedMeanwhile`."""
        context, export = self.context, self.export
        version = _OF_NO_VERSION if mode == "sample" else export.row.version
        contents = Contents(
            mode=mode,
            made=self._now,
            cursor=cursor_at(context, export, span[1], version),
            previous=previous,
            more=more,
            schema=address(context, export, "schema"),
            version=export.row.version,
            output=self._output,
            deleted=self._deleted,
        )
        document = manifest.document(export.profile, context.addresses(export.tenant).did, contents)
        content = documents.text(sealing.sealed(context, sealing.seal_of(context, export), document))
        with context.database.write.begin() as session:
            is_there = exports.finish(session, export.tenant.id, self._row.id, span, content)
            if not is_there:
                exports.drop_files(session, export.tenant.id)
        if not is_there:
            raise ErasedMeanwhile("somebody in the export was erased while it was made: ask for it anew")
        return Manifest(self._row.id, content)

    def _kept(self, written: Written) -> Piece:
        context, export = self.context, self.export
        suffix = manifest.suffix(export.profile)
        row = {
            "profile_id": export.id,
            "sha256": written.sha256,
            "suffix": suffix,
            "content": written.content,
            "until": self._now + GRACE,
        }
        with context.database.write.begin() as session:
            exports.keep_file(session, export.tenant.id, row)
        return Piece(
            url=address(context, export, f"files/{written.sha256}{suffix}"),
            format=export.profile.format,
            count=written.count,
            bytes=len(written.content),
            sha256=written.sha256,
            first_seq=written.first,
            last_seq=written.last,
        )


def address(context: Context, export: Export, place: str) -> str:
    """Return the address of a place of an export in the API."""
    return f"{context.settings.public_url}/v1/exports/{export.row.name}/{place}"
