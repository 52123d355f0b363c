"""What is done without being asked: drafts finished after an interruption, status lists published."""

import threading
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from issuer import telemetry
from issuer.context import Context
from issuer.db import status_lists as lists
from issuer.errors import IssuerError
from issuer.services import finish, status_lists

_PAUSE_SECONDS = 5.0
_BATCH = 100


def run_once(context: Context, older_than: timedelta = finish.LEFT_ALONE) -> int:
    """Do everything that waits, and return how many things could be done.

    Drafts younger than `older_than` are left to their own request, which is usually still at them.
    """
    done = finish.finish_all(context, older_than)
    with context.database.read() as session:
        stale = lists.stale(session, _BATCH)
    for number in stale:
        try:
            status_lists.published(context, number)
        except IssuerError as error:
            context.metrics.faults.labels(error.code).inc()
            telemetry.log().error("list_not_published", status_list=number, code=error.code)
        else:
            done += 1
    return done


def run(context: Context, stop: threading.Event) -> None:
    """Work until told to stop. A failure is logged, and what failed is tried again after a pause."""
    while not stop.is_set():
        try:
            run_once(context)
        except (IssuerError, SQLAlchemyError, OSError) as error:
            context.metrics.faults.labels("worker").inc()
            telemetry.log().error("worker_failed", exception=telemetry.origin_of(error))
        stop.wait(_PAUSE_SECONDS)
