"""Settings from the environment: what is wrong is named, and secrets are never repeated."""

from pathlib import Path

import pytest

from api.settings import SettingsRefused, read_settings

OURS = ("PORT", "HOST", "DATABASE_URL", "PG_BIN", "ATTAIN_HOME", "XDG_DATA_HOME")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


def test_without_any_variable_attain_listens_on_loopback_and_keeps_data_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    settings = read_settings()

    assert (settings.host, settings.port, settings.home) == (
        "127.0.0.1",
        8000,
        Path("/data/attain"),
    )
    assert (settings.database_url, settings.pg_bin) == (None, None)


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("HOST", "0.0.0.0")

    settings = read_settings(port=9002, host=None)

    assert (settings.port, settings.host) == (9002, "0.0.0.0")


@pytest.mark.parametrize("port", ["0", "65536", "eight", "80 80", "-1"])
def test_a_wrong_port_is_refused_by_its_name_and_value(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SettingsRefused) as refused:
        read_settings()

    assert refused.value.sentence.startswith("PORT cannot be used: ")
    assert repr(port) in refused.value.sentence
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    [
        "mysql://attain:hunter2@db/attain",
        "attain:hunter2@db",
        "postgresql://attain:hun/ter2@db:54x2/attain",
        "postgresql://attain:hunter2@[::1/attain",
    ],
)
def test_a_mistyped_database_url_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SettingsRefused) as refused:
        read_settings()

    assert refused.value.sentence == (
        "DATABASE_URL cannot be used: it is not an address of the form "
        "postgresql://user:password@host:5432/name."
    )


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("ATTAIN_LOG_LEVEL", "loud")

    with pytest.raises(SettingsRefused) as refused:
        read_settings()

    lines = refused.value.sentence.splitlines()
    assert [line.split()[0] for line in lines] == ["PORT", "ATTAIN_LOG_LEVEL"]
