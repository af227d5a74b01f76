"""compose.yaml is read, not run: a container engine may be missing where the tests run."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
DECIDING = {"serve", "relay", "react", "project", "migrate"}
ROLES = {
    "partnerships": DECIDING,
    "intake": DECIDING,
    "credentials": DECIDING,
    "oversight": DECIDING - {"relay"},  # it decides nothing, so it has nothing to say
}
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"] == "consortia"}


def test_every_service_runs_each_of_its_roles_once() -> None:
    commands = [tuple(each["command"]) for each in OURS.values()]
    assert sorted(commands) == sorted((f"services.{name}", role) for name, roles in ROLES.items() for role in roles)


@pytest.mark.parametrize("name", OURS)
def test_each_container_is_named_after_what_it_runs_and_uses_that_service_s_database_and_keys(name: str) -> None:
    container = OURS[name]
    package, role = container["command"]
    service = package.removeprefix("services.")
    assert name == f"{service}-{role}"
    assert container["environment"]["CONSORTIA_DATABASE_URL"].endswith(f"/{service}")
    assert container["volumes"] == [f"{service}-note-keys:{container['environment']['CONSORTIA_NOTE_KEYS']}"]


@pytest.mark.parametrize("service", ROLES)
def test_every_command_names_a_service_that_can_be_started(service: str) -> None:
    assert (CHECKOUT / "services" / service / "__main__.py").is_file()


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_only_what_people_call_listens_and_only_on_loopback(name: str) -> None:
    ports = COMPOSE["services"][name].get("ports", [])
    assert bool(ports) == name.endswith("-serve")
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_password_is_written_down() -> None:
    assert "${POSTGRES_PASSWORD:?" in TEXT
    assert "${NATS_PASSWORD:?" in TEXT
    secrets = re.findall(r"(?:consortia:|PASSWORD: )\"?([^@\n]*)", TEXT.partition("name: consortia")[2])
    assert secrets
    assert all(secret.startswith("${") for secret in secrets)


def test_the_broker_syncs_every_message() -> None:
    assert re.search(r"^\s*sync_interval: always$", (CHECKOUT / "deploy/nats/nats.conf").read_text(), re.MULTILINE)


def test_every_volume_and_every_mounted_file_exists() -> None:
    mounts = [mount.split(":")[0] for each in COMPOSE["services"].values() for mount in each.get("volumes", [])]
    for mount in mounts:
        assert (CHECKOUT / mount).is_file() if mount.startswith("./") else mount in COMPOSE["volumes"], mount


def test_every_dependency_is_a_container() -> None:
    waited_for = {other for each in COMPOSE["services"].values() for other in each.get("depends_on", {})}
    assert waited_for <= COMPOSE["services"].keys()
