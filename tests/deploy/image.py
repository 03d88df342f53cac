"""The root file system of the image, made without an engine: by the very commands of the Containerfile.

Each stage is a folder in which the system of this machine and its Python stand in for the base image. `RUN`
runs there by `chroot`, `COPY` copies, and what there is to install comes from `wheels.py`, so that its hashes
are not asked for. It needs root, and leave to mount.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.deploy.tools import DEPLOY, ROOT, absent, ran

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PYTHON = os.path.realpath(sys.executable)
_SYSTEM = [Path(one) for one in ("/usr", "/etc", "/bin", "/lib", "/lib64") if Path(one).exists()]
if not sys.base_prefix.startswith("/usr"):
    _SYSTEM.append(Path(sys.base_prefix))


@dataclass(slots=True)
class Stage:
    """A stage of the build: its folder, and what it says of the process that is to run there."""

    root: Path
    name: str = ""
    environ: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/bin"}
    )
    workdir: str = "/"
    user: str = "0:0"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    healthcheck: tuple[str, ...] = ()

    def inside(self, words: Sequence[str], *, wheels: Path | None = None) -> list[str]:
        """Return a command that runs words in the stage. Only while it is built, with `wheels`, is its root
        written to; later all is read only but /data and /tmp.
        """
        root = shlex.quote(str(self.root))
        mounts = [f"mount --bind {root} {root}"]
        for path in _SYSTEM:
            if not path.is_symlink():
                mounts += [
                    f"mount --bind {path} {root}{path}",
                    f"mount -o remount,bind,ro {root}{path}",
                ]
        mounts.append(f"mount --bind /dev/null {root}/dev/null")
        if wheels is not None:
            mounts.append(f"mount --bind {shlex.quote(str(wheels))} {root}/packed")
        else:
            mounts += [
                f"mount -t tmpfs tmpfs {root}/tmp",  # noqa: S108  the stage's own
                f"mount --bind {root}/data {root}/data",
                f"mount -o remount,bind,ro {root}",
            ]
        environ = [f"{name}={value}" for name, value in self.environ.items()]
        process = [
            *("chroot", f"--userspec={self.user}", "--groups=", str(self.root), "env", "-i", *environ),
            *("sh", "-c", 'cd "$0" && exec "$@"', self.workdir, *words),
        ]
        return ["unshare", "--mount", "sh", "-euc", "\n".join([*mounts, f"exec {shlex.join(process)}"])]


def may_mount() -> bool:
    """Tell whether this process may make a root of its own."""
    return (
        os.geteuid() == 0
        and ran("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt").returncode == 0
    )


def instructions() -> Iterator[tuple[str, str]]:
    """Yield each instruction of the Containerfile, and what it says."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for line in re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "").splitlines():
        if line:
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def build(folder: Path, wheels: Path) -> Stage:
    """Do what the Containerfile says, and return its last stage."""
    if not may_mount():
        absent("only root with leave to mount can make a root file system, and run in it")
    stages: list[Stage] = []
    for word, rest in instructions():
        if word == "FROM":
            stages.append(Stage(root=_base(folder / str(len(stages))), name=rest.partition(" AS ")[2]))
        elif word not in {"ARG", "LABEL", "VOLUME", "EXPOSE"}:
            _follow(word, rest, stages, wheels)
    return stages[-1]


def _base(root: Path) -> Path:
    """Make the folder of a stage, with places for what is not its own."""
    for path in _SYSTEM:
        if path.is_symlink():
            root.mkdir(exist_ok=True)
            (root / path.name).symlink_to(path.readlink())
        else:
            (root / str(path).lstrip("/")).mkdir(parents=True)
    for name in ("dev", "packed", "tmp"):
        (root / name).mkdir()
    (root / "dev/null").touch()
    (root / "tmp").chmod(0o1777)
    return root


def _follow(word: str, rest: str, stages: Sequence[Stage], wheels: Path) -> None:
    stage = stages[-1]
    match word:
        case "ENV":
            pairs = (one.partition("=") for one in shlex.split(rest))
            stage.environ |= {name: text.replace("$PATH", stage.environ["PATH"]) for name, _, text in pairs}
        case "WORKDIR":
            stage.workdir = rest
            (stage.root / rest.lstrip("/")).mkdir(exist_ok=True)
        case "USER":
            stage.user = rest
        case "COPY":
            _copy(shlex.split(rest), stage, {one.name: one for one in stages})
        case "RUN":
            script = rest.replace("--require-hashes ", "").replace("python -m", f"{_PYTHON} -m")
            pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/packed", "PIP_NO_COMPILE": "1"}
            settings = [f"{name}={text}" for name, text in pip.items()]
            done = ran(*stage.inside(["env", *settings, "sh", "-euc", script], wheels=wheels))
            assert done.returncode == 0, f"{rest}\n{done.stdout}{done.stderr}"
        case "HEALTHCHECK":
            stage.healthcheck = tuple(json.loads(rest.partition(" CMD ")[2]))
        case "ENTRYPOINT":
            stage.entrypoint = tuple(json.loads(rest))
        case "CMD":
            stage.command = tuple(json.loads(rest))
        case _:
            raise NotImplementedError(f"say in tests/deploy/image.py what {word} does")


def _copy(words: list[str], stage: Stage, stages: dict[str, Stage]) -> None:
    """Copy from the checkout, without hashes, or take over from another stage, which ends with that."""
    *names, to = words
    if names[0].startswith("--from="):
        source = stages[names.pop(0).removeprefix("--from=")].root / names[0].lstrip("/")
        (stage.root / to.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        source.rename(stage.root / to.lstrip("/"))
        return
    folder = stage.root / stage.workdir.lstrip("/") / to
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
            continue
        target = folder / Path(name).name if to.endswith("/") else folder
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        target.write_text(re.sub(r" \\\n    --hash=\S+", "", text), encoding="utf-8")
