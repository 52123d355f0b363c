"""The command line: wires the parts together, prints, and chooses the exit code."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Told to stop while it is still being loaded, it stops without a word."""
    try:
        _run()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _run() -> None:
    """Run what was asked for. What is asked of one file at a time loads only what it needs."""
    if sys.argv[1:2] == ["verify"]:
        from issuer.cli import verify_alone as chosen  # noqa: PLC0415 - half of the time would be imports
    elif sys.argv[1:2] in (["bake"], ["unbake"]):
        from issuer.cli import bake_alone as chosen  # type: ignore[no-redef]  # noqa: PLC0415 - as above
    else:
        from issuer.cli import commands as chosen  # type: ignore[no-redef]  # noqa: PLC0415 - as above
    chosen.run()
