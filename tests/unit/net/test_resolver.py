import pytest

from issuer.core.securing.did import InvalidDid
from issuer.net.client import GuardedClient
from issuer.net.resolver import Resolver, UnreadableAnswer, did_web_url
from issuer.net.targets import RefusedAddress
from tests.unit.net import servers


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:example.org", "https://example.org/.well-known/did.json"),
        ("did:web:example.org:a:b", "https://example.org/a/b/did.json"),
        ("did:web:example.org%3A8443", "https://example.org:8443/.well-known/did.json"),
        ("did:web:example.org%3a8443:i:north-high", "https://example.org:8443/i/north-high/did.json"),
        ("did:web:Example.ORG:A", "https://example.org/A/did.json"),
        ("did:web:localhost%3A8000:i:demo", "http://localhost:8000/i/demo/did.json"),
        ("did:web:127.0.0.1%3A8000", "http://127.0.0.1:8000/.well-known/did.json"),
    ],
)
def test_a_did_web_says_where_its_document_is(did: str, url: str) -> None:
    assert did_web_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:web:",
        "did:key:z6Mk",
        "DID:WEB:example.org",
        "did:web:example.org#key",
        "did:web:example.org?a=b",
        "did:web:example.org/path",
        "did:web:example.org:",
        "did:web:example.org::a",
        "did:web:example.org:a:",
        "did:web:example.org:.",
        "did:web:example.org:..:a",
        "did:web:example.org:%2e%2e",
        "did:web:example.org:a%2Fb",
        "did:web:example.org:a\n",
        "did:web:example.org\n",
        "did:web:example.org%2Fevil",
        "did:web:user%40example.org",
        "did:web:user@example.org",
        "did:web:example.org%3A",
        "did:web:example.org%3A0",
        "did:web:example.org%3A70000",
        "did:web:example.org%3A80%3A80",
        "did:web:example.org.",
        "did:web:exam_ple.org",
        "did:web:bücher.example",
        "did:web:169.254.169.254",
        "did:web:2130706433",
        "did:web:127.0.0.2",
        "did:web:[%3A%3A1]",
        "did:web:example.org:" + "a" * 1_024,
    ],
)
def test_a_did_web_in_any_other_form_is_refused(did: str) -> None:
    with pytest.raises(InvalidDid):
        did_web_url(did)


def test_the_document_of_a_did_is_fetched_from_where_the_did_says() -> None:
    with servers.serving(lambda connection: connection.sendall(answers[0])) as server:
        did = f"did:web:127.0.0.1%3A{server.port}:i:demo"
        body = b'{"id": "%s"}' % did.encode()
        answers = [b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)]

        document = Resolver(GuardedClient(allow_loopback=True)).did_document(did)

        assert document == {"id": did}
        assert server.requests[0].startswith(b"GET /i/demo/did.json HTTP/1.1\r\n")


def test_the_document_of_another_did_is_refused() -> None:
    with servers.serving(servers.reply(b'{"id": "did:web:evil.example"}')) as server:
        did = f"did:web:127.0.0.1%3A{server.port}"

        with pytest.raises(
            UnreadableAnswer, match=r"^127\.0\.0\.1 answered with the DID document of another"
        ):
            Resolver(GuardedClient(allow_loopback=True)).did_document(did)


def test_a_did_of_this_machine_is_refused_by_default() -> None:
    with pytest.raises(RefusedAddress):
        Resolver().did_document("did:web:localhost%3A8000")


def test_a_status_list_longer_than_a_credential_may_be_is_read() -> None:
    encoded = b"u" + b"A" * 400_000

    with servers.serving(servers.reply(b'{"encodedList": "%s"}' % encoded)) as server:
        document = Resolver(GuardedClient(allow_loopback=True)).json(server.url)

    assert document == {"encodedList": encoded.decode()}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>secret</html>",
        b'["secret"]',
        b'{"secret": 1, "secret": 2}',
        b'{"secret": NaN}',
        b'{"secret": "\xff"}',
        b'{"secret": "\\ud800"}',
        '{"secret": 1}'.encode("utf-16"),
        b'\xef\xbb\xbf{"secret": 1}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_not_a_strict_json_object_is_refused_without_being_quoted(body: bytes) -> None:
    with (
        servers.serving(servers.reply(body)) as server,
        pytest.raises(UnreadableAnswer, match=r"^127\.0\.0\.1 did not answer") as refusal,
    ):
        Resolver(GuardedClient(allow_loopback=True)).json(server.url)

    assert "secret" not in refusal.value.detail
