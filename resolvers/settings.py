"""Settings from environment variables. Nothing else in the project reads the environment."""

import binascii
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_PORT = 8000
_RATE = re.compile(r"off|[0-9]{1,9}/(second|minute|hour|day)")
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?")
_HOST_NAME = re.compile(r"(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")


class Settings(BaseSettings):
    """Each field's alias is the variable's name; the defaults need no key, no server and no account."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        env_prefix="FOOTHOLD_",  # or a variable called `work` would be taken for the field of that name
        extra="ignore",
        populate_by_name=True,
    )

    host: str = Field("127.0.0.1", alias="FOOTHOLD_HOST")
    port: int = Field(DEFAULT_PORT, alias="FOOTHOLD_PORT", ge=0, le=65535)
    drain_seconds: float = Field(5.0, alias="FOOTHOLD_DRAIN_SECONDS", ge=0, le=600)
    data: Path = Field(Path(".foothold"), alias="FOOTHOLD_DATA")
    mongodb_uri: SecretStr | None = Field(None, alias="MONGODB_URI")
    redis_url: SecretStr | None = Field(None, alias="REDIS_URL")
    work: bool = Field(True, alias="FOOTHOLD_WORK")
    heartbeat: Path | None = Field(None, alias="FOOTHOLD_HEARTBEAT")
    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(None, alias="ANTHROPIC_BASE_URL")
    model: str = Field("claude-haiku-4-5-20251001", alias="FOOTHOLD_MODEL")
    max_tokens: int = Field(4096, alias="FOOTHOLD_MAX_TOKENS", ge=256, le=64_000)
    model_idle_seconds: float = Field(20.0, alias="FOOTHOLD_MODEL_IDLE_SECONDS", ge=0.1, le=300)
    reply_tokens: int = Field(500, alias="FOOTHOLD_REPLY_TOKENS", ge=50, le=500)
    history_tokens: int = Field(6_000, alias="FOOTHOLD_HISTORY_TOKENS", ge=1_000, le=100_000)
    candidates: int = Field(50, alias="FOOTHOLD_CANDIDATES", ge=1, le=50)
    daily_tokens: int = Field(1_000_000, alias="FOOTHOLD_DAILY_TOKENS", ge=0, le=2_000_000_000)
    embeddings_url: str | None = Field(None, alias="FOOTHOLD_EMBEDDINGS_URL")
    embeddings_key: SecretStr | None = Field(None, alias="FOOTHOLD_EMBEDDINGS_KEY")
    embeddings_model: str = Field("text-embedding-3-small", alias="FOOTHOLD_EMBEDDINGS_MODEL")
    rate_person: str = Field("3000/minute", alias="FOOTHOLD_RATE_PERSON")
    rate_address: str = Field("6000/minute", alias="FOOTHOLD_RATE_ADDRESS")
    rate_model: str = Field("60/minute", alias="FOOTHOLD_RATE_MODEL")
    rate_model_address: str = Field("600/minute", alias="FOOTHOLD_RATE_MODEL_ADDRESS")
    rate_sign_in: str = Field("60/minute", alias="FOOTHOLD_RATE_SIGN_IN")
    jwks_url: str | None = Field(None, alias="FOOTHOLD_JWKS_URL")
    jwt_issuer: str | None = Field(None, alias="FOOTHOLD_JWT_ISSUER")
    jwt_audience: str | None = Field(None, alias="FOOTHOLD_JWT_AUDIENCE")
    jwt_parties: tuple[str, ...] = Field((), alias="FOOTHOLD_JWT_PARTIES")
    jwt_leeway: float = Field(10.0, alias="FOOTHOLD_JWT_LEEWAY", ge=0, le=300)
    token_days: float = Field(30.0, alias="FOOTHOLD_TOKEN_DAYS", gt=0, le=3650)
    administrators: tuple[str, ...] = Field((), alias="FOOTHOLD_ADMINISTRATORS")
    webhook_secret: SecretStr | None = Field(None, alias="FOOTHOLD_WEBHOOK_SECRET")
    allowed_origins: tuple[str, ...] = Field((), alias="FOOTHOLD_ALLOWED_ORIGINS")
    allowed_hosts: tuple[str, ...] = Field((), alias="FOOTHOLD_ALLOWED_HOSTS")
    trusted_proxies: tuple[str, ...] = Field((), alias="FOOTHOLD_TRUSTED_PROXIES")
    plain_get: bool = Field(False, alias="FOOTHOLD_PLAIN_GET")
    max_body: int = Field(64 * 1024, alias="FOOTHOLD_MAX_BODY", ge=1_024, le=16 * 1024 * 1024)
    max_import: int = Field(2 * 1024 * 1024, alias="FOOTHOLD_MAX_IMPORT", ge=1_024, le=16 * 1024 * 1024)
    max_message: int = Field(64 * 1024, alias="FOOTHOLD_MAX_MESSAGE", ge=1_024, le=16 * 1024 * 1024)
    max_answer: int = Field(4 * 1024 * 1024, alias="FOOTHOLD_MAX_ANSWER", ge=65_536, le=64 * 1024 * 1024)
    kept_answers: int = Field(32, alias="FOOTHOLD_KEPT_ANSWERS", ge=0, le=4_096)
    connections: int = Field(10_000, alias="FOOTHOLD_CONNECTIONS", ge=10, le=1_000_000)
    connections_per_address: int = Field(2_000, alias="FOOTHOLD_CONNECTIONS_PER_ADDRESS", ge=1, le=1_000_000)
    socket_messages: int = Field(1_200, alias="FOOTHOLD_SOCKET_MESSAGES", ge=10, le=1_000_000)
    socket_operations: int = Field(100, alias="FOOTHOLD_SOCKET_OPERATIONS", ge=1, le=10_000)
    sockets_per_person: int = Field(1_000, alias="FOOTHOLD_SOCKETS_PER_PERSON", ge=1, le=1_000_000)
    sockets_per_address: int = Field(1_000, alias="FOOTHOLD_SOCKETS_PER_ADDRESS", ge=1, le=1_000_000)
    introspection: Literal["always", "signed-in", "never"] = Field(
        "signed-in", alias="FOOTHOLD_INTROSPECTION"
    )
    trusted_documents: Path | None = Field(None, alias="FOOTHOLD_TRUSTED_DOCUMENTS")
    trusted_only: bool = Field(False, alias="FOOTHOLD_TRUSTED_ONLY")
    execution_seconds: float = Field(30.0, alias="FOOTHOLD_EXECUTION_SECONDS", ge=0.1, le=600)
    execution_plans: bool = Field(True, alias="FOOTHOLD_EXECUTION_PLANS")
    document_tokens: int = Field(2_000, alias="FOOTHOLD_DOCUMENT_TOKENS", ge=100, le=20_000)
    document_fragments: int = Field(50, alias="FOOTHOLD_DOCUMENT_FRAGMENTS", ge=0, le=1_000)
    document_depth: int = Field(24, alias="FOOTHOLD_DOCUMENT_DEPTH", ge=8, le=100)
    document_fields: int = Field(500, alias="FOOTHOLD_DOCUMENT_FIELDS", ge=100, le=10_000)
    document_aliases: int = Field(50, alias="FOOTHOLD_DOCUMENT_ALIASES", ge=4, le=1_000)
    document_directives: int = Field(50, alias="FOOTHOLD_DOCUMENT_DIRECTIVES", ge=0, le=1_000)
    document_cost: int = Field(10_000, alias="FOOTHOLD_DOCUMENT_COST", ge=1_000, le=1_000_000)
    metrics: bool = Field(False, alias="FOOTHOLD_METRICS")
    metrics_host: str = Field("127.0.0.1", alias="FOOTHOLD_METRICS_HOST")
    metrics_port: int = Field(9464, alias="FOOTHOLD_METRICS_PORT", ge=1, le=65535)
    otlp_endpoint: SecretStr | None = Field(None, alias="FOOTHOLD_OTLP_ENDPOINT")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", alias="FOOTHOLD_LOG_LEVEL")
    log_json: bool = Field(True, alias="FOOTHOLD_LOG_JSON")

    @field_validator("mongodb_uri")
    @classmethod
    def _mongodb(cls, uri: SecretStr | None) -> SecretStr | None:
        if uri is not None:
            from db.driver.urls import mongodb_fault  # noqa: PLC0415 - the driver takes long to load

            _raise("mongodb_uri", mongodb_fault(uri.get_secret_value()))
        return uri

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            from db.driver.urls import redis_fault  # noqa: PLC0415 - as above

            _raise("redis_url", redis_fault(url.get_secret_value()))
        return url

    @field_validator("otlp_endpoint", "jwks_url", "embeddings_url")
    @classmethod
    def _over_http(cls, url: SecretStr | str | None) -> SecretStr | str | None:
        text = url.get_secret_value() if isinstance(url, SecretStr) else url
        if text is not None and not re.match("https?://[^/]", text):
            raise PydanticCustomError("over_http", "Must begin with http:// or https://.")
        return url

    @field_validator("rate_person", "rate_address", "rate_model", "rate_model_address", "rate_sign_in")
    @classmethod
    def _rate(cls, rate: str) -> str:
        if not _RATE.fullmatch(rate):
            words = "Must be off, or a number per second, minute, hour or day, such as 60/minute."
            raise PydanticCustomError("rate", words)
        return rate

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            port = re.search(r":([0-9]+)/?$", origin)
            if origin != "*" and not (_ORIGIN.fullmatch(origin) and int(port[1] if port else 0) < 65536):
                words = "Each must be a scheme and a name without a path, such as https://app.example.org."
                raise PydanticCustomError("allowed_origins", words)
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError:
                words = "Each must be an address or a network, such as 10.0.0.0/8."
                raise PydanticCustomError("trusted_proxies", words) from None
        return proxies

    @field_validator("allowed_hosts")
    @classmethod
    def _host_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(name == "*" or _HOST_NAME.fullmatch(name) for name in names):
            words = "Each must be a name without a port, which may begin with *., such as *.example.org."
            raise PydanticCustomError("allowed_hosts", words)
        return names

    @field_validator("webhook_secret")
    @classmethod
    def _key(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and _key_bytes(secret.get_secret_value()) < 16:
            raise PydanticCustomError("webhook_secret", "Must be base 64 of at least 16 bytes.")
        return secret

    @field_validator("work")
    @classmethod
    def _somebody_works(cls, work: bool, others: ValidationInfo) -> bool:
        if not work and others.data.get("redis_url") is None:
            raise PydanticCustomError(
                "work", "Needs REDIS_URL: without it, no other process can do the work."
            )
        return work


def _raise(field: str, fault: str | None) -> None:
    if fault is not None:
        # Not a template: the braces of a fault are its own.
        raise PydanticCustomError(field, "{fault}", {"fault": fault})


def _key_bytes(secret: str) -> int:
    """Return the length of a webhook's secret in bytes; 0 if it is malformed."""
    text = secret.removeprefix("whsec_").rstrip("=")
    try:
        return len(binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True))
    except ValueError:
        return 0
