"""Logs of one JSON object a line, and metrics. Neither ever holds personal data."""

import logging
import os
import sys
import threading
from collections import Counter as Counts
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from issuer.core.securing import contexts
from issuer.core.securing.plans.planner import planner

_ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "request_id", "method", "route", "status", "milliseconds",
        "tenant", "client", "outcome", "code", "credential", "status_list", "key", "count",
        "exception", "webhook", "version", "address", "database",
    }
)  # fmt: skip
"""The only fields that a log line may hold. A name or an e-mail address has no field to stand in."""


def configure(level: str) -> None:
    """Set up logging for this process: JSON lines on standard error, allowed fields only."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log() -> structlog.typing.FilteringBoundLogger:
    """Return the logger."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def origin_of(error: BaseException) -> str:
    """Return an exception's type and the place in our code where it came from, but not its text.

    An exception's text can hold what somebody sent.
    """
    trace, place = error.__traceback__, "?"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("issuer."):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"


def _allowed_only(
    _logger: object, _method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: value for name, value in fields.items() if name in _ALLOWED and value is not None}


SHARED_COUNTS: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the processes of one `issuer serve` count together, where there are several."""


_RESULTS: Final = ("compiled", "filled", "general", "mismatch")
"""What may become of a plan: an operator wants the last one to stay at 0, which has to be there to see."""


@dataclass(frozen=True)
class Metrics:
    """What one process counts, for Prometheus."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    issued: Counter = field(init=False)
    withdrawn: Counter = field(init=False)
    verified: Counter = field(init=False)
    recovered: Counter = field(init=False)
    faults: Counter = field(init=False)
    plans: Counter = field(init=False)
    _planned: Counts[str] = field(default_factory=Counts, init=False)
    _planning: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"issuer_{name}", text, labels, registry=self.registry)

        parts: dict[str, object] = {
            "requests": counter("requests_total", "Requests answered", "route", "method", "status"),
            "seconds": Histogram(
                "issuer_request_seconds", "Time to answer", ["route"], registry=self.registry
            ),
            "issued": counter("events_total", "Events by their outcome", "outcome"),
            "withdrawn": counter("status_changes_total", "Changes of status", "change"),
            "verified": counter("verifications_total", "Verifications by their result", "result"),
            "recovered": counter("recovered_total", "Drafts finished after an interruption"),
            "faults": counter("faults_total", "Faults of the service itself", "code"),
            "plans": counter("plans_total", "Canonical forms by plan and without one", "result"),
        }
        for name, part in parts.items():
            object.__setattr__(self, name, part)
        for result in _RESULTS:
            self.plans.labels(result)

    def count_plans(self) -> None:
        """Bring `issuer_plans_total` up to what this process has done with plans so far."""
        with self._planning:
            counts = planner(contexts.in_force()).counts.copy()
            new = {result: counts[result] - self._planned[result] for result in _RESULTS}
            self._planned.update(new)
        for result, count in new.items():
            self.plans.labels(result).inc(count)
        if new["mismatch"]:
            log().error("plan_is_wrong", count=new["mismatch"])

    def exposition(self) -> bytes:
        """Return all counts in the Prometheus text format, of all processes of this `issuer serve`."""
        self.count_plans()
        folder = os.environ.get(SHARED_COUNTS)  # noqa: TID251 - its library reads it as it is imported
        if folder is None:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]
        return generate_latest(together)
