"""Pictures in S3 or a store that speaks like it, each in an object that is named by its digest."""

from dataclasses import dataclass, field
from typing import Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from issuer.core.artwork.uploaded import MAX_STORED
from issuer.core.documents import Document
from issuer.storage import ports
from issuer.storage.ports import NotStored, StoreUnavailable

_PATIENCE: Final = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 3})
_ABSENT: Final = frozenset({"NoSuchKey", "404"})


class _Client(Protocol):
    """What is asked of boto3's client, which makes its methods when it is made itself."""

    def put_object(self, **parameters: object) -> object: ...

    def get_object(self, **parameters: object) -> Document: ...


@dataclass(frozen=True)
class S3Store:
    """Objects of a bucket below a prefix. Credentials are those that boto3 finds in its environment."""

    bucket: str
    prefix: str
    _client: _Client = field(repr=False)

    def put(self, digest: str, content: bytes) -> None:
        """Put the object. S3 answers when it is safe, and never shows half of one."""
        ports.check_given(digest, content)
        try:
            self._client.put_object(Bucket=self.bucket, Key=self._key(digest), Body=content)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(self.bucket) from error

    def get(self, digest: str) -> bytes:
        """Return the object's content, checked against its name."""
        ports.check_name(digest)
        try:
            found = self._client.get_object(Bucket=self.bucket, Key=self._key(digest))
            with found["Body"] as body:
                content: bytes = body.read(MAX_STORED + 1)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                raise NotStored(f"there is no picture {digest} in the bucket {self.bucket!r}") from error
            raise _unavailable(self.bucket) from error
        except BotoCoreError as error:
            raise _unavailable(self.bucket) from error
        return ports.checked(digest, content)

    def _key(self, digest: str) -> str:
        return f"{self.prefix}/{digest}" if self.prefix else digest


def connect(bucket: str, prefix: str, endpoint: str | None) -> S3Store:
    """Return the store of a bucket, at AWS or at an endpoint of one's own. Nothing is asked yet."""
    return S3Store(bucket, prefix, boto3.client("s3", endpoint_url=endpoint, config=_PATIENCE))


def _unavailable(bucket: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the bucket {bucket!r} of ISSUER_ARTWORK does not answer as it should: look at its name, at the "
        "credentials, and at ISSUER_ARTWORK_ENDPOINT"
    )
