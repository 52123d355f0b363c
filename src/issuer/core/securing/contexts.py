"""The JSON-LD contexts that a signature can be over: pinned by hash, read from the package, never fetched."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from issuer.core.documents import Document
from issuer.errors import Invalid

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTROLLED_IDENTIFIERS = "https://www.w3.org/ns/cid/v1"
"""Named in DID documents, which are read as plain JSON; the loader does not hold it."""

REWORDED_TERMS = frozenset({"endorsementJwt", "jti"})
"""Terms that `context-3.0.3.json` gained in place in 2026: signatures over them differ by copy."""


class UnknownContext(Invalid):
    """The document names a context that this service does not hold."""

    code = "unknown-context"


@dataclass(frozen=True)
class ContextSet:
    """Context documents by URL. `loaded` is what PyLD remembers of them, for this set alone."""

    documents: Mapping[str, Document]
    loaded: dict[str, object]

    def load(self, url: str, _options: object = None) -> Document:
        """Return PyLD's remote-document record for a pinned URL, or raise `UnknownContext`."""
        if url not in self.documents:
            raise UnknownContext(f"the context {url[:200]} is not one that this service knows")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self.documents[url],
            "tag": "static",
        }


@cache
def in_force() -> ContextSet:
    """Return the contexts under which badges are issued and, first, verified."""
    return ContextSet(_documents(superseded=False), {})


@cache
def superseded() -> ContextSet:
    """Return the same set with the Open Badges text that stood until June 2026."""
    return ContextSet({**_documents(superseded=False), **_documents(superseded=True)}, {})


def _documents(*, superseded: bool) -> dict[str, Document]:
    folder = resources.files(__package__).joinpath("contexts")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    found: dict[str, Document] = {}
    for entry in manifest:
        if entry["superseded"] is superseded:
            raw = folder.joinpath(entry["file"]).read_bytes()
            if sha256(raw).hexdigest() != entry["sha256"]:
                raise RuntimeError(f"the packaged context {entry['file']} is not the pinned one")
            found[entry["url"]] = json.loads(raw)
    return found
