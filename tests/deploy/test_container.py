"""The image and the compose file: linted, and true to what the program needs."""

import re

import pytest
import yaml

from tests.deploy.tools import DEPLOY, ROOT, found, ran

CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = DEPLOY / "compose.yaml"


def test_the_linter_finds_nothing_to_say_about_the_containerfile():
    done = ran(found("hadolint"), DEPLOY / "Containerfile")

    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_ends_as_a_user_without_rights():
    last = CONTAINERFILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE) == [("65532", "65532")]
    assert "\nHEALTHCHECK " in last


def test_all_that_the_image_is_made_of_is_let_into_it():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINERFILE, re.MULTILINE)
    named = {one for line in copied for one in line.split()}
    let_in = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))

    assert named == let_in
    assert [one for one in named if not (ROOT / one).exists()] == []


def validated(compose):
    checker = found("check-jsonschema")
    return ran(checker, "--builtin-schema", "vendor.compose-spec", compose)


def test_the_compose_file_is_one():
    done = validated(COMPOSE)

    assert done.returncode == 0, done.stdout


def test_a_misspelt_key_of_the_compose_file_would_be_found(tmp_path):
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(COMPOSE.read_text(encoding="utf-8").replace("cap_drop", "cap_drops"), encoding="utf-8")

    assert validated(wrong).returncode == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [("read_only", True), ("cap_drop", ["ALL"]), ("security_opt", ["no-new-privileges:true"])],
)
def test_the_container_is_closed(key, value):
    [service] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].values()

    assert service[key] == value


def test_only_this_machine_reaches_the_container():
    [service] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].values()

    assert [one.split(":")[0] for one in service["ports"]] == ["127.0.0.1"]
