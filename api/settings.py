"""What can be set from outside, read once from the environment when a command starts.

`PORT`, `HOST`, `DATABASE_URL` and `PG_BIN` keep the names that other software knows; everything of
our own begins with `ATTAIN_`. A wrong value is refused in a sentence that names the variable and
what would be right, and never repeats a secret.
"""

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.refusal import CommandRefused
from domain.database.limits import PoolLimits


class SettingsRefused(CommandRefused):
    """One or more environment variables hold something that Attain cannot use."""

    exit_code = 2


Points = Annotated[int, Field(ge=1, le=1_000_000_000)]


class Settings(BaseSettings):
    """Attain's settings. Times are in the unit that the field's name ends with."""

    model_config = SettingsConfigDict(
        env_prefix="ATTAIN_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
    )

    port: Annotated[int, Field(ge=1, le=65535, validation_alias="PORT")] = 8000
    host: Annotated[str, Field(min_length=1, validation_alias="HOST")] = "127.0.0.1"
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    home: Annotated[Path, Field(default_factory=lambda: default_home())]
    database_url: Annotated[SecretStr | None, Field(validation_alias="DATABASE_URL")] = None
    pg_bin: Annotated[Path | None, Field(validation_alias="PG_BIN")] = None

    # The demo is development unless told otherwise; whatever else is served is not.
    environment: Literal["development", "production"] = "production"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    # The pools' limits, as `domain.database.PoolLimits` names them.
    pool_acts: Annotated[int, Field(ge=1, le=100)] = 8
    pool_reads: Annotated[int, Field(ge=1, le=100)] = 8
    pool_acquire_seconds: Annotated[float, Field(gt=0, le=60)] = 1.5
    pool_statement_seconds: Annotated[float, Field(gt=0, le=600)] = 15.0
    pool_lock_seconds: Annotated[float, Field(gt=0, le=600)] = 5.0
    pool_idle_in_transaction_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0

    argon2_time_cost: Annotated[int, Field(ge=1, le=20)] = 3
    argon2_memory_kib: Annotated[int, Field(ge=8_192, le=1_048_576)] = 65_536
    argon2_parallelism: Annotated[int, Field(ge=1, le=16)] = 4

    # How clients know this installation, and who stands between.
    public_url: Annotated[str, Field(pattern=r"^(https?://[^\s/]+)?$")] = ""
    proxies: Annotated[int, Field(ge=0, le=5)] = 0
    origins: str = ""
    metrics_token: SecretStr | None = None

    # What one operation may cost, and how many points callers may spend: at once, and in a second
    # ever after. Of several workers each has its part.
    cost_points: Annotated[int, Field(ge=1_000, le=1_000_000)] = 5_000
    cost_nodes: Annotated[int, Field(ge=1_000, le=1_000_000)] = 20_000
    organisation_points: Points = 1_000_000
    organisation_points_per_second: Points = 100_000
    app_points: Points = 800_000
    app_points_per_second: Points = 80_000
    partner_points: Points = 100_000
    partner_points_per_second: Points = 2_000
    person_points: Points = 20_000
    person_points_per_second: Points = 200

    worker: bool = True
    body_bytes: Annotated[int, Field(ge=10_000, le=10_000_000)] = 1_048_576
    deadline_seconds: Annotated[float, Field(gt=0, le=120)] = 15.0

    header_read_timeout_ms: Annotated[int, Field(ge=1_000, le=60_000)] = 10_000
    backlog: Annotated[int, Field(ge=128, le=4_096)] = 512
    backpressure: Annotated[int, Field(ge=1, le=4_096)] = 256

    @property
    def is_development(self) -> bool:
        return self.environment == "development"

    @property
    def issuer(self) -> str:
        """The address under which clients know this installation; it stands in every token."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def allowed_origins(self) -> list[str]:
        """The browser origins named in ATTAIN_ORIGINS, separated by commas."""
        return [origin.strip() for origin in self.origins.split(",") if origin.strip()]

    @property
    def pool_limits(self) -> PoolLimits:
        return PoolLimits(
            acts=self.pool_acts,
            reads=self.pool_reads,
            acquire_seconds=self.pool_acquire_seconds,
            statement_seconds=self.pool_statement_seconds,
            lock_seconds=self.pool_lock_seconds,
            idle_in_transaction_seconds=self.pool_idle_in_transaction_seconds,
        )

    @field_validator("home", "pg_bin", mode="after")
    @classmethod
    def _without_tilde(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        if str(path).startswith("~"):
            path = path.expanduser()
        return path.absolute()

    @field_validator("database_url", mode="after")
    @classmethod
    def _names_a_postgresql_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.get_secret_value())
            # Reading the port is what checks it.
            usable = parts.scheme in {"postgresql", "postgres"} and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(
                "it is not an address of the form postgresql://user:password@host:5432/name"
            )
        return url


def default_home() -> Path:
    """The folder for data when `ATTAIN_HOME` is not set: the system's for root, else the user's."""
    if os.geteuid() == 0:
        return Path("/var/lib/attain")
    data = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(data):
        return Path(data) / "attain"
    return Path("~/.local/share/attain").expanduser()


def read_settings(**given: object) -> Settings:
    """Read the environment; raises `SettingsRefused` with one line for each wrong variable.

    `given` are values from the command line, which go before the environment; None means not given.
    """
    try:
        return Settings.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        # pydantic's own text repeats the values, and one of them may be a password.
        raise SettingsRefused("\n".join(_sentence(item) for item in error.errors())) from None


def _sentence(item: object) -> str:
    assert isinstance(item, dict)
    variable = variable_of(str(item["loc"][0]))
    problem = str(item["msg"]).removeprefix("Value error, ")
    secret = variable == "DATABASE_URL"
    shown = "" if secret else f" (now {str(item['input'])[:60]!r})"
    return f"{variable} cannot be used: {problem[0].lower()}{problem[1:]}{shown}."


def variable_of(field: str) -> str:
    """The environment variable that sets a field of `Settings`."""
    known = {"PORT", "HOST", "DATABASE_URL", "PG_BIN"}
    return field.upper() if field.upper() in known else f"ATTAIN_{field.upper()}"
