"""The manifests: valid in the eyes of Kubernetes' own schemas, together and each by itself."""

import yaml

from tests.deploy.tools import DEPLOY, found, kubectl, ran

FOLDER = DEPLOY / "kubernetes"
MANIFESTS = sorted(
    path for path in FOLDER.glob("*.yaml") if path.name not in {"kustomization.yaml", "netkeep.yaml"}
)


def validated(*paths):
    return ran(found("kubernetes-validate"), "--strict", "--quiet", *paths)


def kustomized():
    done = ran(kubectl(), "kustomize", FOLDER)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_manifest_is_valid():
    done = validated(*MANIFESTS)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_misspelt_key_would_be_found(tmp_path):
    wrong = tmp_path / "statefulset.yaml"
    wrong.write_text((FOLDER / "statefulset.yaml").read_text().replace("livenessProbe", "liveProbe"))

    assert validated(wrong).returncode != 0


def test_kustomize_uses_every_manifest():
    named = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]

    assert sorted(named) == [path.name for path in MANIFESTS]


def test_what_kustomize_makes_is_valid_and_hangs_together(tmp_path):
    text = kustomized()
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    made = {one["kind"]: one for one in yaml.safe_load_all(text)}
    labels = made["StatefulSet"]["spec"]["template"]["metadata"]["labels"].items()

    assert validated(tmp_path / "all.yaml").returncode == 0
    assert made["Service"]["spec"]["selector"].items() <= labels
    assert made["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() <= labels
    assert {one["metadata"].get("namespace") for kind, one in made.items() if kind != "Namespace"} == {
        "netkeep"
    }


def test_the_pod_may_run_where_the_restricted_standard_holds():
    pod = yaml.safe_load((FOLDER / "statefulset.yaml").read_text())["spec"]["template"]["spec"]
    [container] = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_its_command_and_its_sample_roster_are_good(world):
    pod = yaml.safe_load((FOLDER / "statefulset.yaml").read_text())["spec"]["template"]["spec"]
    [container] = pod["containers"]
    world.write((FOLDER / "netkeep.yaml").read_text(encoding="utf-8"))
    _, roster, *rest = container["args"]

    assert roster == f"/roster/{world.path.name}"
    assert "no mistakes" in world.ok("check")
    assert "Usage:" in world.ok(*rest, "--help")
