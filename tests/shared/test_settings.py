"""Settings: one error names every variable that is wrong or missing."""

import pytest

from shared.settings import SettingsError, load

RIGHT = {
    "CONSORTIA_DATABASE_URL": "postgresql://user@host/intake",
    "CONSORTIA_NATS_URL": "nats://user:password@host:4222",
    "CONSORTIA_NOTE_KEYS": "/var/lib/keys",
}


def test_what_is_right_is_read_and_the_rest_has_its_default() -> None:
    settings = load(RIGHT | {"CONSORTIA_PORT": "9000", "PATH": "/bin", "CONSORTIA_DATA": "/somewhere"})
    assert (settings.database_url, settings.port, settings.host) == (
        "postgresql://user@host/intake",
        9000,
        "127.0.0.1",
    )


def test_everything_missing_is_named_with_what_it_should_be() -> None:
    with pytest.raises(SettingsError) as error:
        load({})
    for name in RIGHT:
        assert f"{name} is missing" in str(error.value)
    assert "postgresql://user@host/database" in str(error.value)


def test_everything_wrong_is_named_in_the_same_error_as_what_is_missing() -> None:
    with pytest.raises(SettingsError) as error:
        load(
            {
                "CONSORTIA_DATABASE_URL": "mysql://host",
                "CONSORTIA_NATS_URL": "http://host",
                "CONSORTIA_PORT": "many",
                "CONSORTIA_LOG_LEVEL": "loud",
                "CONSORTIA_NATS_PREFIX": "facts.*",
                "CONSORTIA_DATABSE_URL": "a typing error",
            }
        )
    for name in ("DATABASE_URL", "NATS_URL", "PORT", "LOG_LEVEL", "NATS_PREFIX"):
        assert f"CONSORTIA_{name} is wrong" in str(error.value)
    assert "CONSORTIA_NOTE_KEYS is missing" in str(error.value)
    assert "CONSORTIA_DATABSE_URL is not a setting" in str(error.value)


@pytest.mark.parametrize("port", ["-1", "65536", "8080.5", ""])
def test_a_port_that_is_none_is_wrong(port: str) -> None:
    with pytest.raises(SettingsError, match="CONSORTIA_PORT is wrong"):
        load(RIGHT | {"CONSORTIA_PORT": port})
