"""JSON-LD expansion by PyLD that remembers what processing the pinned contexts gave.

Processing contexts is most of the cost of a document, and gives the same every time for contexts that never
change. A context of a document's own is processed by PyLD as ever, over copies that last for that document
alone: PyLD writes into the contexts that it loads, and a stranger's must not change what another signed.
"""

import copy
from collections.abc import Callable
from typing import Any, TypeAlias

from pyld import jsonld
from pyld.context_resolver import ContextResolver
from typing_extensions import override

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing.contexts import ContextSet

REMEMBERED = 500
"""Results that a set keeps. Badges need about fifty; a memory that is full is emptied and learns anew."""

_MAPPINGS_A_STEP = 16
"""A context is copied this many terms at a time for the price of one that is defined."""

_Flags: TypeAlias = tuple[bool, bool, bool]
_AT_A_NODE: _Flags = (False, True, True)
"""No protected term may be redefined, the context reaches nested nodes, scoped ones are checked."""


_OF_TEXTS = ("@language", "@direction")
"""What a context may say of all texts, or of those of a term."""


class Pinned(dict[str, Any]):
    """What PyLD calls an active context, that came of pinned contexts alone."""


_INITIAL = Pinned(_uuid="initial", processingMode="json-ld-1.1", mappings={})


class Expander(jsonld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor for one document, with the same results: pinned contexts are processed once.

    `spend` is called with the steps about to be taken, about 20 µs each, and raises to stop them. `dropped`
    is called with what no context defines.
    """

    def __init__(
        self, known: ContextSet, *, spend: Callable[[int], None], dropped: Callable[[str | None], None]
    ) -> None:
        super().__init__(on_property_dropped=dropped)
        self._known = known
        self._spend = spend
        self._sizes: dict[int, tuple[object, int]] = {}

    def expanded(self, document: Document) -> list[Any]:
        """Return the expanded form of a document (JSON-LD 1.1 API section 5.1).

        Raises PyLD's errors; `UnknownContext` and what `spend` raises come bare or as their cause.
        """
        return list(self.expand(document, _options(self._copied)))

    def _copied(self, url: str, options: object) -> Document:
        return copy.deepcopy(self._known.load(url, options))

    @override
    def _get_initial_context(self, options: Document) -> Document:
        return _INITIAL

    @override
    def _process_context(
        self,
        active: Document,
        local: object,
        options: Document,
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
        cycles: set[str] | None = None,
    ) -> Document:
        flags = (override_protected, propagate, validate_scoped)
        if isinstance(active, Pinned) and cycles is None:
            name = self._known.name_of(local)
            if name is not None:
                return self._remembered(active, local, (active["_uuid"], name, flags))
            if flags == _AT_A_NODE and isinstance(local, list):
                first = self._pinned_part(local)
                if first:
                    active, local = self._process_context(active, local[:first], options), local[first:]
        return self._processed(active, local, options, flags, cycles)

    def _remembered(self, active: Pinned, local: object, key: tuple[str, object, _Flags]) -> Pinned:
        """Return the result for a pinned context, made with caches that no document has touched."""
        memory = self._known.remembered
        found = memory.get(key)
        if not isinstance(found, Pinned):
            found = Pinned(self._processed(active, local, _options(self._known.load), key[2], None))
            if len(memory) >= REMEMBERED:
                memory.clear()
            memory[key] = found
        return found

    def _pinned_part(self, local: list[object]) -> int:
        """Return how many contexts lead a list that can be processed apart from the rest.

        None, where what follows could change how they are read: an unknown one is named before any is
        processed, and `@propagate` counts at the head of a list alone.
        """
        urls = [item for item in local if isinstance(item, str)]
        others = [item for item in local if not isinstance(item, str)]
        if not all(isinstance(item, dict) and "@propagate" not in item for item in others):
            return 0
        if not all(url in self._known.documents for url in urls):
            return 0
        return next(index for index, item in enumerate(local) if not isinstance(item, str)) if others else 0

    def _processed(
        self, active: Document, local: object, options: Document, flags: _Flags, cycles: set[str] | None
    ) -> Document:
        self._spend(1 + self._size(local) + len(active["mappings"]) // _MAPPINGS_A_STEP)
        processed: Document = super()._process_context(active, local, options, *flags, cycles)
        return processed

    def _size(self, local: object) -> int:
        """Return the number of values in a context: PyLD spells it out each time that it is named."""
        _, size = self._sizes.get(id(local), (None, 0))
        if not size:
            size = sum(1 for _ in documents.walk(local))
            self._sizes[id(local)] = (local, size)
        return size

    @override
    def _expand_iri(
        self,
        active_ctx: Document,
        value: object,
        base: str | None = None,
        vocab: bool = False,
        local_ctx: Document | None = None,
        defined: Document | None = None,
    ) -> object:
        """Return PyLD's answer; for a term it is found at once, as most of the names asked for are terms."""
        if vocab and type(value) is str and value[:1] != "@" and not local_ctx:
            mapping = active_ctx["mappings"].get(value)
            if mapping is not None:
                return mapping["@id"]
        return super()._expand_iri(active_ctx, value, base, vocab, local_ctx, defined)

    @override
    def _expand_value(
        self, active_ctx: Document, active_property: str | None, value: object, options: Document
    ) -> object:
        """Return PyLD's answer; of a text with one datatype or none, as most are, it is found at once."""
        entry = active_ctx["mappings"].get(active_property) if type(value) is str else None
        if entry and active_property and active_property[:1] != "@" and (entry["@id"] or "@")[:1] != "@":
            kind = entry.get("@type")
            if kind is None and not any(name in entry or name in active_ctx for name in _OF_TEXTS):
                return {"@value": value}
            if kind is not None and kind[:1] != "@":
                return {"@type": kind, "@value": value}
        return super()._expand_value(active_ctx, active_property, value, options)

    @override
    def _create_term_definition(self, *positional: object, **named: object) -> None:
        self._spend(1)
        super()._create_term_definition(*positional, **named)


def _options(load: Callable[[str, object], Document]) -> Document:
    return {
        "base": None,
        "documentLoader": load,
        "contextResolver": ContextResolver({}, load),
        "processingMode": "json-ld-1.1",
    }
