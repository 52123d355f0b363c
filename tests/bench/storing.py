"""The limit: a route that only stores what it is sent, a row each, through the very gathering of events.

`python -m tests.bench.storing PORT FOLDER DATABASE_URL`
"""

import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Column, MetaData, String, Table, Text, insert

from issuer.context import Context
from issuer.errors import IssuerError
from issuer.services import issue
from issuer.services.issue import Issued, Sent
from issuer.web.gathering import Gathering
from tests.bench import processes
from tests.support.world import Clock, make_context

_STORED = Table("stored", MetaData(), Column("id", String(32), primary_key=True), Column("text", Text))
_NUMBERS = itertools.count()


@contextmanager
def serving(folder: Path, database_url: str) -> Iterator[tuple[str, int]]:
    """Yield the address of the route of a running server on an empty database, and its process."""
    port = processes.free_port()
    command = [sys.executable, "-m", "tests.bench.storing", str(port), str(folder), database_url]
    with processes.started(command, port) as pid:
        yield f"http://127.0.0.1:{port}/stored", pid


def _application(context: Context) -> FastAPI:
    app, gathering = FastAPI(openapi_url=None), Gathering()
    _STORED.metadata.create_all(context.database.engine)
    issue.issue_all = _store_all

    @app.post("/stored", status_code=201)
    async def stored(body: dict[str, Any]) -> dict[str, Any]:
        text = orjson.dumps(body).decode()
        await gathering.issue(context, "bench", cast("Sequence[Sent]", [text]))
        return body

    return app


def _store_all(context: Context, sent: Sequence[Sent]) -> list[Issued | IssuerError]:
    """Stand where events are issued, so that what is gathered is stored, in one transaction."""
    rows = [{"id": f"{next(_NUMBERS):032}", "text": text} for text in sent]
    with context.database.write.begin() as session:
        session.connection().execute(insert(_STORED), rows)
    return cast("list[Issued | IssuerError]", list(sent))


def _main(port: str, folder: str, database_url: str) -> None:
    context = make_context(Path(folder), database_url, Clock(datetime.now(UTC)))  # noqa: TID251
    uvicorn.run(
        _application(context),
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
