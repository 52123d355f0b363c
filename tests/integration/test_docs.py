"""The quickstart's commands, run as they stand."""

import json
import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support.platforms import CANVAS
from tests.support.world import World

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_command_of_the_api_quickstart_works(http: httpx.Client, alder: World) -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    setup, *commands = blocks
    functions = "\n".join(line for line in setup.splitlines() if not line.startswith("export"))
    script = "\n".join(["set -euo pipefail", functions, *commands])
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "URL": str(http.base_url).rstrip("/"),
        "KEY": alder.api_key,
    }

    ran = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert re.findall(r"/problems/([a-z-]+)", ran.stdout) == ["not-awardable"], ran.stdout
    assert ran.stdout.count('"outcome":"issued"') == 3
    assert '"result":"revoked"' in ran.stdout
    assert len(commands) == 8


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_command_for_a_platform_works(http: httpx.Client, alder: World, tmp_path: Path) -> None:
    setup = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)[0]
    [commands] = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "platforms.md").read_text(), re.DOTALL)
    functions = "\n".join(line for line in setup.splitlines() if not line.startswith("export"))
    (tmp_path / "result.json").write_text(json.dumps(CANVAS))
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "URL": str(http.base_url).rstrip("/"),
        "KEY": alder.api_key,
    }

    ran = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{functions}\n{commands}"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert "/problems/" not in ran.stdout
    assert '"result":"would_issue"' in ran.stdout
