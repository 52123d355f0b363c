"""The `curl` call of each operation of the OpenAPI document, as documentation tools show it."""

import json
from collections.abc import Iterator
from shlex import quote
from typing import Any, Final
from urllib.parse import quote as percent
from urllib.parse import urlencode

_ADDRESS: Final = "$URL"
_KEYS: Final = {
    "HTTPBearer": '-H "Authorization: Bearer $KEY"',
    "OperatorKey": '-H "Authorization: Bearer $OPERATOR_KEY"',
    "OAuth2ACG": '-H "Authorization: Bearer $TOKEN"',
    "OAuthClient": '-u "$CLIENT:$SECRET"',
}
_FORM: Final = "application/x-www-form-urlencoded"
_PICTURE: Final = "@picture.png"
_VALUES: Final[dict[str, str]] = {
    "badge_id": "7HqyV2cWmX4tKfRz9aBnPd",
    "code": "MC-FEEDBACK",
    "identifier": "did:web:badges.alder.example:i:alder",
    "number": "1",
    "statementId": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
}
"""What stands for a parameter that has no example of its own."""


def sample(method: str, path: str, operation: dict[str, Any]) -> dict[str, str]:
    """Return the `x-codeSamples` entry of an operation, filled in from its examples.

    `URL` and the key are variables of the shell, so that no secret stands in a script.
    """
    return {"lang": "Shell", "label": "curl", "source": " \\\n  ".join(_words(method, path, operation))}


def _words(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    needed = [each for each in operation.get("parameters", []) if _needed(each, method)]
    for each in needed:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", percent(_value(each), safe=":@"))
    query = urlencode({each["name"]: _value(each) for each in needed if each["in"] == "query"})
    verb = "" if method == "get" else f"-X {method.upper()} "
    yield f'curl -sS {verb}"{_ADDRESS}{path}{"?" * bool(query)}{query}"'
    for scheme in operation.get("security", [])[:1]:
        yield _KEYS[next(iter(scheme))]
    yield from _body(operation.get("requestBody", {}).get("content", {}))


def _body(content: dict[str, Any]) -> Iterator[str]:
    """Yield what sends the first form of body that is listed."""
    for media, described in list(content.items())[:1]:
        example = described["example"]
        if media == _FORM:
            yield from (f"--data-urlencode {quote(f'{name}={value}')}" for name, value in example.items())
            continue
        yield f"-H 'Content-Type: {media}'"
        yield f"--data-binary {_PICTURE if media.startswith('image/') else quote(_text(example))}"


def _text(example: object) -> str:
    return example if isinstance(example, str) else json.dumps(example)


def _needed(parameter: dict[str, Any], method: str) -> bool:
    """Return whether a call is shown with a parameter: one that only narrows what is read is left out."""
    return parameter.get("required", False) or (method != "get" and "examples" in parameter["schema"])


def _value(parameter: dict[str, Any]) -> str:
    listed = parameter["schema"].get("examples")
    return str(listed[0]) if listed else _VALUES[parameter["name"]]
