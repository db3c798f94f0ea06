"""``x-pages``: allowed values, and the code generated from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.__main__ import main

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
openapi: 3.1.0
x-complete: true
info: {title: Clips, version: "1"}
servers: [{url: "http://localhost:8080/API"}]
tags:
  - {name: Clip, description: Moving pictures that are kept for later.}
paths:
  /clip:
    get:
      tags: [Clip]
      operationId: get_clips
      summary: List clips
      description: Returns what the server knows of some of them, without frames.
      x-pages: {items: clip, identity: [id, owner.name], sort: id asc, without: [save-it]}
      x-example: {arguments: {}}
      parameters:
        - {name: first, in: query, description: Where to begin., schema: {type: integer, default: 0}}
        - {name: number, in: query, description: How long a page is., schema: {type: integer}}
        - {name: sort, in: query, description: In which order they come., schema: {type: string}}
        - {name: save-it, in: query, description: Keep it for next year., schema: {type: boolean}}
        - {name: mood, in: query, description: Only happy ones., schema: {type: string}}
      responses:
        "200":
          description: What is known.
          content: {application/json: {schema: {$ref: "#/components/schemas/ClipListType"}}}
  /clip/names:
    get:
      tags: [Clip]
      operationId: search_names
      summary: List names
      description: Returns the words under which people find them.
      x-pages: {}
      x-example: {arguments: {}}
      parameters:
        - {name: first, in: query, description: Where to begin., schema: {type: integer, default: 1}}
        - {name: number, in: query, description: How long a page is., schema: {type: integer}}
        - {name: cursor, in: query, description: Where to go on., schema: {type: string}}
      responses:
        "200":
          description: What is known.
          content: {application/json: {schema: {$ref: "#/components/schemas/NameListType"}}}
components:
  schemas:
    ClipListType:
      type: object
      description: Some moving pictures.
      properties:
        hits: {type: integer, description: How many more to expect.}
        word: {type: array, items: {type: string}, description: Favourite ones among people.}
        clip: {type: array, items: {$ref: "#/components/schemas/ClipType"}, description: These are the pictures.}
    NameListType:
      type: object
      description: Some words.
      properties:
        word: {type: array, items: {type: string}, description: Favourite ones among people.}
        nextCursor: {type: string, description: Where to go on.}
    ClipType:
      type: object
      description: What is known of some moving pictures.
      properties:
        id: {type: string, description: Tells one from another.}
        owner: {$ref: "#/components/schemas/OwnerType", description: Who pays for them.}
    OwnerType:
      type: object
      description: Somebody with money.
      properties:
        name: {type: string, description: How to call them.}
"""

POINTER = "clips.yaml#/paths/~1clip/get/x-pages"

FAULTS = [
    (
        "{items: clip, identity: [id, owner.name], sort: id asc, without: [save-it]}",
        "clip",
        "is not a mapping, and is omitted",
    ),
    ("items: clip,", "itmes: clip,", "itmes is not a member of x-pages"),
    ("items: clip,", "items: [clip],", "/items: is not a text, and is omitted"),
    ("[id, owner.name]", "{id: 1}", "/identity: is not a text or a list of texts, and is omitted"),
    ("[id, owner.name]", "[1]", "/identity: is not a text or a list of texts, and is omitted"),
    ("without: [save-it]", "without: save-it", "/without: is not a list of texts, and is omitted"),
    ("items: clip,", "items: film,", "film is not a member of the response"),
    ("items: clip,", "items: hits,", "hits must be a list, not int"),
    ("items: clip,", "", "items is required: the response has word, clip"),
    ("items: clip,", "items: word,", "id is not a member of str"),
    (
        "identity: [id, owner.name], sort: id asc",
        "identity: []",
        "identity is required for items of type ClipType",
    ),
    ("[id, owner.name]", "clipId", "clipId is not a member of ClipType"),
    ("owner.name", "owner.id", "id is not a member of OwnerType"),
    ("owner.name", "id.name", "name is not a member of str"),
    ("items: clip,", "items: clip, hits: count,", "count is not a member of the response"),
    ("items: clip,", "items: clip, name: all clips,", "'all clips' is not a valid method name"),
    ("items: clip,", "items: clip, name: get_clips,", "get_clips is already a method of ClipApi: set `name`"),
    ("without: [save-it]", "without: [keep]", "without: unknown optional parameter keep"),
    ("name: mood", "name: limit", "limit is reserved for the iterate method"),
    ("name: sort, in", "name: order, in", "sort requires a parameter named sort and an identity"),
    ("{type: integer, default: 0}", "{type: integer}", "requires the parameters number and first; the default"),
    (
        "first, in: query, description: Where to begin., schema: {type: integer, default: 0}",
        "begin, in: query, description: Where to begin., schema: {type: integer, default: 0}",
        "requires the parameters number and first; the default of first must be 0 or 1",
    ),
]


def write(folder: Path, text: str) -> Path:
    file = folder / "clips" / "clips.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("part", "instead", "message"), FAULTS)
def test_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, instead: str, message: str) -> None:
    assert GOOD.count(part) == 1
    spec = write(tmp_path, GOOD.replace(part, instead))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    line, *_ = capsys.readouterr().err.splitlines()
    assert line.startswith(f"clips/{POINTER}{message if message[0] == '/' else f': {message}'}")
    assert not (tmp_path / "out").exists()


def test_x_pages_of_other_vendors_is_ignored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("x-complete: true\n", "").replace("x-pages: {}", "x-pages: [paged, by, twenty]")
    assert main(["--spec", str(write(tmp_path, text)), "--output", str(tmp_path / "out")]) == 0
    assert "names/get/x-pages: is not a mapping, and is omitted" in capsys.readouterr().err
    code = (tmp_path / "out" / "vidispine" / "api" / "clip_api.py").read_text(encoding="utf-8")
    assert "def iterate_clips(" in code
    assert "iterate_search_names" not in code


def test_generated_iterate_method(tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert main(["--spec", str(write(tmp_path, GOOD)), "--output", str(output)]) == 0
    code = (output / "vidispine" / "api" / "clip_api.py").read_text(encoding="utf-8")
    assert 'pages=Paging("iterate_clips", "clip", ("id", "owner.name"), sort="id asc", without=("save_it",)),' in code
    assert 'pages=Paging("iterate_search_names", "word", (), hits=None),' in code
    script = """
import inspect
from vidispine.api.clip_api import ClipApi
print(inspect.signature(ClipApi.iterate_clips))
print(inspect.signature(ClipApi.iterate_search_names))
"""
    engine = output / "vidispine"
    for file in (ROOT / "vidispine").iterdir():
        if file.suffix == ".py":
            (engine / file.name).write_bytes(file.read_bytes())
    command = [sys.executable, "-c", script]
    environment = {"PYTHONPATH": str(output)}
    done = subprocess.run(command, cwd=output, env=environment, capture_output=True, text=True, check=False)
    own = "page_size: 'int' = 100, limit: 'int | None' = None, **options: 'Unpack[PageOptions]'"
    assert done.stdout.splitlines() == [
        f"(self, *, sort: 'str | None' = None, mood: 'str | None' = None, {own}) -> 'Pages[ClipType]'",
        f"(self, *, cursor: 'bool' = False, {own}) -> 'Pages[str]'",
    ], done.stderr
