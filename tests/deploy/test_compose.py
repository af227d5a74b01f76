"""compose.yaml is read, not run: a container engine may be missing where the tests run."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.nats import _program

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CLUSTER_TEXT = (CHECKOUT / "compose.cluster.yaml").read_text()
CLUSTER: dict[str, Any] = yaml.safe_load(CLUSTER_TEXT)
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
    assert re.fullmatch(
        rf"nats://{service}:\$\{{NATS_{service.upper()}_PASSWORD[^}}]*\}}@nats:4222",
        container["environment"]["CONSORTIA_NATS_URL"],
    )
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
    needed = ("POSTGRES", *(f"NATS_{service.upper()}" for service in ROLES))
    assert all(f"${{{name}_PASSWORD:?" in TEXT for name in needed)
    assert "${NATS_ROUTES_PASSWORD:?" in CLUSTER_TEXT
    users = "|".join(("consortia", "routes", *ROLES))
    secrets = re.findall(rf"(?://(?:{users}):|PASSWORD: )\"?([^@\n]*)", TEXT.partition("name: consortia")[2])
    secrets += re.findall(rf"(?://(?:{users}):|PASSWORD: )\"?([^@\n]*)", CLUSTER_TEXT)
    assert len(secrets) > 20
    assert all(secret.startswith("${") for secret in secrets)


def test_whoever_serves_pages_shares_one_secret_that_nobody_else_knows() -> None:
    """Settings are read whole, so each still has its own beside those of pages."""
    for name, container in OURS.items():
        environment = container["environment"]
        serves = name.endswith("-serve")
        assert environment.get("CONSORTIA_SESSION_SECRET", "").startswith("${SESSION_SECRET:?") == serves, name
        assert environment.get("CONSORTIA_PUBLIC_URL", "").startswith("${PUBLIC_URL:?") == serves, name
        assert {"CONSORTIA_DATABASE_URL", "CONSORTIA_NATS_URL", "CONSORTIA_NOTE_KEYS"} <= environment.keys(), name
        assert "CONSORTIA_LOCAL_LOGIN" not in environment, name


def test_a_container_knows_no_password_but_its_own_service_s() -> None:
    for name, container in OURS.items():
        environment = str(container["environment"])
        foreign = [service for service in ROLES if not name.startswith(service)]
        assert not any(f"NATS_{service.upper()}_PASSWORD" in environment for service in foreign), name


def taken_by_nats(environment: dict[str, str], container: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Whether the server takes the file and the options that the container starts it with, without starting it."""
    given = {key: re.sub(r"\$\{(\w+)[^}]*\}", r"of-\1", value) for key, value in environment.items()}
    mounted = dict(mount.split(":")[1::-1] for mount in container["volumes"] if mount.startswith("./"))
    options = [str(CHECKOUT / mounted[each]) if each in mounted else each for each in container["command"]]
    return subprocess.run([_program(), "-t", *options], env=given, capture_output=True, text=True, check=False)


def test_the_broker_takes_what_its_container_starts_it_with() -> None:
    nats = COMPOSE["services"]["nats"]
    taken = taken_by_nats(nats["environment"], nats)
    assert taken.returncode == 0, taken.stderr


BROKERS = ("nats", "nats-2", "nats-3")


def test_three_brokers_take_theirs_and_each_has_its_own_name_and_volume() -> None:
    base = COMPOSE["services"]["nats"]["environment"]
    found = {name: CLUSTER["services"][name] for name in BROKERS}
    for container in found.values():
        taken = taken_by_nats(base | container["environment"], container)
        assert taken.returncode == 0, taken.stderr
        assert re.findall(r"@([\w-]+):6222", container["environment"]["NATS_ROUTES"]) == [*BROKERS]
        assert "ports" not in container
    assert len({container["environment"]["NATS_SERVER_NAME"] for container in found.values()}) == 3
    volumes = [container["volumes"][0] for container in found.values()]
    assert sorted(volumes) == sorted(f"{volume}:/data" for volume in CLUSTER["volumes"])
    assert all(CLUSTER["services"][name]["extends"]["service"] == "nats" for name in BROKERS[1:])


def test_with_three_brokers_every_container_of_ours_is_told_all_of_them_as_its_own_user() -> None:
    assert CLUSTER["services"].keys() - {*BROKERS} == OURS.keys()
    for name in OURS:
        environment, service = CLUSTER["services"][name]["environment"], name.rpartition("-")[0]
        assert environment["CONSORTIA_NATS_REPLICAS"] == "3"
        servers = environment["CONSORTIA_NATS_URL"].split(",")
        assert servers == [f"nats://{service}:${{NATS_{service.upper()}_PASSWORD}}@{each}:4222" for each in BROKERS]


def test_every_volume_and_every_mounted_file_exists() -> None:
    mounts = [mount.split(":")[0] for each in COMPOSE["services"].values() for mount in each.get("volumes", [])]
    for mount in mounts:
        assert (CHECKOUT / mount).is_file() if mount.startswith("./") else mount in COMPOSE["volumes"], mount


def test_every_dependency_is_a_container() -> None:
    waited_for = {other for each in COMPOSE["services"].values() for other in each.get("depends_on", {})}
    assert waited_for <= COMPOSE["services"].keys()
