"""Counts and checksums by which both sides see that they have the same."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from issuer.core.exchange.exports.rows import Row


class Partition(NamedTuple):
    """An achievement and a month, `YYYY-MM`, by the day of the award."""

    achievement: str
    month: str


@dataclass(frozen=True)
class Sum:
    """How many rows a partition has, and the checksum over them."""

    partition: Partition
    count: int
    checksum: str


@dataclass
class Ledger:
    """Rows as they are counted: of each, 32 bytes are kept."""

    digests: defaultdict[Partition, list[str]] = field(default_factory=lambda: defaultdict(list))

    def count(self, rows: Iterable[Row]) -> None:
        """Count rows, as an export has them."""
        for row in rows:
            partition = Partition(row["achievement_code"], row["awarded_date"][:7])
            self.digests[partition].append(row["row_sha256"])

    def sums(self) -> list[Sum]:
        """Return the sum of each partition: SHA-256 over its rows' own checksums, sorted, one a line."""
        return [
            Sum(
                partition,
                len(found),
                sha256("".join(f"{each}\n" for each in sorted(found)).encode()).hexdigest(),
            )
            for partition, found in sorted(self.digests.items())
        ]
