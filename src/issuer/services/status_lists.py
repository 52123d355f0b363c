"""Give out places in status lists, and publish the lists that say what was withdrawn."""

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.core.status import bitstring, entries, permutation
from issuer.db import credentials, published_lists, status_lists, tenants, vc_api
from issuer.db.tables import StatusList
from issuer.services import list_text

_FILL = 0.8
"""The share of a list that is used: at the end, the last free indices would tell when a badge was made."""


def take_place(
    context: Context, session: Session, tenant_id: str, purpose: entries.Purpose
) -> tuple[int, int]:
    """Return (list number, index) of a fresh entry, in the caller's transaction."""
    return take_places(context, session, tenant_id, purpose, 1)[0]


def take_places(
    context: Context, session: Session, tenant_id: str, purpose: entries.Purpose, count: int
) -> list[tuple[int, int]]:
    """Return (list number, index) of fresh entries, all of one list, in the caller's transaction.

    Indices follow a keyed permutation of a counter: they look random, and never clash.
    """
    place = status_lists.take_places(session, tenant_id, purpose, _FILL, count)
    if place is None:
        # Whoever opens a list at the same moment waits here, and finds the one that was opened: of two, the
        # older would be used no more, and what asks for it would ask about the one badge in it.
        status_lists.queue(session, tenant_id)
        place = status_lists.take_places(session, tenant_id, purpose, _FILL, count)
    if place is None:
        session.add(_new_list(context, tenant_id, purpose))
        session.flush()
        place = status_lists.take_places(session, tenant_id, purpose, _FILL, count)
    if place is None:
        raise RuntimeError("a new status list has too few places")
    return [
        (place.list_id, permutation.permute(position, length=place.length, key=place.permutation_key))
        for position in range(place.position, place.position + count)
    ]


def published(context: Context, number: int, base: str | None = None) -> str:
    """Return the signed text of a list, signing it anew when a bit changed since.

    Raises `UnknownStatusList`, also for a list that lives at another origin than `base`, `KeyUnavailable`,
    and `InvalidProof` rather than publish what would not be believed.
    """
    with context.database.read() as session:
        found = status_lists.by_number(session, number)
        _check_origin(context, session, found, base)
        if found.secured_version >= found.version:
            text = published_lists.text(session, found.tenant_id, number)
            if text is not None:
                return text
    return context.remembered.lists.recall(
        (number, found.version), lambda: _brought_up_to_date(context, number), weigh=lambda _: None
    )


def rebuild(context: Context, number: int) -> str:
    """Return the signed text of a list, made anew from the rows of its credentials. Raises as `published`."""
    with context.database.write.begin() as session:
        found = status_lists.by_number(session, number)
        published_lists.mistrust(session, found.tenant_id, number)
    return published(context, number)


def differences(context: Context, number: int) -> list[int]:
    """Return the entries in which a list, brought up to date, is not what the rows of its credentials say.

    Raises what `published` raises, and `InvalidStatusList` for a text that cannot be read.
    """
    while True:
        published(context, number)
        with context.database.read() as session:
            before = _versions(session, number)
            found = status_lists.by_number(session, number)
            text = published_lists.text(session, found.tenant_id, number)
            wanted = _recorded(session, found)
            session.expire_all()  # PostgreSQL lets each query see what was committed until then
            is_still = before == _versions(session, number)
        if text is not None and is_still and len({*before}) == 1:
            return bitstring.differences(list_text.bits_of(text), wanted)


def _versions(session: Session, number: int) -> tuple[int, int]:
    found = status_lists.by_number(session, number)
    return found.version, found.secured_version


def _check_origin(context: Context, session: Session, found: StatusList, base: str | None) -> None:
    if base is not None and context.addresses(tenants.by_id(session, found.tenant_id)).base != base:
        raise status_lists.UnknownStatusList(f"there is no status list {found.id} here")


def _brought_up_to_date(context: Context, number: int) -> str:
    """Return the signed text of a list's newest version, published now unless another process was first."""
    while True:
        with context.database.read() as session:
            found = status_lists.by_number(session, number)
            text = published_lists.text(session, found.tenant_id, number)
            if text is not None and found.secured_version >= found.version:
                return text
            issuer = list_text.issuer_of(context, session, found.tenant_id)
            bits = _bits(session, found, text)
        text = list_text.signed(context, issuer, found, bits)
        failpoints.reach("list-signed")
        if _is_first(context, found, text):
            return text


def _bits(session: Session, found: StatusList, text: str | None) -> bytes:
    """Return the bits of a list as of its version: those that are published, and what changed since.

    Where that is not known, it is what the rows say. They may be ahead of the version: the changes that lead
    there are applied later once more, in their order, which alters nothing.
    """
    if text is not None:
        versions = found.secured_version, found.version
        changes = published_lists.since(session, found.tenant_id, found.id, *versions)
        if changes is not None:
            return bitstring.changed(
                list_text.bits_of(text), [(each.indices, each.is_set) for each in changes]
            )
    return _recorded(session, found)


def _recorded(session: Session, found: StatusList) -> bytes:
    indices = [
        *credentials.set_indices(session, found.tenant_id, found.id, found.purpose),
        *vc_api.set_indices(session, found.tenant_id, found.id),
    ]
    return bitstring.pack(indices, found.length)


def _is_first(context: Context, found: StatusList, text: str) -> bool:
    """Publish a text unless another process published one since `found` was read, and return whether."""
    versions = found.secured_version, found.version
    with context.database.write.begin() as session:
        is_first = published_lists.publish(session, found.tenant_id, found.id, versions, text)
        failpoints.reach("list-publishing")
    failpoints.reach("list-published")
    return is_first


def _new_list(context: Context, tenant_id: str, purpose: entries.Purpose) -> StatusList:
    return StatusList(
        tenant_id=tenant_id,
        purpose=purpose,
        length=context.settings.status_list_length,
        permutation_key=context.chance(permutation.KEY_BYTES),
        allocated=0,
        version=1,
        secured_version=0,
        created_at=context.clock(),
    )
