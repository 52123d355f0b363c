"""Everything that an operator can choose, from `ISSUER_…` environment variables."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ISSUER_"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MIN_OPERATOR_KEY = 32


def _origin(value: str) -> str:
    place = urlsplit(value)
    if place.scheme not in {"http", "https"} or not place.hostname or place.query or place.fragment:
        raise ValueError("it is not an address such as https://badges.example.org")
    if place.username or place.password:
        raise ValueError("an address with a user name in it is not accepted")
    return f"{place.scheme}://{place.netloc.lower()}{place.path.rstrip('/')}"


def _separate(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _mail_server(value: SecretStr) -> SecretStr:
    place = urlsplit(value.get_secret_value())
    if place.scheme not in {"smtp", "smtps"} or not place.hostname or place.path.strip("/"):
        raise ValueError("it is not an address such as smtp://user:password@mail.example.org:587")
    return value


def _store(value: str) -> str:
    place = urlsplit(value)
    if not value or (("://" in value) != (place.scheme == "s3")):
        raise ValueError("it is neither a folder nor an address such as s3://bucket/prefix")
    if place.scheme == "s3" and (not place.netloc or "@" in place.netloc or place.query or place.fragment):
        raise ValueError("it is not an address such as s3://bucket/prefix")
    return value


Origin = Annotated[str, AfterValidator(_origin)]
Store = Annotated[str, AfterValidator(_store)]


class Settings(BaseSettings):
    """The operator's choices. The text under each field is its manual."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        hide_input_in_errors=True,  # or a typo in one variable prints the others' secrets
        use_attribute_docstrings=True,
        validate_default=True,
    )

    public_url: Origin = "http://localhost:8000"
    """Origin, with an optional path prefix, of every id that is minted. It decides the DIDs. Changing it
    orphans the badges already issued."""

    origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Further origins, separated by commas, that tenants may own: a district's own address."""

    database_url: SecretStr = SecretStr("sqlite:///issuer.db")
    """SQLAlchemy URL. SQLite for one process, PostgreSQL (`postgresql://…`) for more."""

    keys_dir: Path = Path("keys")
    """Folder of the private keys: one encrypted file a key, readable by the service alone."""

    key_passphrase: SecretStr | None = None
    """Passphrase of the key files. Prefer ISSUER_KEY_PASSPHRASE_FILE."""

    key_passphrase_file: Path | None = None
    """File that holds the passphrase of the key files."""

    artwork: Store = "artwork"
    """Where uploaded pictures are kept: a folder, or `s3://bucket/prefix` with the extra `s3`. Several
    processes need the same one."""

    artwork_endpoint: Origin | None = None
    """Address of a store that speaks like S3. Amazon's own when absent. Credentials and region are those that
    boto3 finds, such as AWS_ACCESS_KEY_ID."""

    mode: Literal["production", "development"] = "production"
    """Production refuses unencrypted or readable key files and plain http outside this machine."""

    operator_key: SecretStr | None = None
    """Bearer key, at least 32 characters, for the operator's own API calls. Off when absent."""

    status_list_length: Annotated[int, Field(ge=131_072, le=16_777_216, multiple_of=8)] = 131_072
    """Entries of a new status list. The standard wants at least 131,072."""

    lease_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """For how long a worker has what it claimed to itself. When it died, another one takes over after that
    long; what could not be done is tried again then. The clocks of several machines should agree."""

    self_check_sample: Annotated[float, Field(ge=0, le=1)] = 0.01
    """The share of badges that are checked before they are published as a stranger would check them, besides
    the first of each kind. Of every other one, the text and the signature are checked."""

    plan_sample: Annotated[float, Field(ge=0, le=1)] = 0.001
    """The share of badges whose canonical form is also made the general way. Where that differs, the plan
    that gave another one is stopped, and the badge goes out by the general way."""

    verify_others: bool = True
    """Whether verifying may ask other sites for keys, status lists and badges, through the guarded client.
    Without it, badges of other issuers are answered as `could_not_check`."""

    fetch_loopback: bool = False
    """Whether that client, and webhooks, may also ask this machine itself, over plain http: for development
    alone."""

    verify_per_minute: Annotated[int, Field(ge=1)] = 30
    """How many verifications a minute one address may ask for without an API key."""

    verify_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    """How many verifications run at the same time, in threads and processes of their own."""

    known_issuers: Annotated[tuple[str, ...], NoDecode] = ()
    """Lists of issuers that are recognised, separated by commas: files, or https addresses that are read
    again every day. An allow-list of your own, or a registry of the Digital Credentials Consortium."""

    trusted_proxies: str = ""
    """Addresses of the reverse proxies whose X-Forwarded-For is believed, separated by commas. Without
    them, everybody behind a proxy shares one rate."""

    vc_api: Literal["off", "on", "conformance"] = "off"
    """The W3C VC API: `off`; `on` for API keys with the scope `vc-api`; or `conformance`, for the public test
    suites alone: WITHOUT ANY KEY, ANYBODY WHO REACHES THE SERVICE CAN HAVE ANYTHING SIGNED as the default
    issuer, checks can be skipped, and older kinds of proof are issued. Never where others can reach it."""

    vc_api_unverified: Literal["by-mode", "200", "400", "422"] = "by-mode"
    """The status with which the VC API answers what does not verify. `by-mode` is 200 with `verified: false`,
    as the API's own specification wants it, and 400 in `conformance`, as the public test suites want it."""

    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = None
    """The mail server by which holders hear of new badges: `smtp://user:password@host:587`, under STARTTLS
    unless it is on this machine, or `smtps://…`. Without it nobody gets a letter."""

    mail_from: Annotated[str, Field(pattern=r"^([^<>@\r\n]+<)?[^<>@\s]+@[A-Za-z0-9.-]+>?$")] | None = None
    """From whom these letters are: `badges@example.org`, or `Alder Badges <badges@example.org>`."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is written to the log, one JSON object a line."""

    @model_validator(mode="before")
    @classmethod
    def _split_origins(cls, given: dict[str, object]) -> dict[str, object]:
        if "origins" in given:
            parts = _separate(given["origins"])
            given["origins"] = (
                tuple(_origin(str(part)) for part in parts) if isinstance(parts, list | tuple) else ()
            )
        if isinstance(given.get("known_issuers"), str):
            given["known_issuers"] = tuple(_separate(given["known_issuers"]) or ())  # type: ignore[arg-type]
        return given

    @model_validator(mode="after")
    def _no_unknown_variables(self) -> Self:
        known = {PREFIX + name.upper() for name in type(self).model_fields}
        given = {name for name in os.environ if name.startswith(PREFIX)}  # noqa: TID251 - the one place
        unknown = sorted(name for name in given - known if not name.startswith(PREFIX + "TEST_"))
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.mode == "production":
            for origin in (self.public_url, *self.origins):
                place = urlsplit(origin)
                if place.scheme == "http" and place.hostname not in _LOOPBACK:
                    raise ValueError(f"{origin} is plain http: badges under it could be forged on the way")
            if self.fetch_loopback:
                raise ValueError("fetch_loopback is for development: it lets strangers name this machine")
        if (self.smtp_url is None) != (self.mail_from is None):
            raise ValueError("smtp_url and mail_from go together")
        self._refuse_open_signing()
        if self.operator_key and len(self.operator_key.get_secret_value()) < _MIN_OPERATOR_KEY:
            raise ValueError(f"operator_key has fewer than {_MIN_OPERATOR_KEY} characters")
        return self

    def _refuse_open_signing(self) -> None:
        is_loopback = urlsplit(self.public_url).hostname in _LOOPBACK
        if self.vc_api == "conformance" and self.mode == "production" and not is_loopback:
            raise ValueError("vc_api=conformance lets anybody sign: it is for this machine alone")

    def passphrase(self) -> bytes | None:
        """Return the passphrase of the key files, or None where none is set.

        Raises `OSError` where its file cannot be read.
        """
        if self.key_passphrase_file is not None:
            return self.key_passphrase_file.read_bytes().strip() or None
        return self.key_passphrase.get_secret_value().encode() if self.key_passphrase else None

    @property
    def encrypts_keys(self) -> bool:
        """Whether unencrypted key files are refused."""
        return self.mode == "production"
