import json

from starlette.requests import Request

from issuer.db.tables import Tenant
from issuer.web import languages

SPANISH = Tenant(presentation=json.dumps({"language": "es"}))


def request(query: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "headers": headers, "query_string": query.encode()})


def test_the_language_asked_for_comes_first_then_the_readers_then_the_issuers() -> None:
    assert languages.of(request("lang=en", "es"), SPANISH, "es") == "en"
    assert languages.of(request("", "es"), SPANISH, "en") == "en"
    assert languages.of(request("", "en"), SPANISH) == "en"
    assert languages.of(request("", "fr"), SPANISH) == "es"
    assert languages.of(request("lang=fr")) == "en"
