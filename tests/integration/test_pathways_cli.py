"""`issuer pathway` from an empty folder."""

import json
from pathlib import Path

import pytest

from tests.integration.test_cli import run
from tests.support.world import DEFINITION

STACK = """\
code: AFL
name: Feedback Specialist
description: Leads feedback in a school.
requires: {any: 1, of: [MC-A, MC-B]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }


def test_an_operator_keeps_pathways_in_files(tmp_path: Path, settings: dict[str, str]) -> None:
    def issuer(*arguments: str, code: int = 0) -> str:
        return run(*arguments, folder=tmp_path, code=code, settings=settings).strip()

    issuer("migrate")
    issuer("tenant", "create", "alder", "--name", "Alder", "--default")
    for badge in ("MC-A", "MC-B"):
        (tmp_path / "badge.json").write_text(json.dumps({"code": badge, **DEFINITION}))
        issuer("achievement", "publish", "badge.json")
    (tmp_path / "stack.yaml").write_text(STACK)
    (tmp_path / "wrong.yaml").write_text(STACK.replace("MC-B", "MC-C"))
    (tmp_path / "nameless.yaml").write_text(STACK.replace("code: AFL\n", ""))

    published = issuer("pathway", "publish", "stack.yaml")
    again = issuer("pathway", "publish", "stack.yaml")
    refused = issuer("pathway", "publish", "wrong.yaml", code=1)
    nameless = issuer("pathway", "publish", "nameless.yaml", code=1)
    shown = json.loads(issuer("pathway", "show", "AFL"))
    retired = issuer("pathway", "retire", "AFL")
    listed = json.loads(issuer("pathway", "list", "--json"))

    assert published == again == "https://badges.example.org/i/alder/p/AFL/v1"
    assert "/requires/of/1: no achievement 'MC-C' is published" in refused
    assert "needs a code" in nameless
    assert shown["requires"] == {"any": 1, "of": ["MC-A", "MC-B"]}
    assert retired == "AFL is retired"
    assert [(row["code"], row["version"], row["state"]) for row in listed] == [("AFL", 1, "retired")]
