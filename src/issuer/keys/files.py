"""Private keys in files: encrypted PKCS#8, mode 0600, one file a key."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.core.securing import multibase
from issuer.keys.ports import KeyUnavailable, Signer, UnsafeKey

_SUFFIX = ".pem"
_SHORTEST_PASSPHRASE = 20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class FileKeyring:
    """A folder of key files. `strict` refuses unencrypted files and files that others can read."""

    folder: Path
    passphrase: bytes | None = field(repr=False)
    strict: bool
    _loaded: dict[str, Signer] = field(default_factory=dict, repr=False)

    def generate(self) -> str:
        """Make a key file, synced to disk before its id is returned."""
        if self.strict and not self.passphrase:
            raise UnsafeKey("set ISSUER_KEY_PASSPHRASE_FILE: keys are not written unencrypted here")
        if self.strict and len(self.passphrase or b"") < _SHORTEST_PASSPHRASE:
            raise UnsafeKey(
                f"the passphrase has fewer than {_SHORTEST_PASSPHRASE} bytes: PKCS#8 hardly slows guessing"
            )
        key = Ed25519PrivateKey.generate()
        key_id = _key_id(key)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self._path(key_id), self._serialized(key))
        self._loaded[key_id] = key
        return key_id

    def signer(self, key_id: str) -> Signer:
        """Return the signer in a key's file, read once."""
        if key_id not in self._loaded:
            self._loaded[key_id] = self._load(self._path(key_id))
        return self._loaded[key_id]

    def destroy(self, key_id: str) -> None:
        """Remove a key's file."""
        self._loaded.pop(key_id, None)
        self._path(key_id).unlink(missing_ok=True)

    def check(self) -> None:
        """Read every key file of the folder, so that a bad one is found before it is needed."""
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            self._load(path)

    def _path(self, key_id: str) -> Path:
        multibase.public_key(key_id)  # an id from anywhere else could name another file
        return self.folder / f"{key_id}{_SUFFIX}"

    def _serialized(self, key: Ed25519PrivateKey) -> bytes:
        encryption = (
            serialization.BestAvailableEncryption(self.passphrase)
            if self.passphrase
            else serialization.NoEncryption()
        )
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def _load(self, path: Path) -> Ed25519PrivateKey:
        try:
            mode, raw = path.stat().st_mode, path.read_bytes()
        except OSError as error:
            raise KeyUnavailable(f"the key file {path.name} is not in the keys folder") from error
        encrypted = b"BEGIN ENCRYPTED PRIVATE KEY" in raw
        if self.strict and mode & _OTHERS:
            raise UnsafeKey(f"{path.name} can be read by others than its owner: chmod 600 it")
        if self.strict and not encrypted:
            raise UnsafeKey(
                f"{path.name} is not encrypted: encrypt it with ISSUER_KEY_PASSPHRASE_FILE's text"
            )
        return self._decoded(path, raw, encrypted=encrypted)

    def _decoded(self, path: Path, raw: bytes, *, encrypted: bool) -> Ed25519PrivateKey:
        if encrypted and not self.passphrase:
            raise UnsafeKey(
                f"{path.name} is encrypted, and no passphrase is set (ISSUER_KEY_PASSPHRASE_FILE)"
            )
        try:
            key = serialization.load_pem_private_key(raw, self.passphrase if encrypted else None)
        except (ValueError, TypeError) as error:
            raise UnsafeKey(f"{path.name} cannot be read: wrong passphrase, or a damaged file") from error
        if not isinstance(key, Ed25519PrivateKey) or _key_id(key) != path.stem:
            raise UnsafeKey(f"{path.name} does not hold the Ed25519 key that it is named for")
        return key


def _key_id(key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return multibase.multikey(raw)


def _write(path: Path, raw: bytes) -> None:
    """Write a new file that nobody else can read at any moment, and sync it with its folder."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, raw)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
