"""Why there is no credential to be had from a file, in sentences for whoever holds the file."""

from typing import Final

from issuer.core import documents
from issuer.errors import Invalid

MAX_IMAGE: Final = 2_000_000
"""The most bytes of a badge image that are read."""

MAX_BAKED: Final = documents.DEFAULT_LIMITS.size
"""The most bytes of a credential in an image: as many as a document may have."""

ASK_FOR_THE_ORIGINAL: Final = (
    "ask for the original, a screenshot or a copy saved by another program has lost the badge."
)


class NothingBaked(Invalid):
    """The image is sound, and no credential is in it."""

    code = "nothing-baked"


class SeveralBaked(Invalid):
    """The image carries more than one credential, so two readers could see two badges."""

    code = "several-baked"


class OpenBadgesTwo(Invalid):
    """The image carries a badge of the version before, with no seal that is checked here."""

    code = "open-badges-two"


class UnreadableImage(Invalid):
    """The image is damaged, or carries its credential in another way than the standard's."""

    code = "unreadable-image"


class UnacceptedFile(Invalid):
    """The file is of a kind that carries no badge."""

    code = "unaccepted-file"


class FileTooLarge(Invalid):
    """The file has more bytes than are read."""

    code = "file-too-large"


def refuse_large_image(raw: bytes) -> None:
    """Raise `FileTooLarge` where an image is over the limit."""
    if len(raw) > MAX_IMAGE:
        raise FileTooLarge(f"The image has more than {MAX_IMAGE:,} bytes. A badge image is far smaller.")


def refuse_large_text(size: int) -> None:
    """Raise `FileTooLarge` where a credential in an image is over the limit."""
    if size > MAX_BAKED:
        raise FileTooLarge(f"The credential in the image has more than {MAX_BAKED:,} bytes.")


def only_one(found: int) -> None:
    """Raise `SeveralBaked` where more than one credential was found (Open Badges 3.0, 5.3)."""
    if found > 1:
        raise SeveralBaked(
            "There is more than one credential in this image, and nothing says which one is meant. "
            "Ask the issuer for an image with one badge."
        )


def nothing(picture: str) -> NothingBaked:
    """Return the error for a sound image of that kind without a credential."""
    return NothingBaked(f"There is no badge in this {picture} picture: {ASK_FOR_THE_ORIGINAL}")


def open_badges_two() -> OpenBadgesTwo:
    """Return the error for an image of Open Badges 1 or 2."""
    return OpenBadgesTwo(
        "This is an Open Badges 2 image, which has no seal that this service can check. "
        "Ask the issuer whether the badge is to be had in Open Badges 3.0."
    )
