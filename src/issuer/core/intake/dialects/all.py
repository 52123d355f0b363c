"""Every dialect by its name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from issuer.core.intake.dialects import ags, caliper, canvas, moodle, open_edx, xapi
from issuer.core.intake.observation import Reading

Name: TypeAlias = Literal["canvas", "moodle", "open-edx", "caliper", "xapi", "lti-ags"]
Read: TypeAlias = Callable[[object, datetime], list[Reading]]

DIALECTS: Final[Mapping[Name, Read]] = {
    "canvas": canvas.read,
    "moodle": moodle.read,
    "open-edx": open_edx.read,
    "caliper": caliper.read,
    "xapi": xapi.read,
    "lti-ags": ags.read,
}
"""What each takes is a JSON value and the moment at which it came."""
