import pytest

from issuer.core.securing.did import InvalidDid
from issuer.net.did_web import did_web_url


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
