"""A picture that was uploaded and made safe, how large it may be, and why one is refused."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from issuer.core.documents import DocumentTooLarge
from issuer.errors import Invalid

MAX_UPLOAD: Final = 512_000
"""The most bytes of a file that is sent."""

MAX_STORED: Final = 300_000
"""The most bytes of a picture that is kept: it is put into every badge."""

LONGEST_SIDE: Final = 1_024
"""The most pixels of a kept picture's longer side."""

MediaType: TypeAlias = Literal["image/png", "image/svg+xml"]
EXTENSIONS: Final[dict[str, str]] = {"image/png": "png", "image/svg+xml": "svg"}


class UnreadableArtwork(Invalid):
    """The file is no picture that can be used: it is damaged, or of another kind or size."""

    code = "unreadable-artwork"


class UnsafeArtwork(Invalid):
    """The SVG picture holds more than a drawing, or more of it than a picture needs."""

    code = "unsafe-artwork"


class ArtworkTooLarge(DocumentTooLarge):
    """The picture has more bytes than are accepted."""

    code = "artwork-too-large"


@dataclass(frozen=True)
class Picture:
    """A picture that was made safe. Its size is in pixels, of an SVG in those of CSS."""

    content: bytes
    media_type: MediaType
    width: int
    height: int


def refuse_large(raw: bytes) -> None:
    """Raise `ArtworkTooLarge` where a file has more bytes than are accepted."""
    if len(raw) > MAX_UPLOAD:
        raise ArtworkTooLarge(
            f"the picture has more than {MAX_UPLOAD:,} bytes: save it smaller, or with fewer colors"
        )


def kept(picture: Picture) -> Picture:
    """Return the picture, or raise `ArtworkTooLarge` where it is too large to be put into every badge."""
    if len(picture.content) >= MAX_STORED:
        raise ArtworkTooLarge(
            f"made safe, the picture still has {len(picture.content):,} bytes, and {MAX_STORED:,} are too "
            "many for every badge: use fewer colors, or simpler shapes"
        )
    return picture
