"""The command line: wires the parts together, prints, and chooses the exit code."""

import sys


def main() -> None:
    """Run the command line. `issuer verify` loads only what it needs: it is asked one badge at a time."""
    if sys.argv[1:2] == ["verify"]:
        from issuer.cli import verify_alone as chosen  # noqa: PLC0415 - half of the time would be imports
    else:
        from issuer.cli import commands as chosen  # type: ignore[no-redef]  # noqa: PLC0415 - as above
    chosen.run()
