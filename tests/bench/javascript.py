"""Peers in JavaScript: a node process that does one thing again and again, a slice of time for each line."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from issuer.core.documents import Document
from tests.conformance import outside


@contextmanager
def asked(script: str, world: Document) -> Iterator[Callable[[str], float] | None]:
    """Yield how to ask a script for its rate per second of CPU time; None where it is not installed."""
    if shutil.which("node") is None or not (outside.FOLDER / "node_modules").is_dir():
        yield None
        return
    pipe = subprocess.PIPE
    with subprocess.Popen(["node", script], cwd=outside.FOLDER, stdin=pipe, stdout=pipe, text=True) as node:
        if node.stdin is None or node.stdout is None:
            raise AssertionError("the peer has no pipes")
        answers, questions = node.stdout, node.stdin

        def ask(line: str) -> float:
            questions.write(f"{line}\n")
            questions.flush()
            return float(answers.readline())

        questions.write(json.dumps(world) + "\n")
        yield ask
        questions.close()
