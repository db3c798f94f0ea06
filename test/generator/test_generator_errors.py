"""Invalid descriptions: each problem is one line with its location, and nothing is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
openapi: 3.1.0
x-complete: true
info: {title: Clips, version: "1"}
servers: [{url: "http://localhost:8080/API"}]
tags:
  - name: Clip
    description: Moving pictures that are kept for later.
paths:
  /clip/{clip-id}:
    get:
      tags: [Clip]
      operationId: get_clip
      summary: Read a clip
      description: Returns what the server knows of it, without its frames.
      x-example:
        arguments: {clip_id: VX-1}
        result: clip
        then: print(clip.title)
      parameters:
        - name: clip-id
          in: path
          required: true
          description: Which one, such as `VX-1`.
          schema: {type: string}
        - name: mood
          in: query
          description: In which mood it is to be returned.
          schema: {$ref: "#/components/schemas/Mood"}
      responses:
        "200":
          description: What is known.
          content: {application/json: {schema: {$ref: "#/components/schemas/ClipType"}}}
        "404": {description: There is none with that id.}
components:
  schemas:
    ClipType:
      type: object
      description: What is known of some moving pictures.
      required: [title]
      properties:
        title: {type: string, description: Words under which people find it.}
        length: {type: number, description: Seconds from its first frame to its last.}
    Mood:
      type: string
      description: How people feel.
      x-values:
        GOOD: Happy people.
        BAD: Unhappy people.
"""

FAULTS = [
    # Files
    ("openapi: 3.1.0", "openapi: 3.1.0\nopenapi: 3.1.0", "clips.yaml#/openapi: is duplicated: the last one is used"),
    ("info: {", "info: [", "clips.yaml:3: "),
    (GOOD, "- just a list", "clips.yaml: is not a mapping, as a description has to be"),
    (GOOD, "", "clips.yaml: is not a mapping, as a description has to be"),
    # OpenAPI; what the validator says, and whether it is the first to see it, depends on its version.
    ("openapi: 3.1.0", 'swagger: "2.0"', "clips.yaml: is OpenAPI of version 2.0, not 3.0 or 3.1"),
    ("openapi: 3.1.0", 'openapi: "4.0.0"', "clips.yaml: is OpenAPI 4.0.0, not 3.0 or 3.1"),
    (
        "title: {type: string,",
        "title: {type: words,",
        "clips.yaml#/components/schemas/ClipType/properties/title",
    ),
    ("in: path\n", "in: pocket\n", "clips.yaml#/paths/~1clip~1{clip-id}/get/parameters/0"),
    # References
    ("schemas/ClipType", "schemas/Clip", "refers to '#/components/schemas/Clip', which does not exist"),
    ("#/components/schemas/Mood", "moods.yaml#/Mood", "refers to 'moods.yaml#/Mood', clips/moods.yaml: No such file"),
    ("#/components/schemas/Mood", "http://example.com/x#/Mood", "which is not a file here"),
    # Names
    ("operationId: get_clip", "operationId: get clip", "'get clip' cannot be a name: this is called get_clip"),
    ("tags: [Clip]", "tags: [Film]", "the tag 'Film' is not described in the root"),
    ("tags: [Clip]", "tags: [Clip, Film]", "must have one tag, which names its class"),
    ("- name: mood", "- name: self", "the name self is reserved: this is called self_"),
    ("- name: mood", "- name: clipId", "the name clip_id is taken: this is called clip_id_2"),
    (
        "  /clip/{clip-id}:",
        "  /clip/{clip-id}/{part}:",
        "{part} in the path is not described: it is given as text",
    ),
    (
        "  /clip/{clip-id}:",
        "  /clip/clip-id:",
        "/clip/clip-id",
    ),
    ("        length:", "        validate:", "the name validate is reserved: this is called validate_"),
    ("        length:", "        Title:", "the name title is taken: this is called title_2"),
    ("        BAD:", "        good:", "clips.yaml#/components/schemas/Mood: GOOD is the name of two values or groups"),
    ("required: [title]", "required: [name]", "name is not a property of ClipType"),
    # Types
    (
        "length: {type: number,",
        "length: {type: object, properties: {a: {type: string}},",
        "clips.yaml#/components/schemas/ClipType/properties/length: needs a named schema",
    ),
    (
        "length: {type: number,",
        "length: {oneOf: [{type: number}, {type: string}],",
        "a choice between number, string is any value",
    ),
    ("length: {type: number,", "length: {type: integer, enum: [1, b],", "has values that are no integer, and is not"),
    (
        'schema: {$ref: "#/components/schemas/Mood"}',
        'schema: {$ref: "#/components/schemas/ClipType"}',
        "is an object, whose members become separate parameters",
    ),
    ("in: query\n", "in: cookie\n", "a parameter in 'cookie' cannot be sent, and is omitted"),
    ("x-example:", "x-secret: perhaps\n      x-example:", "get/x-secret: is not a boolean, and is omitted"),
    # Examples
    ("then: print(clip.title)", "then: print(clip.title", "get/x-example: is not valid Python"),
    ("arguments: {clip_id: VX-1}", "arguments: {}", "x-example/arguments: clip_id is required and missing"),
    ("{clip_id: VX-1}", "{clip_id: VX-1, color: red}", "x-example/arguments: unknown parameter color"),
    ("x-example:", "x-other:", "clips.yaml#/paths/~1clip~1{clip-id}/get: has no x-example"),
]


def write(folder: Path, text: str) -> Path:
    file = folder / "clips" / "clips.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def test_valid_description(tmp_path: Path) -> None:
    assert main(["--spec", str(write(tmp_path, GOOD)), "--output", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize(("part", "instead", "message"), FAULTS, ids=[message[-40:] for _, _, message in FAULTS])
def test_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, instead: str, message: str) -> None:
    assert part in GOOD
    spec = write(tmp_path, GOOD.replace(part, instead))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert any(message in line for line in lines), captured.err
    assert all(line.startswith("clips/clips.yaml") for line in lines)
    assert all(len(line) < 400 for line in lines)
    assert captured.out == ""
    assert not (tmp_path / "out").exists()


def test_all_problems_of_a_kind_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("required: [title]", "required: [a, b]")
    assert main(["--spec", str(write(tmp_path, text)), "--output", str(tmp_path / "out")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_same_name_in_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = write(tmp_path, GOOD.replace("#/components/schemas/ClipType", "more.yaml#/Mood"))
    (spec.parent / "more.yaml").write_text("Mood: {type: object, properties: {}}\n", encoding="utf-8")
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    assert "is called 'Mood', as something else at" in capsys.readouterr().err


@pytest.mark.parametrize("names", [("a.yaml", "b.yaml")])
def test_path_in_two_resources(tmp_path: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, str]) -> None:
    spec = write(tmp_path, "# paths: kept by `python -m generator`\npaths: {}\n# end of paths\n")
    (spec.parent / "resources").mkdir()
    for name in names:
        (spec.parent / "resources" / name).write_text("paths: {/clip: {}}\n", encoding="utf-8")
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == ("clips/resources/b.yaml#/paths/~1clip: is in clips/resources/a.yaml too\n")


def test_command_exits_with_1_and_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "generator", "--spec", str(tmp_path / "nowhere.yaml"), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path.name}/nowhere.yaml: No such file or directory\n"


def test_unwritable_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = write(tmp_path, GOOD)
    assert main(["--spec", str(spec), "--output", str(spec)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_bundle_that_is_nested_too_deeply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(450):
        schema = {"type": "array", "items": schema}
    document = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Deep": schema}}}
    spec, output = tmp_path / "deep.json", tmp_path / "bundle.yaml"
    spec.write_text(json.dumps(document), encoding="utf-8")
    assert main(["--spec", str(spec), "--bundle", str(output)]) == 1
    assert capsys.readouterr().err == "the description is nested too deeply\n"
    assert not output.exists()
