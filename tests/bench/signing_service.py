"""The peer: the Digital Credentials Consortium's signing service, where node and a folder of it are at hand.

It is no package: clone its repository, `npm ci --omit=dev --ignore-scripts` there, and name the folder in
SIGNING_SERVICE. Measured with its version 1.1.0. It signs what it is sent, and stores nothing.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import processes

_FOLDER = "SIGNING_SERVICE"
_SIGN = "instance/testing/credentials/sign?suite=eddsa2022"


@contextmanager
def serving() -> Iterator[tuple[str, int] | None]:
    """Yield the address where a running service signs, and its process; None where there is none."""
    folder = os.environ.get(_FOLDER)  # noqa: TID251
    if folder is None or shutil.which("node") is None:
        yield None
        return
    port = processes.free_port()
    settings = {"PORT": str(port), "NODE_ENV": "production"}
    with processes.started(["node", "server.js"], port, Path(folder), settings) as pid:
        yield f"http://127.0.0.1:{port}/{_SIGN}", pid
