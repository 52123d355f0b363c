"""What is done without being asked: interrupted drafts finished, status lists published, webhooks sent.

Any number of workers share it, in one process or on many machines: each claims what it does next. A claim
ends by itself, so that what a worker was at when it died is done by another one. Nothing hangs on claims but
that work is not done twice for nothing.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from issuer import telemetry
from issuer.context import Context
from issuer.errors import IssuerError
from issuer.services import claims, finish, letters, request_log, status_lists
from issuer.services.after_award import expire
from issuer.services.exports import ordering
from issuer.services.hosts import pushing
from issuer.services.oauth import forgetting
from issuer.services.sources import replaying
from issuer.services.webhooks import announcing, delivering

_PAUSE_SECONDS = 5.0
_FAREWELL_SECONDS = 1.0
_FAILURES = (IssuerError, SQLAlchemyError, OSError)


def run_once(context: Context, older_than: timedelta = finish.LEFT_ALONE) -> int:
    """Do everything that waits and that no other worker is at, and return how many things could be done.

    Drafts younger than `older_than` are left to their own request, which is usually still at them.
    """
    holder = context.new_key()
    try:
        never = threading.Event()
        return _round(context, holder, never, older_than) + _tell(context, holder, never)
    finally:
        claims.hand_back(context, holder)


def run(context: Context, stop: threading.Event) -> None:
    """Work until told to stop, then hand back what is not done.

    A failure is logged, and what failed is tried again after a while, by whoever comes first. Others are told
    in a thread of its own: one of them who hangs keeps no badge waiting.
    """
    telling = threading.Thread(target=_repeat, args=(context, stop, _tell), daemon=True)
    telling.start()
    _repeat(context, stop, _round)
    telling.join(_FAREWELL_SECONDS)


def _repeat(
    context: Context, stop: threading.Event, work: Callable[[Context, str, threading.Event], int]
) -> None:
    holder = context.new_key()
    while not stop.is_set():
        try:
            work(context, holder, stop)
        except Exception as error:  # noqa: BLE001 - a worker that ended would be missed by nobody
            _record(context, error)
        stop.wait(_PAUSE_SECONDS)
    try:
        claims.hand_back(context, holder)
    except _FAILURES as error:
        _record(context, error)


def _tell(context: Context, holder: str, stop: threading.Event) -> int:
    """Pass on what the outbox has, and send what is due."""
    announcing.announce(context)
    count = 0
    while not stop.is_set() and (sent := delivering.deliver_some(context, holder, stop)):
        count += sent
        announcing.announce(context)
    while not stop.is_set() and (sent := letters.send_some(context, holder, stop)):
        count += sent
    while not stop.is_set() and (sent := pushing.send_some(context, stop)):
        count += sent
    return count


def _round(
    context: Context, holder: str, stop: threading.Event, older_than: timedelta = finish.LEFT_ALONE
) -> int:
    done = _finish_drafts(context, holder, older_than, stop) + _publish_lists(context, holder, stop)
    delivering.forget(context)
    request_log.forget(context)
    letters.forget(context)
    replaying.forget(context)
    ordering.forget(context)
    forgetting.forget(context)
    return done + _announce_ends(context, stop) + _fill_orders(context, holder, stop)


def _announce_ends(context: Context, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set() and (found := expire.announce(context)):
        count += found
    return count


def _fill_orders(context: Context, holder: str, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set() and (made := ordering.fill_orders(context, holder)):
        count += made
    return count


def _finish_drafts(context: Context, holder: str, older_than: timedelta, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set() and (claimed := claims.drafts(context, holder, older_than)):
        done = finish.finish_these(context, claimed)
        claims.settle_drafts(context, holder, done)
        count += len(done)
    return count


def _publish_lists(context: Context, holder: str, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set() and (claimed := claims.lists(context, holder)):
        done = [number for number in claimed if not stop.is_set() and _is_published(context, number)]
        claims.settle_lists(context, holder, done)
        count += len(done)
    return count


def _is_published(context: Context, number: int) -> bool:
    try:
        status_lists.published(context, number)
    except IssuerError as error:
        context.metrics.faults.labels(error.code).inc()
        telemetry.log().error("list_not_published", status_list=number, code=error.code)
        return False
    return True


def _record(context: Context, error: Exception) -> None:
    context.metrics.faults.labels("worker").inc()
    telemetry.log().error("worker_failed", exception=telemetry.origin_of(error))
