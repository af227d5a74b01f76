"""Settings: one error names every variable that is wrong or missing."""

import pytest

from shared.settings import SettingsError, load

RIGHT = {
    "CONSORTIA_DATABASE_URL": "postgresql://user@host/intake",
    "CONSORTIA_NATS_URL": "nats://user:password@host:4222",
    "CONSORTIA_NOTE_KEYS": "/var/lib/keys",
}


def test_what_is_right_is_read_and_the_rest_has_its_default() -> None:
    settings = load(
        RIGHT
        | {"CONSORTIA_PORT": "9000", "CONSORTIA_NATS_REPLICAS": "3", "PATH": "/bin", "CONSORTIA_DATA": "/somewhere"}
    )
    assert (settings.nats_replicas, load(RIGHT).nats_replicas) == (3, 1)
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
                "CONSORTIA_NATS_REPLICAS": "2",
                "CONSORTIA_DATABSE_URL": "a typing error",
            }
        )
    for name in ("DATABASE_URL", "NATS_URL", "PORT", "LOG_LEVEL", "NATS_PREFIX", "NATS_REPLICAS"):
        assert f"CONSORTIA_{name} is wrong" in str(error.value)
    assert "CONSORTIA_NOTE_KEYS is missing" in str(error.value)
    assert "CONSORTIA_DATABSE_URL is not a setting" in str(error.value)


def test_the_broker_may_be_several_servers_that_know_one_user() -> None:
    both = "nats://user:password@one:4222,tls://user:password@two:4222"
    assert load(RIGHT | {"CONSORTIA_NATS_URL": both, "CONSORTIA_NATS_REPLICAS": "3"}).nats_url == both


@pytest.mark.parametrize(
    "url",
    [
        "nats://user:password@one:4222,",
        "nats://user:password@one:4222,two:4222",
        "nats://user:password@one:4222, nats://user:password@two:4222",
        "nats://user:password@one:4222,nats://user:another@two:4222",
        "nats://user:password@one:4222,nats://two:4222",
    ],
)
def test_a_list_of_servers_that_cannot_be_one_broker_is_wrong(url: str) -> None:
    with pytest.raises(SettingsError, match="CONSORTIA_NATS_URL is wrong"):
        load(RIGHT | {"CONSORTIA_NATS_URL": url})


@pytest.mark.parametrize("replicas", ["0", "2", "three"])
def test_streams_are_kept_by_an_odd_number_of_servers(replicas: str) -> None:
    with pytest.raises(SettingsError, match="CONSORTIA_NATS_REPLICAS is wrong"):
        load(RIGHT | {"CONSORTIA_NATS_REPLICAS": replicas})


@pytest.mark.parametrize("port", ["-1", "65536", "8080.5", ""])
def test_a_port_that_is_none_is_wrong(port: str) -> None:
    with pytest.raises(SettingsError, match="CONSORTIA_PORT is wrong"):
        load(RIGHT | {"CONSORTIA_PORT": port})


def test_what_pages_need_is_read_or_named_when_it_is_wrong() -> None:
    secret, url = {"CONSORTIA_SESSION_SECRET": "s" * 32}, {"CONSORTIA_PUBLIC_URL": "https://consortia.example"}
    assert load(RIGHT | secret | url).public_url == "https://consortia.example"
    assert (load(RIGHT).session_secret, load(RIGHT | secret).session_secret) == (None, "s" * 32)
    with pytest.raises(SettingsError) as error:
        load(RIGHT | {"CONSORTIA_SESSION_SECRET": "short", "CONSORTIA_PUBLIC_URL": "consortia"})
    assert "CONSORTIA_SESSION_SECRET is wrong" in str(error.value)
    assert "CONSORTIA_PUBLIC_URL is wrong" in str(error.value)
