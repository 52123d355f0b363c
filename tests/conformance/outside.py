"""Verifiers that this project did not write, asked about its badges. Nothing reaches the network."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from issuer.core.documents import Document
from issuer.core.securing import contexts

FOLDER = Path(__file__).parent / "javascript"
_SECONDS = 120
_CID_V1 = contexts.CONTROLLED_IDENTIFIERS


@dataclass(frozen=True)
class Verdict:
    """What one verifier says. `revoked` is None where it did not get as far as the status list."""

    verified: bool
    revoked: bool | None
    errors: tuple[str, ...]


def javascript(credential: Document, documents: Mapping[str, Document]) -> dict[str, Verdict]:
    """Return the verdicts of Digital Bazaar's and of the Digital Credentials Consortium's software."""
    found: dict[str, Document] = _node("verify.mjs", {"credential": credential}, documents)
    return {
        name: Verdict(each["verified"], each["revoked"], tuple(each["errors"]))
        for name, each in found.items()
    }


def signed_by_digital_bazaar(
    credentials: Sequence[Document], documents: Mapping[str, Document], **how: str
) -> list[Document]:
    """Return badges as Digital Bazaar's software signs them: with `seed`, `method` and `cryptosuite`."""
    found: list[Document] = _node(
        "badges.mjs", {"task": "sign", "credentials": credentials, **how}, documents
    )
    return found


def judged_by_digital_bazaar(
    credentials: Sequence[Document], documents: Mapping[str, Document]
) -> list[Verdict]:
    """Return Digital Bazaar's verdicts on many badges, whose status lists are not asked for."""
    found = _node("badges.mjs", {"task": "verify", "credentials": credentials}, documents)
    return [Verdict(each["verified"], None, tuple(each["errors"])) for each in found]


def openbadgeslib(credential: Document, documents: Mapping[str, Document]) -> Verdict:
    """Return the verdict of openbadgeslib. It checks the seal of a status list only in JWT form."""

    def download(url: str, *_: object, **__: object) -> bytes:
        if url not in documents:
            raise AssertionError(f"openbadgeslib wanted {url}")
        return json.dumps(documents[url]).encode()

    def verified(*, check_status: bool) -> str | None:
        try:
            OB3LdpVerifier().verify(
                json.dumps(credential),
                check_status=check_status,
                verify_status_list=False,
                download=download,
            )
        except OB3VerificationError as error:
            return str(error)
        return None

    refusal, withdrawal = verified(check_status=False), verified(check_status=True)
    if refusal is not None:
        return Verdict(verified=False, revoked=None, errors=(refusal,))
    return Verdict(verified=True, revoked=withdrawal is not None, errors=(withdrawal,) if withdrawal else ())


def world(documents: Mapping[str, Document]) -> dict[str, Document]:
    """Return documents by address with the contexts that verifiers want to load beside them."""
    return {**contexts.in_force().documents, _CID_V1: _controlled_identifiers(), **documents}


def require_javascript() -> None:
    """Skip, or fail where nothing may be skipped, unless the JavaScript verifiers can be run."""
    missing = None
    if shutil.which("node") is None:
        missing = "node is not installed"
    elif not (FOLDER / "node_modules").is_dir():
        missing = "run `npm ci` in tests/conformance/javascript"
    if missing and os.environ.get("ISSUER_TEST_REQUIRE_ALL"):  # noqa: TID251
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


def _node(script: str, question: Document, documents: Mapping[str, Document]) -> Any:  # noqa: ANN401 - JSON
    """Return the answer of one of the scripts, to which all documents of the world are given."""
    asked = subprocess.run(
        ["node", script],
        cwd=FOLDER,
        input=json.dumps({**question, "documents": world(documents)}).encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if asked.returncode:
        raise RuntimeError(asked.stderr.decode()[-2000:])
    return json.loads(asked.stdout)


def _controlled_identifiers() -> Document:
    """Return as much of the cid/v1 context as our DID documents use: no registry package holds it."""
    security = "https://w3id.org/security#"
    terms: Document = {
        "@protected": True,
        "id": "@id",
        "type": "@type",
        "verificationMethod": {"@id": f"{security}verificationMethod", "@type": "@id"},
        "assertionMethod": {"@id": f"{security}assertionMethod", "@type": "@id", "@container": "@set"},
        "Multikey": {
            "@id": f"{security}Multikey",
            "@context": {
                "@protected": True,
                "id": "@id",
                "type": "@type",
                "controller": {"@id": f"{security}controller", "@type": "@id"},
                "publicKeyMultibase": {
                    "@id": f"{security}publicKeyMultibase",
                    "@type": f"{security}multibase",
                },
            },
        },
    }
    return {"@context": terms}
