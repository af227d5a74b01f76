"""The broker's configuration is the one the permissions give, and a NATS server takes it."""

import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.nats import _program
from deploy.nats.__main__ import main
from deploy.nats.configuration import MEMBERS
from deploy.nats.files import COMMAND, FOLDER, files
from shared.messaging.permissions import grants

STORE = {"NATS_STORE": "/data"}
PASSWORDS = {f"NATS_{member.name.upper()}_PASSWORD": f"of{member.name}" for member in MEMBERS}
CLUSTER = {
    "NATS_SERVER_NAME": "nats-1",
    "NATS_HOST": "127.0.0.1",
    "NATS_ROUTES": "[nats-route://routes:ofroutes@nats-1:6222, nats-route://routes:ofroutes@nats-2:6222]",
    "NATS_ROUTES_PASSWORD": "ofroutes",
}
"""What the environment of a server holds."""


def checked(path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [_program(), "-t", "--config", path]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", files())
def test_each_file_is_as_the_permissions_give_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], f"{path.name} is stale; write it anew with: {COMMAND}"


def test_no_other_configuration_lies_beside_them() -> None:
    assert set(FOLDER.glob("*.conf")) == set(files())


@pytest.mark.parametrize("path", files())
def test_a_server_takes_each_file_and_none_without_its_passwords(path: Path) -> None:
    needed = PASSWORDS | STORE | (CLUSTER if path.name == "cluster.conf" else {})
    taken = checked(path, needed)
    assert taken.returncode == 0, taken.stderr
    for name in needed:
        without = checked(path, {key: value for key, value in needed.items() if key != name})
        assert (without.returncode, f"'{name}'" in without.stderr) == (1, True)


def test_another_prefix_gives_files_a_server_takes(tmp_path: Path) -> None:
    for path, content in files("of-another").items():
        other = tmp_path / path.name
        other.write_text(content)
        assert "facts-" not in content
        assert checked(other, PASSWORDS | STORE | CLUSTER).returncode == 0


def test_who_else_listens_is_given_a_user_that_may_hear_and_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["three", "--prefix", "mine", "--listener", "reporting=intake", "--listener", "the-press=intake,credentials"])
    printed = tmp_path / "nats.conf"
    printed.write_text(capsys.readouterr().out)
    more = {"NATS_REPORTING_PASSWORD": "ofreporting", "NATS_THE_PRESS_PASSWORD": "ofthepress"}
    taken = checked(printed, PASSWORDS | STORE | CLUSTER | more)
    assert taken.returncode == 0, taken.stderr


@pytest.mark.parametrize(
    "wrong", ["reporting", "reporting=", "reporting=oversight", "intake=credentials", "A B=intake"]
)
def test_a_listener_that_makes_no_sense_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["one", "--listener", wrong])
    assert "listener" in capsys.readouterr().err


def test_the_files_listen_on_loopback_and_every_message_is_on_the_disk_before_it_is_acknowledged() -> None:
    for path in files():
        text = path.read_text()
        assert 'sync_interval: "always"' in text
        assert "max_file_store: 107374182400" in text
        assert "0.0.0.0" not in text.replace("--addr 0.0.0.0", "")


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_the_broker_knows_each_service_as_it_describes_itself(member: object) -> None:
    name = getattr(member, "name", "")
    service = import_module(f"services.{name}.app").SERVICE
    found = next(each for each in MEMBERS if each.name == name)
    assert (found.decides, found.hears) == (service.decides, service.hears)


def test_every_service_in_the_tree_has_a_user() -> None:
    services = {path.parent.name for path in (FOLDER.parents[1] / "services").glob("*/app.py")}
    assert services == {member.name for member in MEMBERS}


def test_a_service_is_granted_its_own_stream_and_one_consumer_of_each_log_it_hears() -> None:
    granted = grants("facts", "oversight", decides=False, hears=("intake",))
    consumer = "facts-intake.facts-oversight-hears-intake"
    assert granted.publish == (
        "$JS.intake.API.STREAM.INFO.facts-intake",
        "$JS.intake.API.STREAM.MSG.GET.facts-intake",
        f"$JS.intake.API.CONSUMER.CREATE.{consumer}",
        f"$JS.intake.API.CONSUMER.INFO.{consumer}",
        f"$JS.intake.API.CONSUMER.DELETE.{consumer}",
        f"$JS.intake.API.CONSUMER.MSG.NEXT.{consumer}",
        f"$JS.intake.API.CONSUMER.CREATE.{consumer}.>",
        f"$JS.ACK.{consumer}.>",
    )
    assert granted.subscribe == ("_INBOX_oversight.>", "facts-heartbeats.intake")
    own = grants("facts", "intake", decides=True, hears=())
    assert own.publish == (
        "$JS.API.STREAM.CREATE.facts-intake",
        "$JS.API.STREAM.UPDATE.facts-intake",
        "$JS.API.STREAM.INFO.facts-intake",
        "$JS.API.STREAM.DELETE.facts-intake",
        "$JS.API.STREAM.MSG.GET.facts-intake",
        "facts.*.intake.>",
        "facts-heartbeats.intake",
    )
    assert own.subscribe == ("_INBOX_intake.>",)
