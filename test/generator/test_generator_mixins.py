"""Hand-written mixins that a description names for its classes and models."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vidispine
from generator import engine, mixins
from generator.__main__ import main
from generator.mixins import mixins_of
from vidispine._mixins.job_state import JobOutcome
from vidispine._mixins.job_waiting import JobWaiting

ROOT = Path(__file__).resolve().parents[2]

DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Work", "version": "1"},
    "tags": [{"name": "Work", "x-mixin": ["vidispine.work_mixin.Watching", "vidispine._parts.more.More"]}],
    "paths": {
        "/work": {
            "get": {
                "tags": ["Work"],
                "operationId": "get_work",
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Work"}}},
                    }
                },
            },
            "put": {
                "tags": ["Work"],
                "operationId": "watch",
                "responses": {"204": {"description": "Watched."}},
            },
        }
    },
    "components": {
        "schemas": {
            "Work": {
                "type": "object",
                "x-mixin": "vidispine.work_mixin.Worth",
                "properties": {"name": {"type": "string"}, "worth": {"type": "string"}},
            },
            "HardWork": {
                "allOf": [
                    {"$ref": "#/components/schemas/Work"},
                    {"type": "object", "properties": {"price": {"type": "integer"}}},
                ]
            },
        }
    },
}

MIXINS = '''
class Watching:
    """Looks on."""

    def watch(self, name: str, *, often: bool = True) -> int:
        """Look on, and count.

        What is seen is a ``Work``, as :class:`Work` says.

        :param name: the name to include
        :param often: look again,
            and again
        :returns: How often.
        :raises ApiValueError: There is nothing to see.
        """
        return len(self.get_work.__name__) + len(name) + often


class Worth:
    """Knows the price."""

    __slots__ = ()

    @property
    def worth(self) -> str:
        """What it costs."""
        return f"{self.name} is worth it"

    @property
    def price(self) -> int:
        """What somebody pays."""
        return 7
'''

MORE = '''
class More:
    """Overridden by what comes before it, and overrides what comes after."""

    def watch(self, name: str) -> int:
        """Look away.

        :param name: the name to exclude
        """
        return 0

    def more(self) -> str:
        """Say more."""
        return "more"
'''

SCRIPT = """
import json
import vidispine
work = vidispine.Work.from_document({"name": "this", "worth": "5"})
hard = vidispine.HardWork.from_document({"name": "that", "price": 3})
with vidispine.Client("http://localhost:1") as client:
    print(json.dumps({
        "worked out": [work.worth, work.worth_, hard.worth, hard.price, hard.price_],
        "watch": [client.work.watch("a", often=False), client.work.more()],
        "operation": client.work.watch_.__name__,
        "bases": [[base.__name__ for base in kind.__mro__] for kind in (vidispine.WorkApi, vidispine.Work)],
    }))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the engine without generated files, with two mixins."""
    ignored = shutil.ignore_patterns("api", "models", "cli", "simulator", "__pycache__")
    shutil.copytree(ROOT / "vidispine", tmp_path / "engine" / "vidispine", ignore=ignored)
    (tmp_path / "engine" / "vidispine" / "work_mixin.py").write_text(MIXINS, encoding="utf-8")
    (tmp_path / "engine" / "vidispine" / "_parts").mkdir()
    (tmp_path / "engine" / "vidispine" / "_parts" / "more.py").write_text(MORE, encoding="utf-8")
    monkeypatch.setattr(mixins, "PACKAGE", tmp_path / "engine" / "vidispine")
    monkeypatch.setattr(engine, "PACKAGE", tmp_path / "engine" / "vidispine")
    mixins._read.cache_clear()
    return tmp_path


def generate(folder: Path, description: dict[str, Any]) -> int:
    spec = folder / "work.json"
    spec.write_text(json.dumps(description), encoding="utf-8")
    return main(["--spec", str(spec), "--output", str(folder)])


def test_mixins_are_base_classes(package: Path) -> None:
    assert generate(package, DESCRIPTION) == 0
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "worked out": ["this is worth it", "5", "that is worth it", 7, 3],
        "watch": [9, "more"],
        "operation": "watch_",
        "bases": [
            ["WorkApi", "Watching", "More", "Resource", "object"],
            ["Work", "Worth", "Model", "_Unfinished", "object"],
        ],
    }


def test_pages_show_mixin_members(package: Path) -> None:
    generate(package, DESCRIPTION)
    page = (package / "docs" / "WorkApi.md").read_text(encoding="utf-8")
    assert "\n[**watch**](WorkApi.md#watch) | | Look on, and count\n" in page
    assert "\n# **watch**\n> `watch(name, *, often=True) -> int`\n\nLook on, and count\n" in page
    assert "\nWhat is seen is a [`Work`](Work.md), as [`Work`](Work.md) says.\n" in page
    assert "\n **name** | **str** | the name to include | required\n" in page
    assert "\n **often** | **bool** | look again, and again | [optional] [default to `True`]\n" in page
    assert "\n**int**: How often.\n" in page
    assert "\n[`ApiValueError`](errors.md) | There is nothing to see.\n" in page
    assert "[watch](WorkApi.md#watch) | | Look on, and count" in (package / "docs" / "operations.md").read_text()
    assert "\n`price` | **int** | What somebody pays." in (package / "docs" / "Work.md").read_text()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("os.path", "must be a class of this package, such as vidispine.module.Class, not 'os.path'"),
        (["a"], "must be a class of this package, such as vidispine.module.Class, not 'a'"),
        ({"a": 1}, "must be a class of this package, such as vidispine.module.Class, not \"{'a': 1}\""),
        (["vidispine.work_mixin.Worth", "vidispine.work_mixin.Nobody"], "there is no class Nobody in"),
        ("vidispine.work_mixin.watching", "must be a class of this package"),
        ("vidispine.no_mixin.Watching", "there is no module vidispine.no_mixin"),
        ("vidispine.work_mixin.Looking", "there is no class Looking in vidispine.work_mixin"),
        ("vidispine.bad_mixin.Silent", "Silent.watch has no docstring"),
        ("vidispine.bad_mixin.Undocumented", "Undocumented.watch does not describe name"),
        ("vidispine.bad_mixin.Untyped", "Untyped.watch does not say what it returns"),
    ],
)
def test_unusable_mixin(package: Path, capsys: pytest.CaptureFixture[str], given: Any, message: str) -> None:
    (package / "engine" / "vidispine" / "bad_mixin.py").write_text(
        "class Silent:\n    def watch(self) -> None: ...\n"
        'class Undocumented:\n    def watch(self, name: str) -> None:\n        """Look on."""\n'
        'class Untyped:\n    def watch(self):\n        """Look on."""\n',
        encoding="utf-8",
    )
    for pointer in ("tags/0", "components/schemas/Work"):
        description = copy.deepcopy(DESCRIPTION)
        target: Any = description
        for key in pointer.split("/"):
            target = target[int(key) if key.isdigit() else key]
        target["x-mixin"] = given
        assert generate(package, description) == 0
        said = [line for line in capsys.readouterr().err.splitlines() if "x-mixin" in line]
        assert len(said) == 1
        assert f"#/{pointer}/x-mixin: {message}" in said[0]
        # One that promises to say nothing that is lost is refused.
        assert generate(package, {**description, "x-complete": True}) == 1
        assert said[0] in capsys.readouterr().err.splitlines()


def test_mixin_with_the_name_of_a_model(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    description = copy.deepcopy(DESCRIPTION)
    description["components"]["schemas"]["Watching"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert generate(package, description) == 0
    assert (
        "#/components/schemas/Watching: the name Watching is taken: this is called Watching2" in capsys.readouterr().err
    )


@pytest.mark.parametrize("mixin", [JobWaiting, JobOutcome])
def test_parsed_mixin_equals_the_class(mixin: type) -> None:
    (read,) = mixins_of({"x-mixin": f"{mixin.__module__}.{mixin.__name__}"})
    for member in read.members:
        value = inspect.getattr_static(mixin, member.name)
        assert member.is_property == isinstance(value, property)
        function: Any = value.fget if isinstance(value, property) else value
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())[1:]
        assert [argument.name for argument in member.arguments] == [parameter.name for parameter in parameters]
        assert [
            inspect.Parameter.empty if argument.default is None else ast.literal_eval(argument.default)
            for argument in member.arguments
        ] == [parameter.default for parameter in parameters]
        assert member.type == signature.return_annotation
        for name, _ in member.raises:
            assert hasattr(vidispine, name)
