"""Texts in several languages inside a definition: taken apart into one original and its editions."""

from collections.abc import Callable
from typing import Final, TypeAlias

from issuer.core.documents import Document, pointer
from issuer.core.fields import InvalidFields
from issuer.errors import Fault

Chosen: TypeAlias = Callable[[Document, tuple[str | int, ...]], object]
"""What is taken of a text in several languages that stands at a place."""

_TEXTS: Final = frozenset({"name", "description", "competency", "audience", "prerequisites", "narrative"})
"""The members that may be a text in each language, such as `{en: …, es: …}`."""


def original(document: Document, language: str) -> Document:
    """Return the definition with each of its texts in the one language.

    Raises `InvalidFields` that points at every text that is not in it.
    """
    faults: list[Fault] = []

    def chosen(texts: Document, place: tuple[str | int, ...]) -> object:
        if language not in texts:
            faults.append(Fault(pointer(*place), f"there is no text in {language!r}"))
        return texts.get(language)

    found = {name: _walked_member(name, value, chosen, ()) for name, value in document.items()}
    if faults:
        raise InvalidFields(f"every text must be there in {language!r}", faults)
    return found


def languages(document: Document) -> list[str]:
    """Return the languages of a definition's texts, as they are first met."""
    met: dict[str, None] = {}

    def noted(texts: Document, _place: tuple[str | int, ...]) -> object:
        met.update(dict.fromkeys(texts))
        return None

    _walked(document, noted, ())
    return list(met)


def edition(document: Document, whole: Document, language: str) -> Document:
    """Return the edition in a language: what is there in it of a definition. `whole` is the original."""
    found = {
        name: _walked_member(name, value, _in_language(language), ()) for name, value in document.items()
    }
    told = {
        name: found.get(name)
        for name in _TEXTS - {"narrative"}
        if isinstance(document.get(name), dict) and found.get(name)
    }
    criteria, own = document.get("criteria"), found.get("criteria")
    if isinstance(criteria, dict) and isinstance(criteria.get("narrative"), dict) and isinstance(own, dict):
        told["criteria"] = own["narrative"]
    return {
        "inLanguage": language,
        "name": whole.get("name"),
        "resultDescription": _criteria(document, whole, language),
        "evidence": _parts(document.get("evidence"), whole.get("evidence"), "kind", language),
        **{name: text for name, text in told.items() if text is not None},
    }


def _criteria(document: Document, whole: Document, language: str) -> list[Document]:
    """Return the criteria of which anything is there in the language, with such levels of theirs."""
    found = []
    for given, plain in zip(_objects(document), _objects(whole), strict=True):
        name = "rubricCriterionLevel"
        levels = _parts(given.get(name), plain.get(name), "id", language)
        [*own] = _parts([given], [plain], "id", language)
        if own or levels:
            found.append({"id": given.get("id"), "name": plain.get("name"), **(own[0] if own else {})})
            found[-1]["levels"] = levels
    return found


def _objects(document: Document) -> list[Document]:
    found = document.get("resultDescription")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _parts(given: object, plain: object, key: str, language: str) -> list[Document]:
    """Return the parts that have a name or a description in the language. The name may be the original's."""
    found = []
    if isinstance(given, list) and isinstance(plain, list):
        for part, own in zip(given, plain, strict=True):
            if not isinstance(own, dict):
                continue
            texts = {name: _in(part, name, language) for name in ("name", "description")}
            told = {name: text for name, text in texts.items() if text is not None}
            if told:
                found.append({"id": own.get(key), "name": own.get("name") or own.get(key), **told})
    return found


def _in(part: object, name: str, language: str) -> object:
    texts = part.get(name) if isinstance(part, dict) else None
    return texts.get(language) if isinstance(texts, dict) else None


def _walked(value: object, chosen: Chosen, place: tuple[str | int, ...]) -> object:
    """Return a value with each text in several languages replaced by what is chosen of it."""
    if isinstance(value, dict):
        return {name: _walked_member(name, member, chosen, place) for name, member in value.items()}
    if isinstance(value, list):
        return [_walked(member, chosen, (*place, index)) for index, member in enumerate(value)]
    return value


def _walked_member(name: str, member: object, chosen: Chosen, place: tuple[str | int, ...]) -> object:
    if name in _TEXTS and isinstance(member, dict):
        return chosen(member, (*place, name))
    return _walked(member, chosen, (*place, name))


def _in_language(language: str) -> Chosen:
    return lambda texts, _place: texts.get(language)
