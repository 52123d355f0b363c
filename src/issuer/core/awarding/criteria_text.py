"""The criteria of an achievement in words, where its definition gives evidence and a rubric alone."""

from collections.abc import Iterator
from typing import Final

from issuer.core.documents import Document

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "evidence": "Hand in:",
        "rubric": "Reach at least this level:",
        "many": "{name}: {count}",
        "words": "{name}: {least} to {most} words",
    },
    "es": {
        "evidence": "Entregue:",
        "rubric": "Alcance al menos este nivel:",
        "many": "{name}: {count}",
        "words": "{name}: de {least} a {most} palabras",
    },
}
_SPECIAL: Final = "\\`*_{}[]<>#|"


def narrative(document: Document, language: str) -> str | None:
    """Return the criteria as Markdown, in English where there are no words of the language.

    None where there is neither evidence nor a level that must be reached. The definition is in its long form,
    with its texts in one language.
    """
    words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
    parts = []
    for name, lines in (("evidence", _pieces(document, words)), ("rubric", _levels(document))):
        listed = [f"- {line}" for line in lines]
        if listed:
            parts.append("\n".join([words[name], "", *listed]))
    return "\n\n".join(parts) or None


def _pieces(document: Document, words: dict[str, str]) -> Iterator[str]:
    for each in _documents(document, "evidence"):
        name, count, length = (
            _plain(each.get("name") or _spelled(each.get("kind"))),
            each.get("count"),
            each.get("words"),
        )
        if isinstance(length, list) and len(length) == 2:  # noqa: PLR2004 - the fewest and the most
            yield words["words"].format(name=name, least=length[0], most=length[1])
        elif isinstance(count, int) and count > 1:
            yield words["many"].format(name=name, count=count)
        else:
            yield name


def _levels(document: Document) -> Iterator[str]:
    for each in _documents(document, "resultDescription"):
        needed = each.get("requiredLevel")
        if needed is not None:
            levels = {level.get("id"): level for level in _documents(each, "rubricCriterionLevel")}
            yield f"{_plain(each.get('name'))}: {_plain(levels.get(needed, {}).get('name', needed))}"


def _documents(document: Document, name: str) -> list[Document]:
    found = document.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _spelled(kind: object) -> str:
    return str(kind).replace("-", " ").replace("_", " ").capitalize()


def _plain(text: object) -> str:
    """Return a text that means the same in Markdown."""
    return "".join(f"\\{each}" if each in _SPECIAL else each for each in str(text))
