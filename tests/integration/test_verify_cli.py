"""`issuer verify` as a process: one badge or many, by every kind of file, with nobody to ask."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.core.documents import Document
from issuer.core.verifying import findings
from tests.integration.test_cli import run
from tests.support import badges, pictures, reference, strangers
from tests.support.asking import as_jws, poison

GUILD, OTHER = strangers.stranger("a guild"), strangers.stranger("another guild")
FIXTURES = ("openbadges-3.0", "validator-fixtures")
PERSON = {
    "type": "IdentityObject",
    "hashed": False,
    "identityType": "emailAddress",
    "identityHash": "a@b.example",
}
STATUS = {
    "id": "https://guild.example/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://guild.example/status/1",
}


def made(**changes: object) -> Document:
    """Return a badge from long ago, so that it is current on whatever day it is verified."""
    badge = strangers.badge(GUILD) | {"validFrom": "2020-01-01T00:00:00Z"} | changes
    return GUILD.sign(badge, created="2020-01-02T00:00:00Z")


GOOD = made()
SUBJECT = strangers.badge(GUILD)["credentialSubject"]
FILES: dict[str, tuple[bytes, str]] = {
    "good.json": (json.dumps(GOOD).encode(), "issuer_unrecognized"),
    "token.jwt": (as_jws().encode(), "issuer_unrecognized"),
    "picture.png": (pictures.png_by_openbadgeslib(json.dumps(GOOD)), "issuer_unrecognized"),
    "drawing.svg": (pictures.svg_by_openbadgeslib(json.dumps(GOOD), as_text=True), "issuer_unrecognized"),
    "altered.json": (json.dumps(GOOD | {"name": "Brain surgery"}).encode(), "altered"),
    "ended.json": (json.dumps(made(validUntil="2021-01-01T00:00:00Z")).encode(), "expired"),
    "later.json": (json.dumps(made(validFrom="2999-01-01T00:00:00Z")).encode(), "not_yet_valid"),
    "listed.json": (json.dumps(made(credentialStatus=STATUS)).encode(), "status_unknown"),
    "silent.json": (json.dumps(badges.badge()).encode(), "could_not_check"),
    "unsigned.json": (json.dumps(strangers.badge(GUILD)).encode(), "unsigned"),
    "list.json": (json.dumps(badges.status_list()).encode(), "not_a_badge"),
    "poison.json": (json.dumps(poison()).encode(), "too_complex"),
    "bare.png": (pictures.png_by_pillow(), "unreadable"),
    "nonsense.json": (b"nonsense", "unreadable"),
    "deep.json": (b'{"a":' * 50_000, "unreadable"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of every kind."""
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def lines(folder: Path, *arguments: str, code: int = 0, stdin: bytes = b"") -> list[Document]:
    """Return what `issuer verify --json --offline` says of each source."""
    output = run("verify", "--json", "--offline", *arguments, folder=folder, code=code, stdin=stdin)
    return [json.loads(line) for line in output.splitlines()]


class TestMany:
    def test_each_file_has_its_line_in_the_order_given_and_none_stops_the_rest(self, folder: Path) -> None:
        names = [*FILES, "missing.json", *reversed(FILES), "x" * 5_000]

        found = lines(folder, *names, code=1)

        expected = {**{name: result for name, (_, result) in FILES.items()}}
        assert [line["source"] for line in found] == names
        assert [line["result"] for line in found] == [expected.get(name, "unreadable") for name in names]
        assert all(set(line) == {"source", "result", "checks"} for line in found)
        assert all(
            set(check) == {"id", "outcome", "code", "message"} for line in found for check in line["checks"]
        )

    def test_a_person_gets_a_table_and_a_summary(self, folder: Path) -> None:
        output = run("verify", "--offline", *FILES, folder=folder, code=1)

        rows = output.splitlines()
        table, summed = rows[: len(FILES)], rows[len(FILES) :]
        assert [row.split()[:2] for row in table] == [[result, name] for name, (_, result) in FILES.items()]
        assert f"{len(FILES)} checked" in summed
        counts = {row.split()[1]: int(row.split()[0]) for row in summed[2:]}
        assert counts["issuer_unrecognized"] == 4
        assert counts["unreadable"] == 3
        assert sum(counts.values()) == len(FILES)

    def test_a_few_are_told_in_full(self, folder: Path) -> None:
        output = run("verify", "--offline", "good.json", "altered.json", folder=folder, code=1)

        assert "good.json: Genuine and current" in output
        assert "altered.json: Do not rely on this badge" in output
        assert "checked" not in output
        assert "Brain surgery" not in output

    def test_a_folder_stands_for_the_badges_in_it_and_below_it(self, folder: Path) -> None:
        (folder / "below").mkdir()
        (folder / "below" / "good.JSON").write_bytes(FILES["good.json"][0])
        (folder / "notes.txt").write_text("not a badge")

        found = lines(folder, ".", code=1)

        assert {Path(line["source"]).name: line["result"] for line in found} == {
            "good.JSON": "issuer_unrecognized",
            **{name: result for name, (_, result) in FILES.items()},
        }

    def test_a_folder_without_badges_is_not_all_well(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()

        (found,) = lines(tmp_path, "empty", code=2)

        assert (found["source"], found["result"]) == ("empty", "unreadable")
        assert "no badge file in this folder" in found["checks"][0]["message"]

    def test_hundreds_are_checked_in_one_run(self, tmp_path: Path) -> None:
        for number in range(300):
            content = json.dumps(made(id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}"))
            (tmp_path / f"{number:03}.json").write_text(content)
        (tmp_path / "150.json").write_text("broken")

        found = lines(tmp_path, ".", code=2)

        assert len(found) == 300
        assert [line["source"] for line in found if line["result"] != "issuer_unrecognized"] == ["150.json"]


class TestExitCodes:
    @pytest.mark.parametrize("name", FILES)
    def test_one_badge_decides_it_alone(self, folder: Path, name: str) -> None:
        result = FILES[name][1]
        undecided = result in findings.UNDECIDED
        code = 0 if result in findings.TRUSTED else 2 if undecided else 1

        (found,) = lines(folder, name, code=code)

        assert found["result"] == result

    @pytest.mark.parametrize(
        ("names", "code"),
        [
            (["good.json", "picture.png", "drawing.svg", "token.jwt"], 0),
            (["good.json", "missing.json"], 2),
            (["listed.json", "good.json"], 2),
            (["poison.json", "altered.json", "good.json"], 1),
            (["good.json", "ended.json"], 1),
        ],
    )
    def test_the_worst_of_many_decides_and_wrong_is_worse_than_open(
        self, folder: Path, names: list[str], code: int
    ) -> None:
        assert len(lines(folder, *names, code=code)) == len(names)


class TestOptions:
    def test_a_list_of_known_issuers_makes_the_whole_valid(self, folder: Path) -> None:
        (folder / "known.yaml").write_text(f"{GUILD.did}: {{name: A Makers' Guild}}\n")
        (folder / "others.txt").write_text(
            json.dumps({"registry": {OTHER.did: {}}, "meta": {"updated": "2026"}})
        )

        known = lines(folder, "--known", "others.txt", "--known", "known.yaml", "good.json")
        unknown = lines(folder, "--known", "others.txt", "good.json")

        assert (known[0]["result"], unknown[0]["result"]) == ("valid", "issuer_unrecognized")
        assert "known.yaml" in str(known[0]["checks"])

    @pytest.mark.parametrize("content", ["nonsense", '{"Alder": {}}', None])
    def test_a_list_that_is_none_stops_the_run_before_anything_is_said(
        self, folder: Path, content: str | None
    ) -> None:
        if content is not None:
            (folder / "known.json").write_text(content)

        output = run("verify", "--known", "known.json", "good.json", folder=folder, code=2)

        assert output.startswith("issuer: known.json")
        assert "Genuine" not in output

    @pytest.mark.parametrize(
        ("option", "code"),
        [
            (("--email", "A@b.example "), "match"),
            (("--email", "c@b.example"), "no_match"),
            (("--holder", "studentId=7"), "no_identifier"),
            (("--holder", "id=did:example:learner"), "match"),
        ],
    )
    def test_it_says_whose_the_badge_is_and_exits_as_before(
        self, tmp_path: Path, option: tuple[str, str], code: str
    ) -> None:
        (tmp_path / "badge.json").write_text(
            json.dumps(made(credentialSubject={**SUBJECT, "identifier": [PERSON]}))
        )

        (found,) = lines(tmp_path, *option, "badge.json")

        assert (found["checks"][-1]["id"], found["checks"][-1]["code"]) == ("holder", code)
        assert "c@b.example" not in str(found)

    def test_a_holder_that_is_none_is_a_mistake_and_no_verdict(self, folder: Path) -> None:
        assert "--holder takes a type" in run(
            "verify", "--holder", "rosa", "good.json", folder=folder, code=2
        )

    def test_offline_asks_nobody_and_says_what_that_leaves_open(self, folder: Path) -> None:
        found = lines(folder, "silent.json", "https://guild.example/badges/1", code=2)

        assert [line["result"] for line in found] == ["could_not_check", "could_not_check"]
        assert all("--offline" in str(line["checks"]) for line in found)

    def test_standard_input_is_read_as_a_file_is(self, tmp_path: Path) -> None:
        (found,) = lines(tmp_path, "-", stdin=FILES["picture.png"][0])

        assert (found["source"], found["result"]) == ("-", "issuer_unrecognized")

    def test_a_stranger_cannot_move_the_cursor(self, tmp_path: Path) -> None:
        name = "\x1b]0;owned\x07\x1b[2J.json"
        badge = made(
            name="\x1b[1A\r\u202eValid", issuer={"id": GUILD.did, "type": ["Profile"], "name": "\x1b[31m"}
        )
        (tmp_path / name).write_text(json.dumps(badge))

        output = run("verify", "--offline", name, folder=tmp_path)

        assert not set("\x1b\x07\r\u202e") & set(output)

    @pytest.mark.parametrize(
        "url", ["http://169.254.169.254/latest", "http://10.0.0.1/b", "https://[::ffff:10.0.0.1]/"]
    )
    def test_addresses_inside_are_not_asked(self, tmp_path: Path, url: str) -> None:
        output = run("verify", "--json", url, folder=tmp_path, code=2)

        assert json.loads(output)["result"] in {"could_not_check", "unreadable"}


class TestFixtures:
    """Files of other makers, whose keys are nowhere to be had offline."""

    def test_a_badge_is_found_in_each_and_none_is_vouched_for(self, tmp_path: Path) -> None:
        names = [name for name in reference.names(*FIXTURES) if name != "expected.json"]
        for name in names:
            (tmp_path / name).write_bytes(reference.path(*FIXTURES, name).read_bytes())

        found = {line["source"]: line["result"] for line in lines(tmp_path, *names, code=1)}

        assert list(found) == names
        assert set(found.values()).isdisjoint({"unreadable", *findings.TRUSTED})
        assert {found[f"simple-{kind}"] for kind in ("json.png", "json.svg", "jwt.png", "jwt.svg")} == {
            "could_not_check"
        }
        assert found["simple-noproof.json"] == "unsigned"
        assert found["simple.jwt"] == "unsupported"


def test_what_is_no_file_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")  # reading it would wait for ever
    (tmp_path / "empty.json").write_text("{}")

    command = [str(Path(sys.executable).parent / "issuer"), "verify", "--offline", "--json", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert [json.loads(line)["source"] for line in found.stdout.splitlines()] == [
        str(tmp_path / "empty.json")
    ]
