"""The examples in the docstrings of hand-written classes and functions run on the sample archive."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import vidispine
from vidispine import Client, media, notifications, simulator, transfer

METHODS_OF_MEDIA = [name for name, _ in inspect.getmembers(media.Media, inspect.isfunction) if name[0] != "_"]

OBJECTS: dict[str, Any] = {
    **{
        name: getattr(vidispine, name)
        for name in (
            "Client",
            "Configuration",
            "Field",
            "Metadata",
            "Search",
            "TimeCode",
            "TokenSource",
            "parse_document",
            "records",
        )
    },
    **{f"Client.{name}": getattr(Client, name) for name in ("raw", "submit", "text", "with_options")},
    **{f"media.{name}": getattr(media.Media, name) for name in METHODS_OF_MEDIA},
    "Simulator": simulator.Simulator,
    "application": notifications.application,
    "parse": notifications.parse,
    "upload": transfer.upload,
}
"""Classes and functions that have an example, by name."""


def example_of(documented: Any) -> str:
    """Return the example in a docstring: the block after ``::``."""
    found = re.search(r"::\n\n((?:    .*\n)+)", f"{inspect.getdoc(documented)}\n")
    assert found, "has no example"
    return textwrap.dedent(found[1])


@pytest.fixture(scope="module")
def server() -> Iterator[simulator.Simulator]:
    with simulator.Simulator(sample_data=True, speed=100) as vidicore:
        # The simulator does not archive items. The job that it returns instead has ended.
        job = {"jobId": "VX-80", "status": "READY", "type": "ARCHIVE", "priority": "MEDIUM"}
        vidicore.reply("create_item_archive_job", job)
        vidicore.reply("create_item_restore_job", job)
        yield vidicore


@pytest.mark.parametrize("name", OBJECTS)
def test_example_runs(
    server: simulator.Simulator,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clip.mov").write_bytes(b"a clip")
    example = example_of(OBJECTS[name])
    assert name.rpartition(".")[2] in example
    example = example.replace("http://localhost:8080", server.url).replace("file:///mnt/out/", f"{tmp_path.as_uri()}/")
    with Client(configuration=server.configuration()) as client:
        names = {
            **{public: getattr(vidispine, public) for public in ("Client", "Configuration", "Field", "Metadata")},
            **{public: getattr(vidispine, public) for public in ("Search", "TimeCode")},
            "Simulator": simulator.Simulator,
            "application": notifications.application,
            "client": client,
            "configuration": server.configuration(),
            "ids": ["VX-93", "VX-94"],
            "make_server": lambda *_: SimpleNamespace(serve_forever=lambda: None),
            "on_job": print,
            "parse": notifications.parse,
            "transfer": transfer,
            "vidispine": vidispine,
        }
        exec(example, names)
    assert capsys.readouterr().out or "print(" not in example


@pytest.mark.parametrize("name", METHODS_OF_MEDIA)
def test_arguments_and_result_are_described(name: str) -> None:
    method = getattr(media.Media, name)
    text = inspect.getdoc(method) or ""
    parameters = [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]
    assert re.findall(r"^:param (\w+): \S", text, re.MULTILINE) == parameters
    assert "\n:returns: " in text
