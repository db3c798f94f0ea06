"""The texts of the description: each part has one, in full sentences that say more than the name, and each is used."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from generator.bundling import bundle
from generator.intermediate import Description
from generator.loading import Files
from generator.normalize import normalize
from generator.problems import Notices
from generator.reading import read
from test.generator.test_generator_errors import GOOD, write
from test.generator.test_generator_spec import members
from test.generator.test_generator_spec import read as load

SPEC = Path(__file__).resolve().parents[2] / "spec"


class Text(NamedTuple):
    """A description, its location, and the names that it must not merely repeat."""

    text: str
    names: tuple[str, ...]
    pointer: str


def described(file: Path) -> Description:
    notices = Notices()
    return read(normalize(bundle(Files(file), notices), notices), notices)


def texts(part: Any, names: tuple[str, ...] = ()) -> Iterator[Text]:
    """Yield the descriptions of a part and of everything in it.

    :param names: those of the parts that it is in
    """
    if isinstance(part, (dict, tuple)):
        for entry in part.values() if isinstance(part, dict) else part:
            yield from texts(entry, names)
    elif dataclasses.is_dataclass(part):
        values = vars(part)
        own = [values[key] for key in ("name", "wire", "type", "summary", "document") if values.get(key)]
        if "pointer" in values and "description" in values:
            yield Text(values["description"], (*own, *names) if own else (), values["pointer"])
        for value in values.values():
            yield from texts(value, (*own[:1], *names))


@functools.cache
def words(text: str) -> set[str]:
    """Return the words of a name or a sentence, in lowercase and without a plural ``s``."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return {word.lower().rstrip("s") or word for word in re.findall(r"[A-Za-z0-9]+", split)}


# Words that add no information to a name.
STOP_WORDS = words(
    "a all an and any are as at be by can for from given has have how if in is it its may must of on one optional or "
    "our should specified specifies that the their them these this those to used to value was what when where whether "
    "which who will with your default"
)


def problems(description: Description) -> Iterator[str]:
    """Yield what is wrong with the texts, each with its location."""
    for entry in texts((description.apis, description.models, description.vocabularies, description.errors)):
        text = entry.text.strip()
        if not text:
            yield f"{entry.pointer}: has no description"
        elif not words(text) - {word for name in entry.names for word in words(name)} - STOP_WORDS:
            yield f"{entry.pointer}: the description only repeats the name: {text!r}"
        elif not re.search(r"[.?!][`\"')]*$", text):
            yield f"{entry.pointer}: the description does not end with a punctuation mark: {text!r}"
    for _, operation in description.operations():
        if not re.fullmatch(r".*[^.!?\s]", operation.summary):
            yield f"{operation.pointer}: the summary must be one line without final punctuation"
        for parameter in operation.parameters:
            if parameter.default is not None and "Default:" in parameter.description:
                yield f"{parameter.pointer}: the default is stated by the schema: {parameter.description!r}"


@pytest.mark.slow
def test_every_part_is_described() -> None:
    assert list(dict.fromkeys(problems(described(SPEC / "openapi.yaml")))) == []


@pytest.mark.parametrize(
    ("part", "instead", "problem"),
    [
        ("summary: Read a clip\n", "summary: ''\n", "clips.yaml#/paths/~1clip~1{clip-id}/get: the summary must be one"),
        ("summary: Read a clip\n", "summary: Read a clip.\n", "the summary must be one line without final punctuation"),
        ("Moving pictures that are kept for later.", "''", "clips.yaml#/tags/0: has no description"),
        ("Returns what the server knows of it, without its frames.", "Read the clip.", "only repeats the name"),
        ("Which one, such as `VX-1`.", "The id of the clip.", "only repeats the name: 'The id of the clip.'"),
        ("Words under which people find it.", "The title of the clip.", "/ClipType/properties/title: the description"),
        ("Words under which people find it.", "''", "properties/title: has no description"),
        ("Words under which people find it.", "Words for people", "does not end with a punctuation mark"),
        ("What is known of some moving pictures.", "A clip type.", "schemas/ClipType: the description only repeats"),
        ("BAD: Unhappy people.", "BAD: ''", "clips.yaml#/components/schemas/Mood/x-values/BAD: has no description"),
        ("BAD: Unhappy people.", "BAD: A bad mood.", "x-values/BAD: the description only repeats the name"),
        ("There is none with that id.", "''", "~1clip~1{clip-id}/get/responses/404: has no description"),
        ("How people feel.", "''", "clips.yaml#/components/schemas/Mood: has no description"),
        (
            'In which mood it is to be returned.\n          schema: {$ref: "#/components/schemas/Mood"}',
            '"The mood that it shows. Default: sad."\n          schema: {type: string, default: sad}',
            "the default is stated by the schema",
        ),
    ],
)
def test_problem(tmp_path: Path, part: str, instead: str, problem: str) -> None:
    assert list(problems(described(write(tmp_path, GOOD)))) == []
    (tmp_path / "changed").mkdir()
    found = list(problems(described(write(tmp_path / "changed", GOOD.replace(part, instead)))))
    assert len(found) == 1
    assert problem in found[0]


def entries(document: dict[str, Any]) -> Iterator[str]:
    """Yield the pointers of what a file has for others to refer to: a resource's file has paths, others are a list."""
    if "paths" in document:
        yield from (f"#/paths/{path}" for path in document["paths"])
        yield from (f"#/parameters/{name}" for name in document.get("parameters", {}))
    else:
        yield from (f"#/{name}" for name, entry in document.items() if "x-published" not in entry)


@pytest.mark.slow
def test_every_entry_is_used() -> None:
    documents = {file: load(file) for file in SPEC.rglob("*.yaml")}
    used = set()
    for file, document in documents.items():
        for key, value in members(document):
            if key == "$ref":
                path, _, pointer = value.partition("#")
                used.add((file.parent / path if path else file, f"#{unquote(pointer)}".replace("~1", "/")))
    used = {(file.resolve(), pointer) for file, pointer in used}
    del documents[SPEC / "openapi.yaml"]
    written = {(file, pointer) for file, document in documents.items() for pointer in entries(document)}
    assert len(written) > 1000
    assert sorted(f"{file.name}{pointer}" for file, pointer in written - used if (file, "#") not in used) == []
