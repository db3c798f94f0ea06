"""Checks of the files of the project as a whole."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import vidispine
from test.support.spec import OPERATIONS
from vidispine.models import __all__ as MODELS  # noqa: N812

ROOT = Path(__file__).resolve().parents[2]

RUN = "python3 -m venv .venv && .venv/bin/pip install -q '.[cli,simulator]' && .venv/bin/vidispine demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox"

NEEDS_BASH = pytest.mark.skipif(sys.platform == "win32", reason="the CI script needs bash")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def text_files() -> tuple[tuple[str, str], ...]:
    """Return name and text of every file that git tracks; without git, of every file that is no build product."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    names = [name for name in listed.split("\0") if name] or [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*")
        if path.is_file()
        and not re.search(r"(^|/)(\.(?!ci/)|__pycache__|build|dist)", path.relative_to(ROOT).as_posix())
    ]
    found = [(name, (ROOT / name).read_bytes()) for name in names if (ROOT / name).is_file()]
    return tuple((name, content.decode()) for name, content in found if b"\0" not in content)


def test_readme_has_both_commands() -> None:
    lines = read("README.md").splitlines()
    assert lines.count(RUN) == 1
    assert lines.count(TEST) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("failing", "called"),
    [("", ["", "-m full"]), ("none", [""]), ("-m full", ["", "-m full"])],
    ids=["passes", "lint or core fails", "full fails"],
)
@NEEDS_BASH
def test_ci_runs_the_readme_command_and_then_full(tmp_path: Path, failing: str, called: list[str]) -> None:
    """Run the CI script with a README whose command runs a tox that only prints its arguments."""
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    script.write_text(read(".ci/run"), encoding="utf-8")
    tox = tmp_path / ".venv" / "bin" / "tox"
    tox.parent.mkdir(parents=True)
    tox.write_text(f'#!/bin/sh\necho "tox in $PWD: $*"\ntest "${{*:-none}}" != "{failing}"\n', encoding="utf-8")
    command = "python3 -m venv --help >/dev/null && chmod +x .venv/bin/tox && .venv/bin/tox"
    (tmp_path / "README.md").write_text(f"before\n```sh\n{command}\n```\n{RUN}\n", encoding="utf-8")
    done = subprocess.run(["bash", str(script)], cwd="/", capture_output=True, text=True, check=False)
    assert re.findall(rf"^tox in {re.escape(str(tmp_path))}: (.*)$", done.stdout, re.MULTILINE) == called
    assert done.returncode == bool(failing)


@NEEDS_BASH
def test_ci_fails_when_the_readme_has_no_test_command(tmp_path: Path) -> None:
    script = tmp_path / "run"
    script.write_text(read(".ci/run").replace('}")/..', '}")'), encoding="utf-8")
    (tmp_path / "README.md").write_text("nothing to run\n", encoding="utf-8")
    done = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "README.md has no line with the test command" in done.stderr


def test_versions_agree() -> None:
    assert re.findall(r"^## (\S+)$", read("CHANGELOG.md"), re.MULTILINE)[0] == vidispine.__version__
    assert re.findall(r"\bVersion (\d+\.\d+\.\d+)\b", read("README.md")) == [vidispine.__version__]


def test_four_runtime_dependencies_each_with_a_plain_lower_bound() -> None:
    lines = [line for line in read("requirements.txt").splitlines() if line and not line.startswith("#")]
    assert sorted(re.split("[<>=!~; ]", line)[0] for line in lines) == ["certifi", "python-dateutil", "six", "urllib3"]
    assert all(re.fullmatch(r"[\w-]+>=[\d.]+(,<\d+)?", line) for line in lines)


@pytest.mark.parametrize("anchor", ["documentation-for-api-endpoints", "documentation-for-models", "basicAuth"])
def test_readme_has_the_anchors_that_the_docs_link_to(anchor: str) -> None:
    assert read("README.md").count(f'<a id="{anchor}"></a>') == 1


@pytest.mark.parametrize(
    "page",
    ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md", "docs/versioning.md"],
)
def test_links_point_to_files(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    missing = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not missing


# Home, work and temporary folders. Split in the tests below, so that this file does not match.
MACHINE_PATH = re.compile(r"(?<![\w.<>-])/(?:root|home/\w+|Users/\w+|work/\w+|opt/\w+|tmp/\w+)(?=[/\s\"'`]|$)")
URL_HOST = re.compile(r"https?://(?:[\w.{}%-]+@)?([\w-]+(?:\.[\w-]+)+)")
PRIVATE_HOST = re.compile(r"(?:.*\.)?(?:corp|home|internal|intranet|lan|local|localdomain|localnet|private)(?:\..*)?")
PUBLIC_REGISTRIES = frozenset({"pypi.org", "files.pythonhosted.org", "registry.npmjs.org", "proxy.golang.org"})


@cache
def hosts_of_this_machine() -> frozenset[str]:
    """Return the hosts in the settings of the machine's package managers and proxies, and its own name."""
    values = [value for name, value in os.environ.items() if re.search("INDEX|FIND_LINKS|REGISTRY|PROXY", name.upper())]
    pip = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = {match[1] for text in [*values, pip.stdout] for match in URL_HOST.finditer(text)}
    own = {socket.gethostname()} if "." in socket.gethostname() else set()
    return frozenset(found | own) - PUBLIC_REGISTRIES


def test_no_file_contains_a_machine_path() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in text_files()
        if name != "LICENSE"
        for match in MACHINE_PATH.finditer(text)
    ]
    assert not found


def test_no_file_contains_a_private_host() -> None:
    found = [
        f"{name}: {match[1]}"
        for name, text in text_files()
        for match in URL_HOST.finditer(text)
        if PRIVATE_HOST.fullmatch(match[1])
    ]
    found += [name for name, text in text_files() if any(host in text for host in hosts_of_this_machine())]
    assert not found


def test_no_file_selects_a_package_registry() -> None:
    options = re.compile("--" + "(?:extra-)?index-url|--" + "find-links|^registry" + r"\s*=", re.MULTILINE)
    assert not [name for name, text in text_files() if options.search(text)]


def test_detects_machine_paths_and_private_hosts() -> None:
    assert MACHINE_PATH.search("see /ro" + "ot/x.py")
    assert MACHINE_PATH.search("'/ho" + "me/someone/project'")
    assert not MACHINE_PATH.search("http://localhost/home" + "/someone/x")
    host = URL_HOST.search("https" + "://pypi.corp.local/simple")
    assert host
    assert PRIVATE_HOST.fullmatch(host[1])
    for public in ("www.rfc-editor.org", "datatracker.ietf.org", "vidicore.example.com", "localhost.example"):
        assert not PRIVATE_HOST.fullmatch(public)


@pytest.mark.parametrize(
    ("files", "things", "most"),
    [("api/*_api.py", len(OPERATIONS), 47), ("api/_routes.py", len(OPERATIONS), 1.5), ("models/*.py", len(MODELS), 30)],
)
def test_generated_code_stays_small(files: str, things: int, most: float) -> None:
    found = (ROOT / "vidispine").glob(files)
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in found)
    assert 0 < lines / things <= most


def test_the_formatter_lays_out_all_code_outside_of_tests() -> None:
    code = {name: text for name, text in text_files() if name.startswith(("vidispine/", "generator/", "examples/"))}
    assert len(code) > 1000
    assert [name for name, text in code.items() if re.search(r"#\s*fmt:", text)] == []
