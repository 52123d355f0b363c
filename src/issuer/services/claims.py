"""Share the background work among workers: each claims some of it for a while, and says what it did."""

from collections.abc import Collection
from datetime import timedelta

from issuer.context import Context
from issuer.db import claims
from issuer.db.claims import Claim

_DRAFTS = 100
_LISTS = 10
_WEBHOOKS = 8
_LETTERS = 20


def drafts(context: Context, holder: str, older_than: timedelta) -> list[tuple[str, str]]:
    """Return the (tenant, credential) keys of some unfinished drafts that no other worker is at."""
    with context.database.write.begin() as session:
        return claims.drafts(session, _claim(context, holder), context.clock() - older_than, _DRAFTS)


def lists(context: Context, holder: str) -> list[int]:
    """Return the numbers of some status lists to be signed anew that no other worker is at."""
    with context.database.write.begin() as session:
        return claims.lists(session, _claim(context, holder), _LISTS)


def webhooks(context: Context, holder: str) -> list[str]:
    """Return the ids of some webhooks to which something is to be sent, and no other worker is sending."""
    with context.database.write.begin() as session:
        return claims.webhooks(session, _claim(context, holder), _WEBHOOKS)


def exports(context: Context, holder: str) -> list[str]:
    """Return the key of a profile whose full export is ordered, and that no other worker is making."""
    with context.database.write.begin() as session:
        return claims.exports(session, _claim(context, holder), 1)


def settle_exports(context: Context, holder: str, done: Collection[str]) -> None:
    """Give up the claims on full exports that are made."""
    with context.database.write.begin() as session:
        claims.settle(session, holder, claims.EXPORT, done)


def settle_webhooks(context: Context, holder: str, done: Collection[str]) -> None:
    """Give up the claims on webhooks. There may be more to be sent to them at once."""
    with context.database.write.begin() as session:
        claims.settle(session, holder, claims.WEBHOOK, done)


def letters(context: Context, holder: str) -> list[str]:
    """Return the keys of some letters that are to be sent, and that no other worker is sending."""
    with context.database.write.begin() as session:
        return claims.letters(session, _claim(context, holder), _LETTERS)


def settle_letters(context: Context, holder: str, done: Collection[str]) -> None:
    """Give up the claims on letters. What was not sent may be sent at its time."""
    with context.database.write.begin() as session:
        claims.settle(session, holder, claims.LETTER, done)


def settle_drafts(context: Context, holder: str, done: Collection[str]) -> None:
    """Give up the claims on drafts that are finished. What failed stays claimed, and is left alone."""
    with context.database.write.begin() as session:
        claims.settle(session, holder, claims.DRAFT, done)


def settle_lists(context: Context, holder: str, done: Collection[int]) -> None:
    """Give up the claims on lists that were signed. They may be out of date again at once."""
    with context.database.write.begin() as session:
        claims.settle(session, holder, claims.LIST, [str(number) for number in done])


def hand_back(context: Context, holder: str) -> None:
    """Give up all claims of a worker that stops, so that the others need not wait for their end."""
    with context.database.write.begin() as session:
        claims.hand_back(session, holder)


def _claim(context: Context, holder: str) -> Claim:
    now = context.clock()
    return Claim(holder, now, now + timedelta(seconds=context.settings.lease_seconds))
