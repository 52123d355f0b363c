"""A file of events for `issuer issue`, and what that says became of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.killing.sender import events
from tests.killing.stage import Stage

_CHUNK = 10
_IN_FEW_CHUNKS = 2


@dataclass(frozen=True)
class File:
    """Events, the command that issues them, and where it says what became of each."""

    names: Sequence[str]
    command: Sequence[str]
    results: Path

    @property
    def answered(self) -> int:
        """How many lines were answered so far."""
        return self.results.read_bytes().count(b"\n") if self.results.exists() else 0

    def has_answered(self, count: int) -> bool:
        """Return whether so many lines were answered."""
        return self.answered >= count

    def acknowledge(self, stage: Stage) -> None:
        """Put into the ledger what the results say, which must name each event once."""
        rows = [json.loads(line) for line in self.results.read_text().splitlines()]
        assert [row["id"] for row in rows] == list(self.names)
        for row in rows:
            stage.ledger.acknowledge(row["id"], row["award"], again=False)


def file(stage: Stage, prefix: str, count: int) -> File:
    """Return a new file of so many events, which goes into chunks."""
    given = events(f"{prefix}-imported", count)
    path = stage.folder / f"{prefix}.ndjson"
    path.write_text("".join(json.dumps(event) + "\n" for event in given))
    names = [str(event["id"]) for event in given]
    stage.ledger.sent.update(names)
    results = path.with_suffix(".results")
    chunk = str(min(_CHUNK, max(count // _IN_FEW_CHUNKS, 1)))
    command = ["issue", "--file", str(path), "--client", "tests", "--chunk", chunk, "--output", str(results)]
    return File(names, command, results)
