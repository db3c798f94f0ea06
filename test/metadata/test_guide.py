"""The examples of the guide and of the cookbook run, and print the output that is shown."""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from vidispine import Client, Metadata
from vidispine.simulator import Simulator

DOCS = Path(__file__).parents[2] / "docs"


def examples(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def environment(vidicore: Simulator, sdk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = vidicore.configuration()
    for name in ("host", "username", "password"):
        monkeypatch.setenv(f"VIDISPINE_{name.upper()}", getattr(settings, name))


@pytest.mark.shows_secrets  # the simulator's own password is in the environment
def test_the_guide_prints_what_it_says() -> None:
    names: dict[str, Any] = {}
    found = examples("guides/metadata.md")
    assert len(found) > 10
    for example in found:
        said = re.findall(r"^ *print\(.*?\)  # (.+)$", example, re.MULTILINE)
        with redirect_stdout(StringIO()) as printed:
            exec(example, names)
        shown = [line for line in printed.getvalue().splitlines() if line != "1 of 1"]
        assert shown == said
    names["client"].close()


def run(page: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    (example,) = examples(page)
    assert len(example.splitlines()) < 40
    monkeypatch.setattr(sys, "argv", ["example.py", *arguments])
    with redirect_stdout(StringIO()) as printed:
        exec(example, {"__name__": "__main__"})
    return printed.getvalue()


@pytest.mark.shows_secrets
def test_set_a_field(sdk: Client, item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("cookbook/set-a-field.md", [item, "title", "Evening news"], monkeypatch) == "Evening news\n"
    assert sdk.metadata.load("item", item)["title"] == "Evening news"
    with pytest.raises(SystemExit, match="did you mean 'title'"):
        run("cookbook/set-a-field.md", [item, "titel", "x"], monkeypatch)


@pytest.mark.shows_secrets
def test_import_with_metadata(sdk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evening.mov").write_bytes(b"a clip")
    printed = run("cookbook/import-with-metadata.md", [str(tmp_path / "evening.mov")], monkeypatch)
    item, title = printed.split()
    assert title == "evening"
    assert sdk.metadata.load("item", item).get_all("acme_keyword") == ["election", "parliament"]


def test_metadata_is_public() -> None:
    import vidispine

    assert vidispine.metadata.Metadata is Metadata is vidispine.Metadata
