"""Which store of pictures the operator chose."""

from importlib import util
from pathlib import Path
from urllib.parse import urlsplit

from issuer.errors import IssuerError
from issuer.settings import Settings
from issuer.storage.folder import FolderStore
from issuer.storage.ports import ArtworkStore


class ExtraMissing(IssuerError):
    """A library that a setting needs is not installed."""

    code = "extra-missing"


def store(settings: Settings) -> ArtworkStore:
    """Return the store that `ISSUER_ARTWORK` names, or raise `ExtraMissing`."""
    place = urlsplit(settings.artwork)
    if place.scheme != "s3":
        return FolderStore(Path(settings.artwork))
    if util.find_spec("boto3") is None:
        raise ExtraMissing(
            "ISSUER_ARTWORK names a bucket, and boto3 is not installed: install the extra `s3`, "
            'as in `pip install "open-badge-issuer[s3]"`'
        )
    from issuer.storage import s3  # noqa: PLC0415 - without the extra it cannot be imported

    return s3.connect(place.netloc, place.path.strip("/"), settings.artwork_endpoint)
