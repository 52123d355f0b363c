"""`issuer push`, `issuer pull` and `issuer held`, as an operator runs them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.core.baking import container
from issuer.core.exchange import host_pages, hosts
from issuer.core.exchange.hosts import BadHost, Described, Registered
from issuer.net.answers import Answered
from issuer.services.hosts import asking
from issuer.services.hosts.asking import Asked, ForeignAnswer
from issuer.services.hosts.talking import HostRefused
from tests.integration.test_cli import run
from tests.integration.test_held import foreign, unreachable
from tests.integration.test_hosts import API, Standin, description, tokens
from tests.support import asking as questions
from tests.support import lms, pictures
from tests.support.world import PUBLIC_URL, World

CREDENTIALS = f"{API}/credentials"


@pytest.fixture
def standin() -> Iterator[Standin]:
    with lms.running() as running:
        found = Standin(running)
        running.answers[f"{API}/discovery"] = (200, description(running.url))
        running.answers["/register"] = (201, {"client_id": "we", "client_secret": "secret"})
        running.answers["/token"] = (200, tokens())
        running.answers[CREDENTIALS] = found.take
        yield found


@pytest.fixture
def token(tmp_path: Path) -> str:
    (tmp_path / "token.txt").write_text("the-token\n")
    return "token.txt"


def pages(url: str) -> dict[str, lms.Answer]:
    """Return two pages of credentials, as a host gives them."""
    first = (
        f'{{ "compactJwsString": ["{questions.as_jws()}"],\n "credential" : [{foreign(1)} ,{foreign(2)}] }}'
    )
    following = f'<{url}{CREDENTIALS}?offset=3>; rel="next", <{url}{CREDENTIALS}>; rel="first"'
    broken = json.loads(foreign(4)) | {"name": "Welding"}
    second = f'{{"credential": [{foreign(3)}, {json.dumps(broken)}, {unreachable(5)}]}}'
    return {
        CREDENTIALS: (200, first.encode(), {"link": following}),
        f"{CREDENTIALS}?offset=3": (200, second.encode()),
    }


class TestPush:
    def test_it_sends_badges_of_every_form_with_a_token(
        self, tmp_path: Path, standin: Standin, token: str
    ) -> None:
        (tmp_path / "a.json").write_text(foreign())
        (tmp_path / "b.png").write_bytes(container.bake(pictures.png(), foreign(2)))
        (tmp_path / "c.jwt").write_text(questions.as_jws())
        standin.replies = [(500, {}), (201, {}), (200, {}), (201, {})]

        output = run(
            "push", standin.url, "a.json", "b.png", "c.jwt", "--token-file", token, "--local", folder=tmp_path
        )

        assert [line.split("\t") for line in output.splitlines()] == [
            ["a.json", "sent", "201"],
            ["b.png", "sent", "200"],
            ["c.jwt", "sent", "201"],
        ]
        assert [each.body.decode() for each in standin.taken] == [
            foreign(), foreign(), foreign(2), questions.as_jws(),
        ]  # fmt: skip
        assert {each.headers["authorization"] for each in standin.taken} == {"Bearer the-token"}
        assert standin.taken[3].headers["content-type"] == "text/plain"

    def test_it_asks_for_consent_without_one(self, tmp_path: Path, standin: Standin) -> None:
        (tmp_path / "a.json").write_text(foreign())
        callback = "https://badges.alder.example/oauth/callback"

        output = run(
            "push",
            standin.url,
            "a.json",
            "--local",
            "--callback",
            callback,
            folder=tmp_path,
            stdin=b"the-code\n",
        )

        assert f"{standin.url}/authorize?response_type=code" in output
        assert "a.json\tsent\t201" in output
        asked = {each.path: each for each in standin.lms.asked}
        said = json.loads(asked["/register"].body)
        assert said["redirect_uris"] == [callback]
        assert said["client_uri"] == "https://badges.alder.example"
        assert b"code=the-code" in asked["/token"].body

    @pytest.mark.parametrize(
        ("replies", "code", "words"),
        [
            ([(400, {"imsx_description": "not \u001b[31mours"})], 1, "not sent\tstatus 400: not [31mours"),
            ([(403, b"")], 1, "not sent\tstatus 403"),
            ([(429, {}, {"retry-after": "0"}), (401, {})], 1, "not sent\tstatus 401"),
        ],
    )
    def test_what_the_host_refuses_is_told(  # noqa: PLR0917 - fixtures
        self,
        tmp_path: Path,
        standin: Standin,
        token: str,
        replies: list[lms.Answer],
        code: int,
        words: str,
    ) -> None:
        (tmp_path / "a.json").write_text(foreign())
        standin.replies = replies

        output = run(
            "push", standin.url, "a.json", "--token-file", token, "--local", folder=tmp_path, code=code
        )

        assert words in output

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["http://backpack.example", "a.json"], "is not https"),
            (["http://127.0.0.1:1", "a.json"], "plain http"),
            (["https://backpack.example", "b.json"], "not a badge"),
        ],
    )
    def test_what_is_not_sent_at_all(
        self, tmp_path: Path, token: str, arguments: list[str], words: str
    ) -> None:
        (tmp_path / "a.json").write_text(foreign())
        (tmp_path / "b.json").write_text("nonsense")

        assert words in run("push", *arguments, "--token-file", token, folder=tmp_path, code=1)

    def test_a_file_that_holds_no_token(self, tmp_path: Path, standin: Standin) -> None:
        (tmp_path / "a.json").write_text(foreign())
        (tmp_path / "token.txt").write_text("two words\n")

        output = run(
            "push", standin.url, "a.json", "--token-file", "token.txt", "--local", folder=tmp_path, code=1
        )

        assert "does not hold one access token" in output
        assert standin.taken == []


class TestPull:
    def test_it_follows_the_pages_and_writes_what_holds(
        self, tmp_path: Path, standin: Standin, token: str
    ) -> None:
        standin.lms.answers |= pages(standin.url)

        output = run(
            "pull", standin.url, "--token-file", token, "--out", "badges", "--local", folder=tmp_path, code=1
        )

        texts = {path.read_text() for path in (tmp_path / "badges").iterdir()}
        assert texts == {foreign(1), foreign(2), foreign(3), questions.as_jws()}
        assert output.count("left out") == 2

    def test_it_keeps_them_for_somebody(
        self, tmp_path: Path, standin: Standin, token: str, settings: dict[str, str]
    ) -> None:
        standin.lms.answers[CREDENTIALS] = (200, f'{{"credential": [{foreign(1)}]}}'.encode())

        options = ("--person", "rosa@alder.example", "--local")
        arguments = ("pull", standin.url, "--token-file", token, *options)
        output = [run(*arguments, folder=tmp_path, settings=settings) for _ in range(2)]
        listed = run("held", "list", "--person", "rosa@alder.example", folder=tmp_path, settings=settings)

        assert [each.split("\t")[1] for each in output] == ["held", "already_held"]
        assert listed.split("\t")[1:3] == ["Soldering", "A Makers' Guild"]

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ((401, {}), "does not give its credentials"),
            ((403, {"imsx_description": "no scope"}), "no scope"),
            ((200, b"[]"), "cannot be read"),
            ((200, {"credential": {}}), "is not one"),
            ((500, {}), "try again later"),
            ((200, {"credential": []}, {"link": '<https://elsewhere.example/>; rel="next"'}), "another host"),
        ],
    )
    def test_what_a_host_answers_otherwise_is_told(
        self, tmp_path: Path, standin: Standin, token: str, answer: lms.Answer, words: str
    ) -> None:
        standin.lms.answers[CREDENTIALS] = answer

        output = run(
            "pull", standin.url, "--token-file", token, "--out", "x", "--local", folder=tmp_path, code=1
        )

        assert words in output

    def test_it_wants_to_know_where_to(self, tmp_path: Path, token: str) -> None:
        output = run("pull", "https://backpack.example", "--token-file", token, folder=tmp_path, code=1)

        assert "--out FOLDER, or --person PERSON" in output


@pytest.fixture
def settings(alder: World, database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an issuer that knows Rosa."""
    alder.issue(recipient={"email": "rosa@alder.example"})
    return {
        "ISSUER_DATABASE_URL": database_url,
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_MODE": "development",
        "ISSUER_PUBLIC_URL": PUBLIC_URL,
        "ISSUER_VERIFY_OTHERS": "false",
    }


class TestHeld:
    def test_it_imports_lists_shows_and_removes(self, tmp_path: Path, settings: dict[str, str]) -> None:
        (tmp_path / "a.json").write_text(foreign())
        (tmp_path / "b.png").write_bytes(container.bake(pictures.png(), foreign(2)))
        person = ("--person", "rosa@alder.example")

        first = run("held", "import", "a.json", "b.png", *person, folder=tmp_path, settings=settings)
        again = run("held", "import", "a.json", *person, folder=tmp_path, settings=settings)
        listed = json.loads(run("held", "list", *person, "--json", folder=tmp_path, settings=settings))
        named = first.splitlines()[0].split("\t")[2]
        shown = run("held", "show", named, folder=tmp_path, settings=settings)
        run("held", "remove", named, folder=tmp_path, settings=settings)

        assert [line.split("\t")[1] for line in first.splitlines()] == ["held", "held"]
        assert again.split("\t")[1] == "already_held"
        assert len(listed) == 2
        assert shown == foreign()
        assert "nobody keeps" in run("held", "show", named, folder=tmp_path, settings=settings, code=1)

    def test_the_exit_code_tells_what_to_send_again(self, tmp_path: Path, settings: dict[str, str]) -> None:
        (tmp_path / "later.json").write_text(unreachable())
        (tmp_path / "broken.json").write_text(foreign().replace("Soldering", "Welding"))
        (tmp_path / "good.json").write_text(foreign(3))

        def imported(*files: str, person: str = "rosa@alder.example", code: int) -> str:
            arguments = ("held", "import", *files, "--person", person)
            return run(*arguments, folder=tmp_path, settings=settings, code=code)

        assert "refused" in imported("later.json", "good.json", code=75)
        assert "refused" in imported("later.json", "broken.json", code=1)
        assert "nobody is known" in imported("good.json", person="x@alder.example", code=1)


class TestWhatIsHeard:
    @pytest.fixture
    def asked(self, standin: Standin) -> Asked:
        host = Described(
            standin.url, "A host", f"{standin.url}/register", f"{standin.url}/authorize",
            f"{standin.url}/token", (hosts.UPSERT,),
        )  # fmt: skip
        client = Registered(client_id="we", client_secret="secret")
        return Asked(host, client, "https://x.example/oauth/callback", "state", "v" * 43, (hosts.UPSERT,))

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            ("https://x.example/oauth/callback?code=a&state=other", ForeignAnswer),
            ("https://x.example/oauth/callback?code=a", ForeignAnswer),
            ("https://x.example/oauth/callback?state=state", ForeignAnswer),
            ("https://x.example/oauth/callback?error=access_denied&state=state", HostRefused),
            ("  ", ForeignAnswer),
        ],
    )
    def test_an_answer_that_is_none_is_refused(
        self, asked: Asked, answer: str, error: type[Exception]
    ) -> None:
        def nobody(*_: object) -> Answered:
            raise AssertionError("nobody is asked")

        with pytest.raises(error):
            asking.heard(nobody, asked, answer)

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b'{"credential": null}', b'{"credential": {}}', b'{"compactJwsString": "x"}', b"\xff"],
    )
    def test_a_list_that_is_none_is_refused(self, body: bytes) -> None:
        with pytest.raises(BadHost):
            host_pages.page(body, "https://x.example/", None)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{}", ()),
            ('{"credential":[]}', ()),
            (
                '{"a": {"credential": [{}]}, "credential": [ {"x" : 1.0}\n,{"y":2} ] , "b": 7}',
                ('{"x" : 1.0}', '{"y":2}'),
            ),
            ('{"compactJwsStrings": ["a.b.c"], "credential": [{"z": "]}"}]}', ('{"z": "]}"}', "a.b.c")),
        ],
    )
    def test_each_credential_is_the_text_that_stands_there(self, text: str, found: tuple[str, ...]) -> None:
        assert host_pages.page(text.encode(), "https://x.example/", None).texts == found
