"""`issuer bake` and `issuer unbake` as processes, with neither a database nor settings."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from issuer.core.baking import container
from tests.integration.test_cli import run
from tests.support import badges, pictures, strangers
from tests.support.asking import as_jws

GUILD = strangers.stranger("a guild")
BADGE = GUILD.sign(strangers.badge(GUILD, validFrom="2020-01-01T00:00:00Z"), created="2020-01-02T00:00:00Z")
TEXT = json.dumps(BADGE | {}, indent=2, ensure_ascii=False) + "\n"
TOKEN = as_jws()
DRAWING = pictures.svg("<rect/>")
UNSEALED = {name: value for name, value in BADGE.items() if name != "proof"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with pictures and with a badge in every form."""
    (tmp_path / "owl.png").write_bytes(pictures.png_by_pillow())
    (tmp_path / "owl.SVG").write_bytes(DRAWING)
    (tmp_path / "badge.json").write_text(TEXT)
    (tmp_path / "badge.jwt").write_text(TOKEN + "\n")
    (tmp_path / "old.svg").write_bytes(pictures.svg(pictures.in_cdata(TEXT)))
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class TestBake:
    @pytest.mark.parametrize(
        ("picture", "made"), [("owl.png", "owl-badge.png"), ("owl.SVG", "owl-badge.SVG")]
    )
    @pytest.mark.parametrize("badge", ["badge.json", "badge.jwt", "old.svg"])
    def test_what_is_baked_stands_beside_the_picture_and_verifies(
        self, folder: Path, picture: str, badge: str, made: str
    ) -> None:
        before = (folder / picture).read_bytes()

        printed = run("bake", picture, badge, folder=folder)

        assert printed == f"{made}\n"
        assert (folder / picture).read_bytes() == before
        found = run("verify", "--json", "--offline", made, folder=folder)
        assert json.loads(found)["result"] == "issuer_unrecognized"

    def test_nothing_is_replaced_unless_it_is_forced(self, folder: Path) -> None:
        run("bake", "owl.png", "badge.json", folder=folder)
        first = (folder / "owl-badge.png").read_bytes()

        refused = run("bake", "owl.png", "badge.jwt", folder=folder, code=1)

        assert (
            refused
            == "issuer: owl-badge.png is already there: name another file with --out, or add --force\n"
        )
        assert (folder / "owl-badge.png").read_bytes() == first
        run("bake", "owl.png", "badge.jwt", "--force", folder=folder)
        assert container.unwrap((folder / "owl-badge.png").read_bytes()) == TOKEN

    def test_a_picture_can_be_baked_into_itself(self, folder: Path) -> None:
        run("bake", "owl.png", "badge.jwt", "--out", "owl.png", "--force", folder=folder)

        assert container.unwrap((folder / "owl.png").read_bytes()) == TOKEN

    def test_out_names_the_file_and_only_its_owner_can_read_it(self, folder: Path) -> None:
        assert run("bake", "owl.png", "badge.jwt", "--out", "b.png", folder=folder) == "b.png\n"

        assert (folder / "b.png").stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("arguments", [("-", "badge.jwt"), ("owl.png", "-", "--out", "-")])
    def test_streams_stand_for_either_file_and_for_the_answer(
        self, folder: Path, arguments: tuple[str, ...]
    ) -> None:
        before = names(folder)
        given = TOKEN.encode() if arguments[1] == "-" else (folder / "owl.png").read_bytes()

        baked = stream("bake", *arguments, folder=folder, stdin=given)

        with Image.open(io.BytesIO(baked)) as image:
            assert image.info["openbadgecredential"] == TOKEN
        assert names(folder) == before

    @pytest.mark.parametrize(
        ("picture", "badge", "why"),
        [
            ("owl.png", UNSEALED, "has no proof: sign it first"),
            ("owl.png", {"id": "did:example:a", "proof": {}}, "not a credential"),
            ("owl.png", {"type": ["VerifiablePresentation"], "verifiableCredential": [BADGE]}, "take it out"),
            ("owl.png", {"vc": BADGE}, "take it out"),
            ("badge.json", BADGE, "baked into a PNG or SVG picture"),
            ("missing.png", BADGE, "No such file or directory: missing.png"),
            ("-", None, "only one of picture and credential"),
        ],
    )
    def test_a_refusal_is_one_line_and_writes_nothing(
        self, folder: Path, picture: str, badge: object, why: str
    ) -> None:
        (folder / "given.json").write_text(json.dumps(badge))
        before = names(folder)

        output = run("bake", picture, "-" if badge is None else "given.json", folder=folder, code=1)

        assert output.startswith("issuer: ")
        assert why in output
        assert output.count("\n") == 1
        assert names(folder) == before

    @pytest.mark.parametrize("name", ["damaged.png", "script.svg", "huge.png"])
    def test_a_picture_that_no_badge_should_be_in_is_refused(self, folder: Path, name: str) -> None:
        wrong = {
            "damaged.png": pictures.png()[:-3],
            "script.svg": pictures.svg("<script>alert(1)</script>"),
            "huge.png": pictures.png() + b"\0" * 2_000_000,
        }
        (folder / name).write_bytes(wrong[name])

        output = run("bake", name, "badge.json", folder=folder, code=1)

        assert output.startswith("issuer: The ")
        assert output.count("\n") == 1

    def test_the_seal_is_not_asked_for_but_only_that_there_is_one(self, folder: Path) -> None:
        (folder / "altered.json").write_text(json.dumps(badges.badge() | {"name": "Altered"}))

        run("bake", "owl.png", "altered.json", folder=folder)

        run("verify", "--offline", "owl-badge.png", folder=folder, code=2)


class TestUnbake:
    @pytest.mark.parametrize(
        "picture", [pictures.png(pictures.itxt(TEXT.strip().encode())), pictures.svg(pictures.in_cdata(TEXT))]
    )
    def test_the_text_is_printed_as_it_stands_in_the_picture(self, folder: Path, picture: bytes) -> None:
        (folder / "given").write_bytes(picture)

        assert stream("unbake", "given", folder=folder) == TEXT.strip().encode()
        assert stream("unbake", "-", folder=folder, stdin=picture) == TEXT.strip().encode()

    def test_what_was_baked_comes_out_into_a_file(self, folder: Path) -> None:
        run("bake", "owl.png", "badge.json", folder=folder)

        printed = run("unbake", "owl-badge.png", "--out", "out.json", folder=folder)

        assert printed == ""
        assert json.loads((folder / "out.json").read_text()) == BADGE
        assert "already there" in run("unbake", "owl-badge.png", "--out", "out.json", folder=folder, code=1)
        run("unbake", "owl-badge.png", "--out", "out.json", "--force", folder=folder)

    @pytest.mark.parametrize(
        ("name", "why"), [("owl.png", "There is no badge in this PNG picture"), ("missing", "No such file")]
    )
    def test_a_refusal_is_one_line(self, folder: Path, name: str, why: str) -> None:
        output = run("unbake", name, folder=folder, code=1)

        assert why in output
        assert output.count("\n") == 1


@pytest.mark.parametrize("command", ["bake", "unbake"])
class TestCommand:
    def test_help_shows_an_example(self, tmp_path: Path, command: str) -> None:
        assert f"For example `issuer {command} owl" in run(command, "--help", folder=tmp_path)

    def test_what_is_not_understood_ends_with_2(self, tmp_path: Path, command: str) -> None:
        assert "Missing argument" in run(command, folder=tmp_path, code=2)

    def test_a_misspelt_setting_is_no_hindrance(self, folder: Path, command: str) -> None:
        arguments = ["old.svg", "badge.json", "--out", "x.svg"][: 1 if command == "unbake" else 4]

        run(command, *arguments, folder=folder, settings={"ISSUER_TYPO": "1"})


def test_the_database_and_the_web_framework_are_not_loaded(folder: Path) -> None:
    script = (
        "import sys; sys.argv = ['issuer', 'unbake', 'old.svg']\n"
        "from issuer.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(' '.join({'sqlalchemy', 'fastapi', 'httpx', 'uvicorn'} & set(sys.modules)) or 0)\n"
    )

    found = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, check=False)

    assert (found.returncode, found.stderr) == (0, b"")


def stream(*arguments: str, folder: Path, stdin: bytes = b"") -> bytes:
    """Return the bytes that `issuer` wrote to standard output."""
    command = [sys.executable, "-c", "from issuer.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=True).stdout
