"""The files that describe one thing in several places agree: tools, Pythons, layers, links."""

from __future__ import annotations

import re
import runpy
import sys
from configparser import ConfigParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIN = re.compile(r"^\s*([\w-]+)(?:\[\w+\])?==([\w.]+)$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tox() -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini", encoding="utf-8")
    return parser


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what setup.py passes to setuptools, which few environments have."""
    passed: dict[str, Any] = {}
    monkeypatch.setitem(sys.modules, "setuptools", SimpleNamespace(find_packages=lambda **_: [], setup=passed.update))
    runpy.run_path(str(ROOT / "setup.py"))
    return passed


def steps(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job.get("steps", ())]


def pythons(name: str) -> set[str]:
    """Return the Pythons that a workflow names."""
    return set(re.findall(r"\b3\.\d+\b", re.sub(r"#.*", "", read(f".github/workflows/{name}.yml"))))


def minor(version: str) -> int:
    return int(version.partition(".")[2])


# Tools


def test_pre_commit_has_the_tools_that_tox_pins(tox: ConfigParser) -> None:
    pinned = dict(PIN.findall(tox["pins"]["style"]))
    hooks = [hook for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    used = dict(pin for hook in hooks for line in hook["additional_dependencies"] for pin in PIN.findall(line))
    assert used == pinned


def test_pre_commit_has_the_commands_of_lint(tox: ConfigParser) -> None:
    hooks = [hook for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    commands = tox["testenv:lint"]["commands"].strip().splitlines()
    # A hook changes what `--check` reports, and is given the files instead of the folder.
    style = {" ".join(command.split()[:2]) for command in commands if command.startswith("ruff")}
    assert {" ".join(hook["entry"].split()[:2]) for hook in hooks if hook["entry"].startswith("ruff")} == style
    others = {command for command in commands if not command.startswith("ruff")}
    assert {hook["entry"] for hook in hooks if not hook["entry"].startswith("ruff")} == others


# What tox runs


def test_newest_runs_what_core_leaves_out(tox: ConfigParser) -> None:
    tests = tox["tests"]
    core = tests["core"].replace("{[tests]engine}", tests["engine"]).split()
    assert tests["outside_core"].split() == [f"--ignore={folder}" for folder in core]
    assert all((ROOT / folder).is_dir() for folder in core)


def test_environments_of_labels_exist(tox: ConfigParser) -> None:
    labels = re.findall(r"[\w]+(?==| = )|[\w]+", tox["tox"]["labels"])
    assert labels[0] == "full"
    named = {*tox["tox"]["env_list"].split(), *labels[1:]}
    assert {name for name in named if not re.fullmatch(r"py3\d+", name)} <= {
        section.partition(":")[2] for section in tox.sections()
    }


# Pythons


def test_workflows_cover_the_pythons_that_setup_names(metadata: dict[str, Any], tox: ConfigParser) -> None:
    prefix = "Programming Language :: Python :: 3."
    tested = {f"3.{line[len(prefix) :]}" for line in metadata["classifiers"] if re.fullmatch(rf"{prefix}\d+", line)}
    covered = pythons("tests")
    assert tested <= covered
    lowest, highest = min(covered, key=minor), max(covered, key=minor)
    assert covered == {f"3.{number}" for number in range(minor(lowest), minor(highest) + 1)}
    assert metadata["python_requires"] == f">={lowest}"
    assert tox["python"]["newest"].partition(",")[0] == f"py{highest.replace('.', '')}"
    assert pythons("quick") == pythons("release") == {highest}
    assert pythons("weekly") == {highest, f"3.{minor(highest) + 1}"}


# Workflows


def test_actions_are_pinned_by_hash_with_their_version() -> None:
    lines = [line.strip(" -") for file in WORKFLOWS for line in file.read_text(encoding="utf-8").splitlines()]
    actions = [line for line in lines if line.startswith("uses: ") and not line.startswith("uses: ./")]
    assert len(actions) > 5
    pins = [re.fullmatch(r"uses: ([\w.-]+/[\w.-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in actions]
    assert [line for line, pin in zip(actions, pins) if not pin] == []
    # One version of each action.
    assert len({pin[0] for pin in pins if pin}) == len({pin[1] for pin in pins if pin})


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_workflows_have_few_rights_and_put_no_context_into_shells(workflow: Path) -> None:
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert content["permissions"] == {"contents": "read"}
    for step in steps(workflow):
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_workflows_run_environments_that_exist(tox: ConfigParser) -> None:
    commands = [step["run"] for file in WORKFLOWS for step in steps(file) if "-m tox" in step.get("run", "")]
    environments = set(re.findall(r"-e ([\w]+)", "\n".join(commands)))
    environments |= set(re.findall(r"environment: (\w+)$", read(".github/workflows/weekly.yml"), re.MULTILINE))
    assert {name for name in environments if f"testenv:{name}" not in tox} == {"py"}
    assert "python -m tox" in commands
    assert "python -m tox -m full" in commands


# Pages


def test_readme_has_absolute_links_on_pypi(metadata: dict[str, Any]) -> None:
    repository = metadata["project_urls"]["Source"]
    targets = re.findall(r"\]\(([^)\s]+)\)", metadata["long_description"])
    assert targets
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    version = re.escape(metadata["version"])
    own = [re.fullmatch(rf"{repository}/blob/v{version}/([^#]+)(?:#.*)?", target) for target in targets]
    assert [match[1] for match in own if match and not (ROOT / match[1]).exists()] == []
    relative = re.findall(r"\]\((?!https?:|#)", read("README.md"))
    assert len([match for match in own if match]) == len(relative) > 10


def test_project_urls_lead_into_one_repository(metadata: dict[str, Any]) -> None:
    urls = metadata["project_urls"]
    assert all(url.startswith(urls["Source"]) for url in urls.values())
    paths = [url.partition("/blob/")[2].partition("/")[2] for url in urls.values() if "/blob/" in url]
    assert paths
    assert all((ROOT / path).is_file() for path in paths)


def test_contributing_lists_the_layers_that_are_checked() -> None:
    configured = re.search(r"^layers = \[\n(.*?)^\]", read("pyproject.toml"), re.MULTILINE | re.DOTALL)
    assert configured
    layers = [re.findall(r"\w+", line) for line in re.findall(r'"(.*)"', configured[1])]
    listed = re.findall(r"^\d+\. (`.*)$", read("CONTRIBUTING.md").partition("## Layers")[2], re.MULTILINE)
    assert [sorted(re.findall(r"`(\w+)`", line)) for line in listed] == [sorted(layer) for layer in layers]


def test_contributing_names_files_that_exist() -> None:
    paths = re.findall(r"`((?:vidispine|spec|generator|test|docs|examples)/[\w./]+)`", read("CONTRIBUTING.md"))
    assert len(paths) > 20
    # NAME is the name of a new file.
    assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == []
