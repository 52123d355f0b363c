import json
import os
from pathlib import Path

import httpx
import pytest

from tests.support import forking, server
from tests.support.world import DEFINITION, World


def run(
    *arguments: str, folder: Path, code: int = 0, stdin: bytes = b"", settings: dict[str, str] | None = None
) -> str:
    """Run `issuer` in an empty folder with these settings alone, and return what it printed."""
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200", **(settings or {})}  # noqa: TID251
    found = forking.run(arguments, environment, folder, stdin)
    output = found.stdout.decode() + found.stderr.decode()
    assert found.returncode == code, output
    assert "Traceback" not in output
    return output


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }


def test_an_operator_goes_from_nothing_to_an_issuer_with_a_rotated_key(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    definition = tmp_path / "feedback.yaml"
    definition.write_text(json.dumps({"code": "MC-FEEDBACK", **DEFINITION}))

    run("migrate", folder=tmp_path, settings=settings)
    made = run(
        "tenant", "create", "alder", "--name", "Alder", "--default", folder=tmp_path, settings=settings
    )
    published = run("achievement", "publish", str(definition), folder=tmp_path, settings=settings)
    again = run("achievement", "publish", str(definition), folder=tmp_path, settings=settings)
    key = run("client", "create", "lms", "--scope", "events:write", folder=tmp_path, settings=settings)
    first = json.loads(run("keys", "list", "--json", folder=tmp_path, settings=settings))
    rotated = run("keys", "rotate", folder=tmp_path, settings=settings).strip()
    run("keys", "retire", first[0]["id"], folder=tmp_path, settings=settings)
    states = {
        each["id"]: each["state"]
        for each in json.loads(run("keys", "list", "--json", folder=tmp_path, settings=settings))
    }

    assert "did:web:badges.example.org" in made
    assert published == again == "https://badges.example.org/i/alder/a/MC-FEEDBACK/v1\n"
    assert key.startswith("sk_live_")
    assert states == {first[0]["id"]: "retired", rotated: "signs now"}


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"ISSUER_TYPO": "1"}, "unknown settings: ISSUER_TYPO"),
        ({"ISSUER_PUBLIC_URL": "http://badges.example.org"}, "plain http"),
        ({"ISSUER_PUBLIC_URL": "badges"}, "ISSUER_PUBLIC_URL"),
        ({"ISSUER_STATUS_LIST_LENGTH": "8"}, "ISSUER_STATUS_LIST_LENGTH"),
        ({"ISSUER_KEY_PASSPHRASE_FILE": "/nowhere/at/all"}, "/nowhere/at/all"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_is_shown(
    tmp_path: Path, settings: dict[str, str], extra: dict[str, str], says: str
) -> None:
    output = run("migrate", folder=tmp_path, code=1, settings={**settings, **extra})

    assert says in output
    assert "passphrase for tests" not in output


def test_production_refuses_to_start_with_a_key_that_others_can_read(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", folder=tmp_path, settings=settings)
    for path in (tmp_path / "keys").iterdir():
        path.chmod(0o644)

    assert "chmod 600" in run("serve", folder=tmp_path, code=1, settings=settings)


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["tenant"],
        ["keys"],
        ["client"],
        ["achievement"],
        ["award"],
        ["status-list"],
        ["verify"],
        ["demo"],
        ["serve"],
    ],
)
def test_every_command_has_help(tmp_path: Path, command: list[str]) -> None:
    assert "Usage" in run(*command, "--help", folder=tmp_path)


def test_the_demo_does_the_main_job(tmp_path: Path) -> None:
    found = json.loads(run("demo", "--once", "--json", folder=tmp_path))

    assert [(badge["state"], badge["result"]) for badge in found["badges"]] == [
        ("current", "valid"),
        ("expired", "expired"),
        ("withdrawn", "revoked"),
        ("suspended", "suspended"),
        ("half a stack", "2 of 3"),
        ("stack", "valid"),
    ]
    assert found["api_key"].startswith("sk_live_")
    assert found["curl"].startswith("curl ")
    assert list(tmp_path.iterdir()) == []


def test_the_demo_prints_a_whole_address_a_line_where_nobody_watches(tmp_path: Path) -> None:
    lines = run("demo", "--once", folder=tmp_path).splitlines()

    addresses = [line.split("\t")[2] for line in lines[:4]]
    assert all(address.startswith("http://localhost:") and "/b/" in address for address in addresses)


class TestVerify:
    """`issuer verify` beside a running service, with no database and no settings of its own."""

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_stranger_verifies_by_address_and_by_file(self, alder: World, tmp_path: Path) -> None:
        with server.local(alder) as (world, url):
            award = world.issue().award[0]
            file = tmp_path / "badge.json"
            file.write_text(str(award.secured))
            address = f"{url}/b/{award.public_id}"

            by_address = run("verify", address, folder=tmp_path)
            by_file = json.loads(run("verify", "--json", str(file), folder=tmp_path))
            run("verify", "-", folder=tmp_path, stdin=file.read_bytes())
            httpx.post(
                f"{url}/v1/awards/{award.public_id}/revoke", json={"reason": "other"}, headers=world.headers
            )
            withdrawn = json.loads(run("verify", "--json", str(file), folder=tmp_path, code=1))

        assert "Genuine and current" in by_address
        assert by_file["result"] == "issuer_unrecognized"
        assert {check["id"]: check["outcome"] for check in by_file["checks"]}["status"] == "passed"
        assert withdrawn["result"] == "revoked"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_tampered_file_is_refused_and_a_silent_issuer_is_no_verdict(
        self, alder: World, tmp_path: Path
    ) -> None:
        with server.local(alder) as (world, _):
            signed = json.loads(str(world.issue().award[0].secured))
            tampered = json.dumps({**signed, "name": "Another"}).encode()
            refused = json.loads(run("verify", "--json", "-", folder=tmp_path, code=1, stdin=tampered))
        silent = run("verify", "--json", "-", folder=tmp_path, code=2, stdin=json.dumps(signed).encode())

        assert refused["result"] == "altered"
        assert json.loads(silent)["result"] == "could_not_check"

    def test_what_is_no_badge_is_no_verdict_either_and_never_stops_the_rest(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text("nonsense")

        output = run("verify", "--json", "a.json", "missing.json", folder=tmp_path, code=2)

        assert [json.loads(line)["result"] for line in output.splitlines()] == ["unreadable", "unreadable"]


def test_a_missing_key_file_is_named_before_anything_is_served(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", folder=tmp_path, settings=settings)
    for path in (tmp_path / "keys").iterdir():
        path.unlink()

    assert "is not in the keys folder" in run("serve", folder=tmp_path, code=1, settings=settings)
