"""A layout written out as Python code, for shapes of our own that are filled in again and again.

Joined forms and a walk to the texts sign 0.36 of what the limit allows, this code and `reader` 0.55: they are
`uncoded_per_s` and `compiled_per_s` of `make bench BENCH=signing`. Nothing of a stranger's document becomes
code: only layouts of what this service issues do, and of those the constant text, as literals.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from issuer.core.securing.plans.forms import Form, Piece
from issuer.core.securing.plans.layout import Layout

_SOURCE = """\
def write(values):
    [{values}] = values
    [{names}] = named([{hashes}])
    blocks = [{blocks}]
    blocks.sort()
    return "".join(blocks)
"""


def writer(layout: Layout, texts: int) -> Callable[[list[str]], str]:
    """Return a function that does what `layout.write` does, for so many texts."""
    values = [f"v{number}" for number in range(texts + len(layout.names))]
    hashes = [
        repr(each) if isinstance(each, bytes) else f"sha256(({_joined(each)}).encode()).digest()"
        for each in layout.hashes
    ]
    blocks = [*map(repr, layout.constant_blocks), *map(_joined, layout.blocks)]
    source = _SOURCE.format(
        values=", ".join(values[:texts]),
        hashes=", ".join(hashes),
        names=", ".join(values[texts:]),
        blocks=", ".join(blocks),
    )
    scope: dict[str, Callable[..., str]] = {}
    exec(compile(source, "<plan>", "exec"), {"sha256": sha256, "named": layout.named}, scope)  # noqa: S102 - see above
    return scope["write"]


def _joined(pieces: Sequence[Piece]) -> str:
    return " + ".join(
        f'"".join(sorted([{", ".join(map(_literal, piece))}]))'
        if isinstance(piece, list)
        else _literal(piece)
        for piece in pieces
    )


def _literal(form: Form) -> str:
    """Return a form as an f-string: braces in its text are doubled, and the whole is quoted by `repr`."""
    parts = [part.replace("{", "{{").replace("}", "}}") for part in form.parts]
    parts[1::2] = [f"{{v{number}}}" for number in form.numbers]
    return "f" + repr("".join(parts))
