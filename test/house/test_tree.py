"""What holds for the files of the project as a whole."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

import vidispine

ROOT = Path(__file__).resolve().parents[2]

RUN = "python3 -m venv .venv && .venv/bin/pip install -q '.[cli,simulator]' && .venv/bin/vidispine demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def text_files() -> tuple[tuple[str, str], ...]:
    """Return name and text of every file of the project; where git knows none, of every file that is no by-product."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    names = [name for name in listed.split("\0") if name] or [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*")
        if path.is_file()
        and not re.search(r"(^|/)(\.(?!ci/)|__pycache__|build|dist)", path.relative_to(ROOT).as_posix())
    ]
    found = [(name, (ROOT / name).read_bytes()) for name in names if (ROOT / name).is_file()]
    return tuple((name, content.decode()) for name, content in found if b"\0" not in content)


def test_readme_has_the_two_commands_each_in_one_line() -> None:
    lines = read("README.md").splitlines()
    assert lines.count(RUN) == 1
    assert lines.count(TEST) == 1


def test_ci_takes_the_test_command_from_the_readme(tmp_path: Path) -> None:
    """Run the CI script beside a README whose command, of the same form, only leaves a trace."""
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    script.write_text(read(".ci/run"), encoding="utf-8")
    other = 'python3 -m venv --help >/dev/null && echo ran in "$PWD" && ! echo .venv/bin/tox'
    (tmp_path / "README.md").write_text(f"before\n```sh\n{other}\n```\n{RUN}\n", encoding="utf-8")
    done = subprocess.run(["bash", str(script)], cwd="/", capture_output=True, text=True, check=False)
    assert f"ran in {tmp_path}" in done.stdout
    assert done.returncode == 1


def test_ci_says_so_when_the_readme_has_no_test_command(tmp_path: Path) -> None:
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
    assert all(re.fullmatch(r"[\w-]+>=[\d.]+", line) for line in lines)


@pytest.mark.parametrize("anchor", ["documentation-for-api-endpoints", "documentation-for-models", "basicAuth"])
def test_readme_has_the_anchors_that_the_docs_link_to(anchor: str) -> None:
    assert read("README.md").count(f'<a id="{anchor}"></a>') == 1


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md"])
def test_links_lead_to_files(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    missing = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not missing


# Homes, working copies and temporary folders. Written so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.<>-])/(?:root|home/\w+|Users/\w+|work/\w+|opt/\w+|tmp/\w+)(?=[/\s\"'`]|$)")
URL_HOST = re.compile(r"https?://(?:[\w.{}%-]+@)?([\w-]+(?:\.[\w-]+)+)")
PUBLIC_HOSTS = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|invalid|test|apache\.org|openapis\.org|json-schema\.org|python\.org"
    r"|pypi\.org|w3\.org|purl\.org|amazonaws\.com|palletsprojects\.com|cherrypy\.dev|vidispine\.com|vidinet\.net|spdx\.org|github\.com)|127(?:\.\d+){3}|(?:\d+\.){3}\d+"
)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in text_files()
        if name != "LICENSE"
        for match in MACHINE_PATH.finditer(text)
    ]
    assert not found


def test_no_file_names_a_host_of_one_network() -> None:
    found = [
        f"{name}: {match[1]}"
        for name, text in text_files()
        for match in URL_HOST.finditer(text)
        if not PUBLIC_HOSTS.fullmatch(match[1])
    ]
    assert not found


def test_no_file_chooses_a_package_registry() -> None:
    options = re.compile("--" + "(?:extra-)?index-url|--" + "find-links|^registry" + r"\s*=", re.MULTILINE)
    assert not [name for name, text in text_files() if options.search(text)]


def test_machine_paths_and_hosts_would_be_found() -> None:
    assert MACHINE_PATH.search("see /ro" + "ot/x.py")
    assert MACHINE_PATH.search("'/ho" + "me/someone/project'")
    assert not MACHINE_PATH.search("http://localhost/home" + "/someone/x")
    host = URL_HOST.search("https" + "://pypi.corp.local/simple")
    assert host
    assert not PUBLIC_HOSTS.fullmatch(host[1])


def test_generated_code_stays_small() -> None:
    """858 operations and 580 models are no reason for hundreds of thousands of lines."""
    folders = [ROOT / "vidispine" / "api", ROOT / "vidispine" / "models"]
    lines = sum(
        len(file.read_text(encoding="utf-8").splitlines()) for folder in folders for file in folder.glob("*.py")
    )
    assert 30_000 < lines <= 46_000
