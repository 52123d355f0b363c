"""`issuer export` and `issuer import-check`: a folder for an agency, and the agency's own check of it."""

import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update

from issuer.db import exports
from issuer.db.tables import Credential
from issuer.services.exports import profiles
from tests.integration.test_cli import run
from tests.support import exporting, process, server
from tests.support.exporting import change, educator, heard, save
from tests.support.world import Clock, World, make_context, make_world

LAYOUT = """
title: Pennsylvania's own
separator: "|"
headings:
  - {name: PPID, column: state_educator_id}
  - {name: LAST, column: family_name, length: 4}
  - {name: DATE, column: awarded_date, date: "%m/%d/%Y"}
  - {name: STATUS, column: status, values: {active: A, revoked: R}}
  - {name: PROVIDER, text: "1234"}
"""


@dataclass
class District:
    """A served issuer that exports, and the settings of its command line."""

    world: World
    settings: dict[str, str]

    def run(self, *arguments: str, folder: Path, code: int = 0) -> str:
        return run(*arguments, folder=folder, code=code, settings=self.settings)


@pytest.fixture
def district(tmp_path: Path, sqlite_template: Path) -> Iterator[District]:
    path = tmp_path / "district.db"
    shutil.copy(sqlite_template, path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clock = Clock()
    context = make_context(tmp_path, f"sqlite:///{path}", clock, public_url=f"http://localhost:{port}")
    world = make_world(context, clock)
    exporting.agreed(world)
    for number in range(3):
        world.send(educator(world, number))
    heard(world)
    with server.serving(context, port):
        yield District(world, process.environment_of(world))
    context.database.engine.dispose()


def test_a_folder_is_checked_as_it_was_written_and_then_gets_what_changed(
    district: District, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert "full: 3 rows, 0 deleted, 1 files" in district.run(
        "export", "-p", "us-pa", "-o", str(out), folder=tmp_path
    )
    checked = run("import-check", str(out), "--local", folder=tmp_path)
    assert "the manifest is signed by did:web:localhost" in checked
    assert "3 badges are signed, and stand as their rows say" in checked
    assert "3 rows active" in checked
    said = run("import-check", str(out), "--local", "--issuer", "did:web:elsewhere", folder=tmp_path, code=1)
    assert "the manifest is not of did:web:elsewhere" in said

    award = district.world.send(educator(district.world, 9)).award.credential.public_id
    change(district.world, award, "revoke", "issued_in_error")
    heard(district.world)
    assert "delta: 1 rows" in district.run("export", "-p", "us-pa", "-o", str(out), folder=tmp_path)
    assert "delta: 0 rows" in district.run("export", "-p", "us-pa", "-o", str(out), folder=tmp_path)


def test_a_line_separator_within_a_name_does_not_break_a_row_in_two(
    district: District, tmp_path: Path
) -> None:
    event = educator(district.world, 9)
    event["recipient"]["familyName"] = "Se\u2028pa\u2029rated"
    district.world.send(event)
    heard(district.world)
    (tmp_path / "pa.yaml").write_text(LAYOUT.replace("length: 4", "length: 40"))

    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)
    district.run("export", "-p", "us-pa", "-o", "own", "--layout", "pa.yaml", folder=tmp_path)

    assert "4 rows active" in run("import-check", "out", "--local", folder=tmp_path)
    [file] = (tmp_path / "own").glob("*.csv")
    assert "Se\u2028pa\u2029rated" in file.read_bytes().decode()


@pytest.mark.parametrize("what", ["file", "manifest", "missing", "unsigned", "other issuer"])
def test_a_folder_that_somebody_altered_is_found_out(district: District, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    district.run("export", "-p", "us-pa", "-o", str(out), folder=tmp_path)
    [file] = out.glob("*.gz")
    manifest = json.loads((out / "manifest.json").read_text())
    if what == "file":
        file.write_bytes(file.read_bytes()[:-1])
    elif what == "missing":
        file.unlink()
    elif what == "manifest":
        manifest["counts"]["upserts"] = 4
    elif what == "unsigned":
        del manifest["proof"]
    else:
        manifest["issuer"] = "did:web:elsewhere.example"
    (out / "manifest.json").write_text(json.dumps(manifest))

    said = run("import-check", str(out), "--local", folder=tmp_path, code=1)

    assert "✕" in said


def test_what_could_not_be_asked_is_not_called_good(district: District, tmp_path: Path) -> None:
    out = tmp_path / "out"
    district.run("export", "-p", "us-pa", "-o", str(out), folder=tmp_path)

    said = run("import-check", str(out), "--offline", folder=tmp_path, code=2)

    assert "1 files are as the manifest has them" in said
    assert "the issuer's keys could not be had" in said


def test_a_file_that_was_altered_is_found_out_without_asking_anybody(
    district: District, tmp_path: Path
) -> None:
    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)
    [file] = (tmp_path / "out").glob("*.gz")
    file.write_bytes(file.read_bytes()[:-1])

    said = run("import-check", "out", "--offline", folder=tmp_path, code=1)

    assert "is not the file of the manifest" in said


def test_a_hold_that_strangers_do_not_see_is_no_forgery(district: District, tmp_path: Path) -> None:
    award = district.world.send(educator(district.world, 9)).award.credential.public_id
    change(district.world, award, "suspend", "other")
    heard(district.world)
    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)

    said = run("import-check", "out", "--local", folder=tmp_path)

    assert "4 badges are signed, and stand as their rows say" in said
    assert "1 rows suspended" in said


def test_a_badge_that_was_withdrawn_since_is_told(district: District, tmp_path: Path) -> None:
    out = tmp_path / "out"
    award = district.world.send(educator(district.world, 9)).award.credential.public_id
    heard(district.world)
    district.run("export", "-p", "us-pa", "-o", str(out), folder=tmp_path)
    change(district.world, award, "revoke", "issued_in_error")
    district.run("status-list", "check", folder=tmp_path)

    said = run("import-check", str(out), "--local", folder=tmp_path, code=1)

    assert "the row says active, the badge is revoked" in said


def test_a_name_with_a_line_separator_is_still_one_row(district: District, tmp_path: Path) -> None:
    event = educator(district.world, 8)
    event["recipient"] |= {"name": "Ana\u2028O'Neill", "familyName": "O\u2029Neill"}
    district.world.send(event)
    (tmp_path / "pa.yaml").write_text(LAYOUT)

    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)
    district.run("export", "-p", "us-pa", "-o", "laid", "--layout", "pa.yaml", folder=tmp_path)

    assert "4 rows active" in run("import-check", "out", "--local", folder=tmp_path)
    [file] = (tmp_path / "laid").glob("*.csv")
    assert "1000008|O\u2029Ne|" in file.read_bytes().decode()


def test_a_row_that_is_not_active_has_a_seal_that_holds_all_the_same(
    district: District, tmp_path: Path
) -> None:
    world = district.world
    save(world, signed=True)
    award = world.send(educator(world, 9)).award.credential
    change(world, award.public_id, "revoke", "issued_in_error")
    district.run("status-list", "check", folder=tmp_path)
    text = str(award.secured).replace("O'Neill", "Smith")
    digest = sha256(text.encode()).hexdigest()
    with world.context.database.write.begin() as session:
        stored = update(Credential).where(Credential.id == award.id)
        session.execute(stored.values(packed=text.encode(), dictionary_id=None, secured_sha256=digest))
    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)

    said = run("import-check", "out", "--local", folder=tmp_path, code=1)

    assert "the row says revoked, the badge is altered" in said


def test_a_state_has_its_own_layout_by_a_file(district: District, tmp_path: Path) -> None:
    (tmp_path / "pa.yaml").write_text(LAYOUT)
    district.run("export", "-p", "us-pa", "-o", "out", "--layout", "pa.yaml", folder=tmp_path)

    [file] = (tmp_path / "out").glob("*.csv")

    lines = file.read_bytes().decode().split("\r\n")
    assert lines[0] == "PPID|LAST|DATE|STATUS|PROVIDER"
    assert min(lines[1:4]) == "1000000|O'Ne|06/10/2026|A|1234"
    assert "1 files are as the manifest has them" in run("import-check", "out", "--local", folder=tmp_path)
    file.write_bytes(file.read_bytes().replace(b"|A|", b"|R|"))
    assert "is not the file of" in run("import-check", "out", "--local", folder=tmp_path, code=1)


def test_a_layout_that_names_what_there_is_not_is_refused(district: District, tmp_path: Path) -> None:
    (tmp_path / "pa.yaml").write_text(LAYOUT.replace("family_name", "ssn"))

    said = district.run("export", "-p", "us-pa", "-o", "out", "--layout", "pa.yaml", folder=tmp_path, code=1)

    assert "/headings/1/column" in said
    assert not (tmp_path / "out").exists()


def test_a_layout_with_a_column_that_was_not_agreed_on_is_refused_instead_of_left_empty(
    district: District, tmp_path: Path
) -> None:
    save(district.world, columns=["state_educator_id"])
    (tmp_path / "pa.yaml").write_text(LAYOUT)

    said = district.run("export", "-p", "us-pa", "-o", "out", "--layout", "pa.yaml", folder=tmp_path, code=1)

    assert "/headings/1/column: the profile has no column 'family_name'" in said


def test_a_layout_that_writes_a_name_as_a_date_is_refused(district: District, tmp_path: Path) -> None:
    (tmp_path / "pa.yaml").write_text(LAYOUT.replace("length: 4", 'date: "%Y"'))

    said = district.run("export", "-p", "us-pa", "-o", "out", "--layout", "pa.yaml", folder=tmp_path, code=1)

    assert "/headings/1/date" in said
    assert "Traceback" not in said


def test_what_the_operator_writes_into_a_folder_is_in_the_audit_log(
    district: District, tmp_path: Path
) -> None:
    district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path)

    with district.world.context.database.read() as session:
        row = exports.by_name(session, district.world.tenant.id, "us-pa")
        [found] = exports.downloads(session, district.world.tenant.id, row.id, 10)
    assert found.client_id == "operator"


def test_an_export_that_is_off_is_not_written_into_a_folder(district: District, tmp_path: Path) -> None:
    profiles.turn(district.world.context, district.world.tenant.id, "us-pa", off=True)

    said = district.run("export", "-p", "us-pa", "-o", "out", folder=tmp_path, code=1)

    assert "is turned off" in said
    assert not (tmp_path / "out").exists()


def test_an_operator_sees_profiles_and_what_came_back(district: District, tmp_path: Path) -> None:
    save(district.world, "us-pa", title="The state")

    assert "The state" in district.run("export-profile", "list", folder=tmp_path)
    assert district.run("export-profile", "receipts", "us-pa", folder=tmp_path) == ""
    said = district.run("export-profile", "receipts", "us-ny", folder=tmp_path, code=1)
    assert "there is no export profile 'us-ny'" in said
