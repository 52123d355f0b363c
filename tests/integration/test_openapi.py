"""The OpenAPI document tells the truth: its examples work, and no other status is answered."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from PIL import Image

from issuer.web import examples
from tests.support import server
from tests.support.world import Clock, World, make_context, make_world

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "openapi" / "openapi.json").read_bytes())
OPERATIONS = [
    (path, operation) for path, operations in DOCUMENT["paths"].items() for operation in operations.values()
]


@pytest.mark.parametrize(("path", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_every_operation_has_a_summary_and_its_errors(path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    if path.startswith("/v1"):
        assert "500" in operation["responses"]
    answers = [
        media for answer in operation["responses"].values() for media in answer.get("content", {}).values()
    ]
    assert "204" in operation["responses"] or any("example" in media for media in answers)
    if "requestBody" in operation:
        assert all("example" in media for media in operation["requestBody"]["content"].values())


def test_the_document_is_openapi_3_1_with_every_reference_resolved() -> None:
    text = json.dumps(DOCUMENT)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert DOCUMENT["openapi"].startswith("3.1")
    assert names <= set(DOCUMENT["components"]["schemas"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_examples_work_as_they_stand(http: httpx.Client, alder: World) -> None:
    saved = http.put("/v1/achievements/MC-NEW", json=examples.DEFINITION, headers=alder.headers)
    issued = http.post("/v1/events", json=examples.EVENT, headers=alder.headers)
    changed = http.post(
        f"/v1/awards/{issued.json()['award']['id']}/suspend",
        json=examples.STATUS_CHANGE,
        headers=alder.headers,
    )

    assert [saved.status_code, issued.status_code, changed.status_code] == [200, 201, 200]


@schemathesis.serializer("application/x-ndjson", "application/jwt")
def as_text(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Return the body of a made-up request in a form that is plain text."""
    return str(value).encode(errors="replace")


schemathesis.serializer.alias("application/vc", "application/json")


@schemathesis.deserializer("application/x-ndjson")
def as_lines(_context: schemathesis.DeserializationContext, answer: schemathesis.Response) -> str:
    """Return an answer of many lines as the text that its schema calls it."""
    return str(answer.text)


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture
def sqlite_server(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[httpx.Client, World]]:
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    clock = Clock()
    alder = make_world(make_context(tmp_path, f"sqlite:///{path}", clock), clock)
    alder.publish()
    with server.serving(alder.context) as http:
        yield http, alder
    alder.context.database.engine.dispose()


CURLS = sorted(
    (
        (path, method, operation["x-codeSamples"][0]["source"])
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    ),
    key=lambda call: (call[0].endswith("/retire"), call[1] == "delete"),
)
"""What takes away comes last: the others need it."""


def test_every_operation_has_a_curl_that_is_answered_as_documented(
    sqlite_server: tuple[httpx.Client, World], tmp_path: Path
) -> None:
    http, alder = sqlite_server
    Image.new("RGB", (512, 512)).save(tmp_path / "picture.png")
    variables = f"URL={str(http.base_url).rstrip('/')} KEY={alder.api_key}"
    variables += " OPERATOR_KEY=none TOKEN=none CLIENT=none SECRET=none"
    calls = [f"{source} -o /dev/null -w '%{{http_code}}\\n'" for _, _, source in CURLS]
    done = subprocess.run(
        ["bash", "-euc", "\n".join((variables, *calls))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    answered = dict(zip([(path, method) for path, method, _ in CURLS], done.stdout.split(), strict=True))

    for (path, method), status in answered.items():
        assert status in DOCUMENT["paths"][path][method]["responses"], (path, method, status)
    refused = {each for each, status in answered.items() if status in {"400", "405", "413", "415", "422"}}
    assert refused == {("/v1/exports/{name}", "put")}  # it names a client, and there is none of that name
    assert answered["/v1/events", "post"] == "201"


@SCHEMA.parametrize()
@settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_nothing_undocumented_is_answered_to_made_up_requests(
    case: schemathesis.Case[Any], sqlite_server: tuple[httpx.Client, World]
) -> None:
    http, alder = sqlite_server

    case.call_and_validate(
        base_url=str(http.base_url),
        headers=alder.headers,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.status_code_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.response_schema_conformance,
        ],
    )
