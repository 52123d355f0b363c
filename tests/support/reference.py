"""Published vectors and fixtures of others, in a folder beside the checkout."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(
    os.environ.get("ISSUER_TEST_REFERENCE")  # noqa: TID251 - a setting of the tests alone
    or Path(__file__).parents[3] / "shared" / "reference"
)


def path(*parts: str) -> Path:
    """Return a file of the folder. Skips where the folder is absent, whatever else is required."""
    if not FOLDER.is_dir():
        pytest.skip("the reference folder is not here: set ISSUER_TEST_REFERENCE to it")
    return FOLDER.joinpath(*parts)


def load(*parts: str) -> Any:  # noqa: ANN401 - JSON as it comes
    """Return a JSON file of the folder, as parsed."""
    return json.loads(path(*parts).read_bytes())


def names(*parts: str) -> list[str]:
    """Return the names of a folder's files, or one that stands for its absence."""
    folder = FOLDER.joinpath(*parts)
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else ["absent"]
