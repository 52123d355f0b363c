"""Named points at which a test lets the process die, as a power cut would."""

import os
import signal
from typing import Final

VARIABLE: Final = "ISSUER_TEST_FAILPOINT"
"""Names the point to die at. Unset, as it is everywhere but in tests, no point does anything."""


def reach(name: str) -> None:
    """Die at once where this point was chosen: nothing is closed, flushed or said, as after `kill -9`."""
    if os.environ.get(VARIABLE) == name:  # noqa: TID251 - no choice of an operator, so no setting
        os.kill(os.getpid(), signal.SIGKILL)
