import pytest

from issuer.core import markup
from issuer.core.markup import Most

MOST = Most(elements=10, depth=3)


def begun(text: str) -> list[str]:
    return [kind for kind, _ in markup.parts(text.encode(), MOST, exact=True)]


def test_elements_and_instructions_are_named_in_their_order() -> None:
    assert begun("<?x y?><a><!-- c --><b/><?z?></a>") == ["pi", "start", "start", "pi"]


@pytest.mark.parametrize("text", ["", "<a>", "<a>&b;</a>", "<a/><a/>", "<a b='1' b='2'/>", "text"])
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(markup.MalformedMarkup, match="near line"):
        begun(text)


@pytest.mark.parametrize("text", ["<a>" + "<b/>" * 10 + "</a>", "<a><a><a><a/></a></a></a>", "<a>" * 100])
def test_what_has_too_many_parts_is_refused(text: str) -> None:
    with pytest.raises(markup.TooManyParts):
        begun(text)


def test_as_many_parts_as_are_allowed_are_read() -> None:
    assert len(begun("<a>" + "<b/>" * 9 + "</a>")) == 10


def test_an_endless_entity_is_not_filled_in() -> None:
    text = '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'

    (_, root), *_ = markup.parts(text.encode(), MOST, exact=True)

    assert root.text is None
