"""Kinds of flaws in real descriptions: the generated code works as intended."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.loading import Files
from test.support.loopback import Loopback, reply

Generate = Callable[..., tuple[Path, list[str]]]


def operation(**facts: Any) -> dict[str, Any]:
    return {"responses": {"204": {"description": "Done."}}, **facts}


def body(schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def described(
    schemas: dict[str, Any] | None = None, paths: dict[str, Any] | None = None, version: str = "3.1.0", **facts: Any
) -> dict[str, Any]:
    info = {"title": "Things", "version": "1"}
    return {"openapi": version, "info": info, "paths": paths or {}, "components": {"schemas": schemas or {}}, **facts}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


TEXT = {"type": "string"}


@pytest.fixture
def generate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Generate:
    def run(document: dict[str, Any], *options: str, **files: str) -> tuple[Path, list[str]]:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "things.json").write_text(json.dumps(document), encoding="utf-8")
        assert main(["--spec", str(tmp_path / "things.json"), "--output", str(tmp_path / "out"), *options]) == 0
        lines = [line.partition("/")[2] for line in capsys.readouterr().err.splitlines()]
        return tmp_path / "out", lines

    return run


def seen(folder: Path, script: str) -> Any:
    """Run a script with a generated package and return its output."""
    text = f"import json\n{script}\nprint(json.dumps(seen))\n"
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_unused_entries_of_another_file(generate: Generate) -> None:
    document = described(thing(a={"$ref": "common.yaml#/components/schemas/A"}))
    document["components"]["schemas"] = {"B": thing(a={"$ref": "common.yaml#/components/schemas/A"})}
    out, lines = generate(document, common="components: {schemas: {A: {type: string}, Unused: {type: object}}}\n")
    assert lines == []
    assert (out / "vidispine" / "models" / "b.py").exists()


def test_subclasses_listed_by_their_base(generate: Generate) -> None:
    kinds = {"Cat": {"allOf": [ref("Pet"), thing(lives={"type": "integer"})]}, "Dog": {"allOf": [ref("Pet")]}}
    for pet in (
        {"oneOf": [ref("Cat")], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [ref("Cat"), ref("Dog")], **thing(kind=TEXT)},
        {"anyOf": [ref("Cats")]},
        {"allOf": [{"oneOf": [ref("Cat")]}, thing(kind=TEXT)]},
    ):
        out, lines = generate(described({"Pet": pet, **kinds, "Cats": {"oneOf": [ref("Cat")]}}))
        assert any("a document of any kind is read as Pet" in line for line in lines)
        script = "from vidispine import Cat, Pet\nseen = issubclass(Cat, Pet) and Cat(lives=9).lives"
        assert seen(out, script) == 9


def test_circular_schemas(generate: Generate) -> None:
    out, lines = generate(described({"A": {"allOf": [ref("B"), thing(a=TEXT)]}, "B": {"allOf": [ref("A")]}}))
    assert any("consists of itself" in line for line in lines)
    assert seen(out, "from vidispine import A\nseen = A(a='x').to_document()") == {"a": "x"}


def test_references_that_lead_to_themselves(generate: Generate) -> None:
    def loop(kind: str, *names: str) -> dict[str, Any]:
        return {name: {"$ref": f"#/components/{kind}/{other}"} for name, other in zip(names, (*names[1:], names[0]))}

    schemas = {**loop("schemas", "X", "Y"), "A": thing(a=TEXT, x={"oneOf": [ref("X"), TEXT]})}
    get = operation(parameters=[{"$ref": "#/components/parameters/P"}])
    responses = {"200": {"$ref": "#/components/responses/R"}}
    put = {"requestBody": {"$ref": "#/components/requestBodies/B"}, "responses": responses}
    document = described(schemas, {"/a": {"get": get, "put": put}})
    document["paths"] |= {"/b": {"$ref": "#/paths/~1c"}, "/c": {"$ref": "#/paths/~1b"}}
    loops = {"parameters": loop("parameters", "P", "Q"), "requestBodies": loop("requestBodies", "B")}
    document["components"] |= {**loops, "responses": loop("responses", "R")}
    out, lines = generate(document)
    assert {line.partition("#")[2] for line in lines if "refers to itself" in line} == {
        f"/{place}: refers to itself, and is omitted"
        for place in (
            *("components/schemas/X", "components/schemas/Y", "components/parameters/P", "components/requestBodies/B"),
            *("components/responses/R", "paths/~1b", "paths/~1c"),
        )
    }
    script = "import inspect\nfrom vidispine import A, DefaultApi\n"
    script += "seen = [A(a='b', x=1).to_document(), [*inspect.signature(DefaultApi.get_a).parameters]]"
    assert seen(out, script) == [{"a": "b", "x": 1}, ["self", "options"]]


def test_invalid_default(generate: Generate) -> None:
    owner = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    pet = thing(owner={"default": {}, "allOf": [ref("Owner")]})
    _, lines = generate(described({"Pet": pet, "Owner": owner}))
    pointer = "things.json#/components/schemas/Pet/properties/owner"
    assert lines == [f'{pointer}: the default does not fit: "name" is a required property']


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 1", "1"), ("!Ref x", "x"), ("!!float 1", 1.0), ("'1'", "1"), ("", None), ("0x1F", 31), ("on", "on"),
        ("True", True), ("FALSE", False), ("NULL", None), ("Null", None), ("1e6", 1e6), ("0x1f", 31), ("0o17", 15),
        ("017", 17), (".inf", float("inf")), ("-.Inf", float("-inf")), ("+1", 1), ("1.", 1.0), ("yes", "yes"),
        ("2020-01-01", "2020-01-01"), ("1_000", "1_000"), ("0b1", "0b1"), ("12:30", "12:30"),
    ],
)  # fmt: skip
def test_values_of_the_core_schema(tmp_path: Path, text: str, value: Any) -> None:
    (tmp_path / "a.yaml").write_text(f"a: {text}\n", encoding="utf-8")
    found = Files(tmp_path / "a.yaml").document(tmp_path / "a.yaml")["a"]
    assert (type(found), found) == (type(value), value)


def test_reserved_names(generate: Generate) -> None:
    schemas = {
        "Client": thing(self=TEXT, optional=TEXT, str=TEXT),
        "TokenSource": thing(a=TEXT),
        "Model": thing(a=TEXT),
    }
    paths = {"/a": {"get": operation(operationId="withHttpInfo"), "put": operation(operationId="int")}}
    paths["/b"] = {"get": operation(operationId="straße"), "put": operation(operationId="strasse")}
    out, lines = generate(described(schemas, paths))
    assert any("the name Client is taken: this is called Client2" in line for line in lines)
    script = """
import vidispine
from vidispine import Client, Client2, DefaultApi, TokenSource
seen = [Client2(self_="a", optional_="b", str_="c").to_document(), Client.__module__, TokenSource.__module__,
        callable(DefaultApi.with_http_info_), callable(DefaultApi.int_),
        sorted(name for name in dir(DefaultApi) if name.startswith("str") and "http" not in name)]
"""
    assert seen(out, script) == [
        {"self": "a", "optional": "b", "str": "c"},
        "vidispine.client",
        "vidispine.models.token_source",
        True,
        True,
        ["strasse_2", "straße"],
    ]


def test_unicode_names(generate: Generate) -> None:
    schemas = {"用户": thing(имя=TEXT), "订单": thing(a=TEXT), "x" * 300: thing(a=TEXT)}
    tags = ("ttl-settings", "TTL Settings", "ﬁle")
    paths = {f"/{index}": {"get": operation(tags=[tag])} for index, tag in enumerate(tags)}
    out, lines = generate(described(schemas, paths))
    assert any("the name TTLSettingsApi is taken: this is called TTLSettings2Api" in line for line in lines)
    script = (
        "import vidispine\nfrom vidispine import 用户, 订单, api\nseen = [用户(имя='a').to_document(), api.__all__]"
    )
    assert seen(out, script) == [{"имя": "a"}, ["FileApi", "TTLSettings2Api", "TtlSettingsApi"]]
    assert all(len(path.name.encode()) < 220 for path in out.rglob("*"))


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_flaws_that_the_code_does_not_depend_on(generate: Generate, version: str) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["a", "a"],
        "properties": {"a": {"enum": ["x", "x"]}, "b": {"const": 1}},
    }
    schema["properties"] |= {
        "c": {"type": "integer", "exclusiveMinimum": 5},
        "d": {"type": "null"},
        "e": {"required": []},
    }
    schema["properties"] |= {"f": {"type": "integer", "exclusiveMinimum": True}, "g": {"examples": [1]}}
    bare: dict[str, Any] = {"parameters": [{"name": "id", "in": "path", "schema": TEXT}], "ghost": 1}
    bare["responses"] = {"200": {"content": {"application/json": {"schema": None}}}}
    out, lines = generate(described({"A": schema}, {"/a/{id}": {"get": bare}}, version))
    pointers = {line.split(": ")[0].partition("#")[2] for line in lines}
    get, a = "/paths/~1a~1{id}/get", "/components/schemas/A"
    assert pointers >= {
        f"{a}/required",
        f"{get}/responses/200",
        f"{get}/responses/200/content/application~1json/schema",
    }
    assert f"{a}/properties/{'f' if version == '3.1.0' else 'c'}/exclusiveMinimum" in pointers
    assert seen(out, "from vidispine import A\nseen = A(a='x', b=1, c=6).to_document()") == {"a": "x", "b": 1, "c": 6}


def test_operation_in_another_file(generate: Generate) -> None:
    document = described(paths={"/a": {"get": {"$ref": "other.yaml#/operations/get_a"}}})
    other = "operations: {get_a: {operationId: getA, tags: [5], responses: {'204': {description: Done.}}}}\n"
    out, lines = generate(document, other=other)
    assert 'Operation("get_a", "GET", "/a"' in (out / "vidispine" / "api" / "default_api.py").read_text(
        encoding="utf-8"
    )
    assert lines == ["other.yaml#/operations/get_a/tags: is not a list of texts, and is omitted"]


def test_aliases_and_null(generate: Generate) -> None:
    get = operation(operationId="getA", responses={"200": {"description": "", **body(ref("Alias"))["requestBody"]}})
    schemas = {"A": {**thing(a=TEXT), "nullable": True}, "Alias": ref("A"), "Other": ref("Alias")}
    out, _ = generate(described(schemas, {"/a": {"get": get}}, "3.0.3"))
    script = "import vidispine\nfrom vidispine import A, Alias, Other\nfrom vidispine.api import default_api\n"
    script += "seen = [A is Alias is Other, default_api._GET_A.result]"
    assert seen(out, script) == [True, "A | None"]


@pytest.mark.parametrize(
    "alias",
    [
        {**ref("A"), "nullable": True, "x-tool": 1},
        {"oneOf": [ref("A"), {"type": "null"}]},
        {"anyOf": [{"type": "null"}, {"oneOf": [ref("A")]}], "description": "An A."},
        {"oneOf": [ref("Other")]},
        {"oneOf": [ref("Other"), ref("Nothing")]},
    ],
)
def test_aliases_in_every_notation(generate: Generate, alias: dict[str, Any]) -> None:
    schemas = {"A": thing(a=TEXT), "Alias": alias, "Other": ref("A"), "Nothing": {"type": "null"}}
    out, _ = generate(described(schemas))
    assert seen(out, "from vidispine import A, Alias\nseen = A is Alias")


def test_server_path_and_package_name(generate: Generate) -> None:
    servers = [{"url": "https://{region}.example.com/{base}/", "variables": {"base": {"default": "v2"}}}]
    out, _ = generate(described({"A": thing(a=TEXT)}, servers=servers), "--package", "things")
    script = "from things import A, Client\nwith Client('http://h') as client:\n"
    assert seen(out, f"{script}    seen = client.api_client.configuration.host") == "http://h/v2"
    assert not list(out.rglob("tokens.py"))
    assert "vidispine." not in (out / "things" / "models" / "a.py").read_text(encoding="utf-8")


def test_the_name_of_this_package_in_another_description(generate: Generate, server: Loopback) -> None:
    kind = {"name": "vidispine.kind", "in": "query", "schema": {"type": "string", "enum": ["vidispine.a"]}}
    get = operation(parameters=[kind], description="Of vidispine.net.\n\nimport vidispine")
    get["responses"] = {"200": {"description": "x", "content": {"application/json": {"schema": ref("Vidispine")}}}}
    schemas = {"Vidispine": thing(**{"vidispine/x": TEXT, "n": ref("Vidispine")})}
    servers = [{"url": "https://vidispine.example.com/vidispine/api"}]
    document = described(schemas, {"/vidispine/a": {"get": {**get, "operationId": "find"}}}, servers=servers)
    out, _ = generate(document, "--package", "things")
    server.responses = [reply({"vidispine/x": "y"})]
    script = f"""
from things import Client, Configuration
with Client({server.url.rpartition("/")[0]!r}) as client:
    found = client.default.find(vidispine_kind="vidispine.a")
seen = [Configuration().host, found.vidispine_x, type(found).__module__]
"""
    assert seen(out, script) == ["https://vidispine.example.com/vidispine/api", "y", "things.models.vidispine"]
    assert server.only.line == "GET /vidispine/api/vidispine/a?vidispine.kind=vidispine.a HTTP/1.1"
    page = (out / "docs" / "DefaultApi.md").read_text(encoding="utf-8")
    assert "# things.DefaultApi" in page
    assert "Of vidispine.net.\n\nimport vidispine\n" in page


def test_many_notices_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (100, 101):
        document = described({"A": thing(**{f"m{index}": {"not": TEXT} for index in range(number)})})
        (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
        assert main(["--spec", str(tmp_path / "a.json"), "--output", str(tmp_path)]) == 0
        lines = capsys.readouterr().err.splitlines()
        assert len({line for line in lines if "a.json#" in line}) == number
        is_counted = "101 of 101 notices: is a condition, which is not checked" in lines
        assert is_counted == (number > 100)


def test_models_with_names_of_this_project(generate: Generate) -> None:
    pytest.importorskip("mypy")
    out, _ = generate(described({"JobType": thing(a=TEXT), "JobTaskType": thing(b=TEXT)}), "--package", "things")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "things/exceptions.py"]
    said = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False).stdout
    assert not [line for line in said.splitlines() if line.startswith("things/exceptions.py")]


def test_keys_that_are_there_twice(generate: Generate, tmp_path: Path) -> None:
    repeated = "A: {type: object, properties: {a~/b: {type: integer}, a~/b: {type: string}}}\n"
    document = described(thing={"x": 1}, schemas={"B": thing(a={"$ref": "more.yaml#/A"})})
    out, lines = generate(document, more=repeated)
    pointer = "more.yaml#/A/properties/a~0~1b"
    assert f"{pointer}: is duplicated: the last one is used" in lines
    assert seen(out, "from vidispine import A\nseen = A(a_b='x').to_document()") == {"a~/b": "x"}
    text = json.dumps(described({"A": thing(a=TEXT)})).replace('"a":', '"a": {"type": "integer"}, "a":')
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    files = Files(tmp_path / "b.json")
    files.document(files.root)
    assert [notice.location.partition("#")[2] for notice in files.notices] == ["/components/schemas/A/properties/a"]


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.txt"])
@pytest.mark.parametrize(
    "text",
    [
        '{"a": "\\ud83d\\ude00", "b": [1, {"c": null}]}',
        'a: "\U0001f600"\nb: [1, {c: ~}]\n',
        'a: "\\uD83D\\uDE00"\nb: [1, {c: ~}]\n',
    ],
)
def test_json_and_yaml_whatever_the_file_is_called(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert Files(tmp_path / name).document(tmp_path / name) == {"a": "\U0001f600", "b": [1, {"c": None}]}


def test_half_characters(generate: Generate) -> None:
    get = operation(operationId="\ud800x", description="\\ud800")
    out, lines = generate(described(paths={"/a\ud83d": {"get": get}}))
    assert [line for line in lines if "half" in line] == [
        f"things.json:1: {half} is half a character: it is replaced" for half in ("\\ud83d", "\\ud800")
    ]
    api = (out / "vidispine" / "api" / "default_api.py").read_text(encoding="utf-8")
    assert '"/a%EF%BF%BD"' in api
    assert r"\\ud800" in api


def test_descriptions_of_white_space_and_directions(generate: Generate) -> None:
    empty = {"type": "object", "properties": {}, "description": " \n"}
    schemas = {
        "A": empty,
        "B": {"x-values": {"b": ""}, "description": "\t"},
        "C": {**empty, "description": "a \u202eb"},
    }
    out, _ = generate(described({**schemas, "D": thing(b=ref("B"))}))
    script = "import vidispine as v\nseen = [v.A.__doc__, v.B.__doc__, v.C.__doc__]"
    assert seen(out, script) == ["Not described.", "Not described.", "a \ufffdb"]


MARKDOWN = """# Title
A `pipe | b` and ``c``
over two lines.
## Part
- one
- two
1. first
2. second

| a | b |
|---|---|
| 1 | 2 |
```json
{"a":

  "x"}
```
End"""


def test_markdown_of_descriptions(generate: Generate) -> None:
    get = operation(operationId="g", description=f"{MARKDOWN}\r\n", summary="a | b\nc")
    put = operation(operationId="p", description="```\n1\n```", parameters=[{"name": "e", "in": "query"}])
    values = ["a|b", "", " ", "`", "\n", "\u202e", "x"]
    put["parameters"][0]["schema"] = {"enum": values, "default": "a|b"}
    put["parameters"][0]["description"] = "c | d \\| e"
    thing_ = {**thing(**{"a|b": {"enum": values}}), "description": MARKDOWN}
    out, _ = generate(described({"Thing": thing_}, {"/a": {"get": get, "put": put}}))
    before, after = MARKDOWN.split("\n\n| a")
    text = before.replace("`c``\nover", "`c`` over").replace("\n", "\n\n") + f"\n\n| a{after}"
    text = text.replace("|\n```", "|\n\n```").replace("```\nEnd", "```\n\nEnd")
    pages = [(out / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("Thing", "DefaultApi")]
    assert all(text.replace("\n\n- two\n\n1. first\n\n", "\n- two\n1. first\n") in page for page in pages)
    words = r"""`a\|b`, `""`, `" "`, `"\u0060"`, `"\n"`, `"\u202e"`, `x`"""
    assert rf"| `a\|b` | **str** |  | [optional] one of {words}" in pages[0].replace("**a_b** ", "")
    assert r"| c \| d \| e | [optional] [default to `a\|b`]" in pages[1]
    script = "import inspect\nfrom vidispine import DefaultApi as api, Thing\nfound = [Thing, api.g, api.p]\n"
    documented = seen(out, f"{script}seen = [inspect.getdoc(one) for one in found]")
    # The formatter may omit empty lines.
    lines = [line for line in text.replace("`pipe | b`", "``pipe | b``").split("\n") if line]
    assert [line for line in documented[0].split("\n") if line] == lines
    assert [line for line in documented[1].split("\n") if line][1:] == [f"``GET /a``. {lines[0]}", *lines[1:]]
    assert documented[2].startswith("P.\n\n``PUT /a``.\n\n```\n1\n```\n")
    assert r"""One of ``a|b``, ``""``, ``" "``, ``"\u0060"``, ``"\n"``""" in documented[2]


def test_pages_of_another_sdk(generate: Generate) -> None:
    get = operation(responses={"200": {"description": "x", "content": {"application/json": {"schema": ref("A")}}}})
    out, _ = generate(described({"A": thing(a=TEXT, b=TEXT), "B": ref("A")}, {"/a": {"get": get}}))
    pages = {page.name: page.read_text(encoding="utf-8") for page in (out / "docs").iterdir()}
    links = {link for text in pages.values() for link in re.findall(r"\]\(([^#)]+)[^)]*\)", text)}
    assert links - pages.keys() == set()
    assert "Alias: B." in pages["A.md"]
    assert "XML" not in pages["A.md"]
    assert "published" not in (out / "vidispine" / "models" / "b.py").read_text(encoding="utf-8")


def test_a_version_that_is_newer(generate: Generate) -> None:
    _, lines = generate(described({"A": thing(a=TEXT)}, version="3.2.0"))
    assert "things.json#/openapi: is 3.2.0, and is read as 3.1" in lines


def test_members_that_are_unknown_beside_ones_that_are_invalid(generate: Generate) -> None:
    facts = {"GET": operation(), "summary": 5, "get": operation(consumes=[], parameters=[{"name": "a", "in": "query"}])}
    _, lines = generate(described(paths={"/a": facts}))
    unknown = {line.partition(":")[0] for line in lines if "is not a member" in line}
    assert unknown == {"things.json#/paths/~1a/GET", "things.json#/paths/~1a/get/consumes"}


def test_statuses_and_media_types_that_are_none(generate: Generate) -> None:
    content = {"": {"schema": TEXT}, "json": {"schema": TEXT}, "text/plain": {"schema": TEXT}}
    responses = {status: {"description": "", "content": content} for status in ("", "OK", "20", "600", "2xx", "5XX")}
    out, lines = generate(described(paths={"/a": {"get": {"operationId": "getA", "responses": responses}}}))
    omitted = [line for line in lines if line.endswith("is not a status: the response is omitted")]
    assert len(omitted) == 4
    assert sum(line.endswith("is not a media type, and is omitted") for line in lines) == 2
    script = "from vidispine.api import default_api\nseen = [default_api._GET_A.accept, default_api._GET_A.result]"
    assert seen(out, script) == [["text/plain"], "str"]


def test_braces_without_a_name(generate: Generate) -> None:
    paths = {path: {"get": operation()} for path in ("/a/{}", "/b/{id", "/c/id}", "/d/{id}")}
    _, lines = generate(described(paths=paths))
    stray = {line.partition(":")[0][-6:] for line in lines if "a brace that is not part of {NAME}" in line}
    assert stray == {"/~1a~1{}"[-6:], "~1b~1{id"[-6:], "~1c~1id}"[-6:]}


def test_names_of_a_client_and_private_names(generate: Generate) -> None:
    tags = ("raw", "text", "submit", "with_options", "settings", "api", "media", "close")
    paths = {f"/{tag}": {"get": operation(tags=[tag], operationId="_call")} for tag in tags}
    out, _ = generate(described(paths=paths))
    script = """
import inspect
from vidispine.api.resources import Resources
from vidispine import Client
with Client("http://h") as client:
    names = sorted(Resources.__annotations__)
    seen = [names, [callable(getattr(client, name).call) for name in names]]
"""
    names = ["api_", "close_", "media", "raw_", "settings_", "submit_", "text_", "with_options_"]
    assert seen(out, script) == [names, [True] * 8]


def test_classes_whose_letters_have_no_case(generate: Generate) -> None:
    out, _ = generate(described({"用户": thing(订=ref("订单")), "订单": thing(a=TEXT)}))
    script = """
from vidispine import models
found = models.用户.from_document({"订": {"a": "x"}})
seen = [found.订.a, type(found.订).__name__, models.用户.__name__]
"""
    assert seen(out, script) == ["x", "订单", "用户"]


@pytest.mark.parametrize(
    ("servers", "host"),
    [
        ([{"url": "https://api.example.com/v1/"}], "https://api.example.com/v1"),
        ([{"url": "/v2"}], "http://localhost:8080/v2"),
        ([], "http://localhost:8080"),
        ([{"url": "https://h/{v}", "variables": {"v": {"default": "3"}}}], "https://h/3"),
        ([{"url": "https://h:{p}/v", "variables": {"p": {"default": 8443}}}], "https://h:8443/v"),
        ([{"url": " ./v3"}], "http://localhost:8080/v3"),
        ([{"url": "https://user:secret@h/v?a=b#c"}], "https://h/v"),
        ([{"url": "wss://h/v"}], "http://localhost:8080"),
        ([{"url": "https://h:port/v"}], "http://localhost:8080"),
        ([{"url": "https://h/a b/\"\\'"}], "https://h/a%20b/%22%5C'"),
        ([{"url": 'https://h"/v'}], "http://localhost:8080"),
        ([{"url": "https:/h/v"}], "http://localhost:8080"),
    ],
)
def test_host_that_is_not_given(
    generate: Generate, servers: list[dict[str, Any]], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIDISPINE_HOST", raising=False)
    out, _ = generate(described({"A": thing(a=TEXT)}, servers=servers))
    assert seen(out, "from vidispine import Client\nseen = Client().settings.host") == host


@pytest.mark.parametrize(
    ("url", "is_told"), [("api.example.com/v1", True), ("v1.0", False), ("/api.example.com", False)]
)
def test_server_without_a_scheme(generate: Generate, url: str, is_told: bool) -> None:
    _, lines = generate(described({"A": thing(a=TEXT)}, servers=[{"url": url}]))
    told = ["things.json#/servers: begins with no scheme, and is a path: /api.example.com/v1"]
    assert lines == (told if is_told else [])


def test_server_with_a_variable_that_has_no_value(generate: Generate) -> None:
    _, lines = generate(described({"A": thing(a=TEXT)}, servers=[{"url": "https://h/{v}"}]))
    assert "things.json#/servers: the first server has a variable without a default: https://h/{v}" in lines


def test_components_that_only_refer_to_another_file(generate: Generate) -> None:
    schemas = {name: {"$ref": f"more.yaml#/{name}"} for name in ("A", "B")}
    paths = {"/a": {"put": operation(**body({"$ref": "more.yaml#/Long"}))}}
    out, lines = generate(
        described({**schemas, "Short": {"$ref": "more.yaml#/Long"}}, paths),
        more="A: {type: object, properties: {b: {$ref: '#/B'}}}\nB: {type: object, properties: {a: {$ref: '#/A'}}}\n"
        "Long: {type: object, properties: {c: {type: string}}}\n",
    )
    assert lines == []
    script = """
from vidispine import DefaultApi, models
found = models.A.from_document({"b": {"a": {}}})
seen = [models.__all__, type(found.b).__name__, DefaultApi.put_a.__annotations__["short"]]
"""
    assert seen(out, script) == [["A", "B", "Short"], "B", "Short | Document"]


def test_references_back_to_such_components(generate: Generate) -> None:
    schemas = {"A": {"$ref": "more.yaml#/A"}, "B": thing(a=ref("A"))}
    more = "A: {type: object, properties: {a: {$ref: 'things.json#/components/schemas/A'}}}\n"
    out, lines = generate(described(schemas, {"/a": {"put": operation(**body(ref("A")))}}), more=more)
    assert lines == []
    assert seen(out, "from vidispine import models\nseen = models.__all__") == ["A", "B"]


def test_type_beside_a_reference(generate: Generate) -> None:
    member = {"$ref": "#/components/schemas/Name", "type": "integer"}
    _, lines = generate(
        described({"Name": TEXT, "A": thing(a=member, b={"allOf": [ref("Name"), {"type": "integer"}]})})
    )
    pointer = "things.json#/components/schemas/A/properties"
    assert lines == [
        f"{pointer}/a: is integer and string at once: any value",
        f"{pointer}/b: is string and integer at once: any value",
    ]


def test_names_that_change_are_told(generate: Generate) -> None:
    members = {"validate": TEXT, "2nd": TEXT, "petId": TEXT, "pet-name": TEXT, "@id": TEXT, "class": TEXT}
    paths = {
        "/a": {
            "get": operation(
                tags=["raw"],
                operationId="3d",
                parameters=[
                    {"name": "self", "in": "query", "schema": TEXT},
                    {"name": "from", "in": "query", "schema": TEXT},
                ],
            )
        }
    }
    _, lines = generate(described({"A": thing(**members), "9": thing(a=TEXT)}, paths))
    get, schemas = "things.json#/paths/~1a/get", "things.json#/components/schemas"
    assert sorted(lines) == [
        f"{schemas}/9: '9' cannot be a name: this is called Model9",
        f"{schemas}/A/properties/2nd: '2nd' cannot be a name: this is called member_2nd",
        f"{schemas}/A/properties/validate: the name validate is reserved: this is called validate_",
        f"{get}/parameters/0: the name self is reserved: this is called self_",
        f"{get}: '3d' cannot be a name: this is called call_3d",
        f"{get}: the name raw is reserved: this is client.raw_",
    ]


def test_marks_are_part_of_names(generate: Generate) -> None:
    out, _ = generate(described({"ใบสั่ง ซื้อ": thing(ชื่อ=TEXT), "한국어": thing(한국어=ref("한국어"))}))
    script = """
from vidispine import models
found = models.한국어.from_document({"한국어": {}})
seen = [sorted(models.__all__), list(models.ใบสั่งซื้อ.fields()), type(found.한국어_).__name__]
"""
    assert seen(out, script) == [["ใบสั่งซื้อ", "한국어"], ["ชื่อ"], "한국어"]


def test_the_member_that_keeps_its_name_comes_first(generate: Generate) -> None:
    out, lines = generate(described({"A": {"type": "object", "properties": {"@type": TEXT, "type": TEXT}}}))
    assert lines == [
        "things.json#/components/schemas/A/properties/@type: the name type is taken: this is called type_2"
    ]
    script = "from vidispine import A\nseen = A(type='a', type_2='b').to_document()"
    assert seen(out, script) == {"type": "a", "@type": "b"}


def test_text_is_not_sent_as_json_where_it_can_be_text(generate: Generate) -> None:
    content = {"application/json": {"schema": TEXT}, "text/plain": {"schema": TEXT}}
    out, lines = generate(described(paths={"/a": {"put": operation(requestBody={"content": content})}}))
    pointer = "things.json#/paths/~1a/put/requestBody/content/application~1json"
    assert lines == [f"{pointer}: is not sent, since text/plain is"]
    assert 'body("str", (TEXT,))' in (out / "vidispine" / "api" / "default_api.py").read_text(encoding="utf-8")


def test_styles_of_a_form(generate: Generate) -> None:
    form = {"schema": thing(a={"type": "array", "items": TEXT}), "encoding": {"a": {"style": "spaceDelimited"}}}
    content = {"application/x-www-form-urlencoded": form}
    _, lines = generate(described(paths={"/a": {"put": operation(requestBody={"content": content})}}))
    pointer = "things.json#/paths/~1a/put/requestBody/content/application~1x-www-form-urlencoded/encoding"
    assert lines == [f"{pointer}: is ignored: each value of a list is a separate field"]
    for kind, is_told in (("application/json", False), ("image/png, image/jpeg", True)):
        content = {"multipart/form-data": {**form, "encoding": {"a": {"contentType": kind}}}}
        _, lines = generate(described(paths={"/a": {"put": operation(requestBody={"content": content})}}))
        assert (
            any("media types are ignored: give (file name, content, media type)" in line for line in lines) == is_told
        )


def test_an_object_that_is_text_too(generate: Generate) -> None:
    _, lines = generate(described({"A": thing(a=TEXT), "B": {"allOf": [ref("A"), TEXT]}}))
    assert lines == ["things.json#/components/schemas/B/allOf/1: is string, where other parts are objects"]


def test_the_component_that_keeps_its_name_comes_first(generate: Generate) -> None:
    out, lines = generate(described({"a.b": thing(x=TEXT), "AB": thing(y=TEXT)}))
    assert lines == ["things.json#/components/schemas/a.b: the name AB is taken: this is called AB2"]
    assert seen(out, "from vidispine import AB\nseen = list(AB.fields())") == ["y"]


def test_extensions_of_other_tools_with_the_same_names(generate: Generate) -> None:
    values = {"a": None, "b": 5, "c": {"description": [1], "x-python-name": 2}, "d": {"x-python-name": "d d"}}
    get = operation(**{"x-example": {"arguments": {"ghost": 1}}, "x-pages": "yes", "x-secret": 1, "x-since": 2})
    out, lines = generate(
        described({"E": {"type": "string", "x-values": values}, "A": thing(e=ref("E"))}, {"/a": {"get": get}})
    )
    pointer, schema = "things.json#/paths/~1a/get", "things.json#/components/schemas/E/x-values"
    assert sorted(lines) == [
        f"{schema}/c/description: is not a text, and is omitted",
        f"{schema}/c/x-python-name: is not a text, and is omitted",
        f"{pointer}/x-example/arguments: unknown parameter ghost",
        f"{pointer}/x-pages: is not a mapping, and is omitted",
        f"{pointer}/x-secret: is not a boolean, and is omitted",
        f"{pointer}/x-since: is not a text, and is omitted",
    ]
    assert seen(out, "from vidispine import E\nseen = E.values()") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("root", "own", "path", "is_used"),
    [
        ("https://h/v1", [{"url": "https://h/v1/"}], "/a", True),
        ("//h", [{"url": "https://h"}], "/a", True),
        ("https://h/v1", [{"url": "/v2"}], "/../v2/a", True),
        ("https://h/{v}/b", [{"url": "https://h/{v}", "variables": {"v": {"default": "w"}}}], "/../../w/a", True),
        ("https://h/v1", [{"url": "https://other/v2"}, {"url": "https://h/v3"}], "/../v3/a", True),
        ("https://h/v1", [{"url": "http://h/v1"}], "/a", False),
        ("https://h/v1", [{"url": "https://other/v1"}], "/a", False),
        ("https://h/v1", [{"url": "https://h:port/v1"}], "/a", False),
    ],
)
@pytest.mark.parametrize("level", ["path", "operation"])
def test_servers_of_a_path_or_an_operation(
    generate: Generate, root: str, own: list[Any], path: str, is_used: bool, level: str
) -> None:
    servers = [{"url": root, "variables": {"v": {"default": "x"}}}]
    facts = {"get": operation(servers=own)} if level == "operation" else {"get": operation(), "servers": own}
    out, lines = generate(described(paths={"/a": facts}, servers=servers))
    script = "from vidispine.api import default_api\nseen = default_api._GET_A.path"
    assert seen(out, script) == path
    assert any(
        line.endswith("/servers: is ignored: requests go to the host of the Configuration") for line in lines
    ) is (not is_used)


@pytest.mark.parametrize(
    ("facts", "member", "why"),
    [
        ({"x-values": {"a": None}}, "properties", "is omitted: a schema with x-values is a text"),
        ({"x-accepts": "x"}, "x-accepts", "must be a class of this package, such as vidispine.module.Class, not 'x'"),
        ({"x-accepts": "vidispine.class.X"}, "x-accepts", "there is no module vidispine.class"),
    ],
)
def test_our_extensions_that_do_not_fit_an_object(
    generate: Generate, facts: dict[str, Any], member: str, why: str
) -> None:
    put = operation(**body(ref("A")))
    out, lines = generate(described({"A": {**thing(a=TEXT), **facts}}, {"/a": {"put": put}}))
    assert lines == [f"things.json#/components/schemas/A/{member}: {why}"]
    code = (out / "vidispine" / "api" / "default_api.py").read_text(encoding="utf-8")
    compile(code, "default_api.py", "exec")
    assert seen(out, "from vidispine import A, DefaultApi\nseen = A.__name__") == "A"


def test_members_and_entries_that_are_partly_invalid(generate: Generate) -> None:
    schema = {"type": "object", "properties": {"a": None, "b": TEXT}, "required": ["b", 3]}
    out, lines = generate(described({"A": schema}, {"/a": {"get": operation(tags=[1, "Pet"])}}))
    pointer = "things.json#/components/schemas/A"
    assert f"{pointer}/properties/a: is not a schema: any value" in lines
    assert f"{pointer}/required/1: is not a text, and is omitted" in lines
    script = "from vidispine import A, PetApi\nseen = A(b='x', a=[1]).to_document()"
    assert seen(out, script) == {"a": [1], "b": "x"}


def test_locations_after_omitted_entries(generate: Generate) -> None:
    cookie = {"name": "b", "in": "cookie", "schema": TEXT}
    parameters = [None, {"name": "a"}, cookie, {"name": "c", "in": "query", "schema": {"not": TEXT}}]
    facts = {"get": operation(parameters=parameters), "parameters": ["x", cookie]}
    _, lines = generate(described({"A": {"allOf": ref("B")}, "B": thing(a=TEXT)}, {"/a": facts}))
    assert {line.partition("#")[2] for line in lines} == {
        "/components/schemas/A/allOf: is not a list, and is omitted",
        "/paths/~1a/parameters/0: is not a mapping, and is omitted",
        "/paths/~1a/parameters/1: a parameter in 'cookie' cannot be sent, and is omitted",
        "/paths/~1a/get/parameters/0: is not a mapping, and is omitted",
        "/paths/~1a/get/parameters/1: has no in, and is omitted",
        "/paths/~1a/get/parameters/2: a parameter in 'cookie' cannot be sent, and is omitted",
        "/paths/~1a/get/parameters/3/schema/not: is a condition, which is not checked",
        "/paths/~1a/get/parameters/3: any value is given as text",
    }


def test_anchors(generate: Generate) -> None:
    node = {"$anchor": "node", **thing(a={"$ref": "#node"}, b={"$ref": "more.yaml#leaf"}, c={"$ref": "#none"})}
    out, lines = generate(described({"Node": node}), more="X: {Y/Z: {$anchor: leaf, type: string, enum: [a]}}\n")
    assert lines == ["things.json#/components/schemas/Node/properties/c: refers to '#none', which does not exist"]
    script = "from vidispine import Node\nseen = [(field.type, field.values) for field in Node.fields().values()]"
    assert seen(out, script) == [["Node", None], ["str", ["a"]], ["object", None]]


def test_locations_of_values_of_the_wrong_type(generate: Generate) -> None:
    members = {"a": {"enum": ["a", 1]}, "b": {"type": "integer", "const": "a"}, "c": {"type": ["integer", "string"]}}
    _, lines = generate(described({"A": thing(**members)}))
    pointer = "things.json#/components/schemas/A/properties"
    assert lines == [
        f"{pointer}/a/enum: a choice between string, integer is any value",
        f"{pointer}/b/const: has values that are no integer, and is not checked",
        f"{pointer}/c/type: a choice between integer, string is any value",
    ]


@pytest.mark.parametrize(
    ("parameter", "line"),
    [
        ({"name": "a", "in": "path"}, ': "required" is a required property'),
        ({"name": "b", "in": "query", "style": "simple"}, '/style: "simple" is not one of "form", "spaceDelimited"'),
        ({"name": "b", "in": "header", "style": "form"}, '/style: "form" is not one of "simple"'),
    ],
)
def test_reasons_of_invalid_parameters(generate: Generate, parameter: dict[str, str], line: str) -> None:
    get = operation(parameters=[{**parameter, "schema": TEXT}])
    _, lines = generate(described(paths={"/{a}": {"get": get}}, version="3.0.3"))
    assert [each for each in lines if each.startswith(f"things.json#/paths/~1{{a}}/get/parameters/0{line}")]


def test_nesting_that_is_too_deep_for_the_checks(generate: Generate) -> None:
    schema: dict[str, Any] = TEXT
    for _ in range(260):
        schema = {"allOf": [schema]}
    # The error of the second name contains the first schema.
    out, lines = generate(described({"A": thing(a=schema, b=TEXT), "B+": TEXT}))
    assert any(line.startswith("things.json: is not checked against the schema of OpenAPI: ") for line in lines)
    assert seen(out, "from vidispine import A\nseen = A(b='x').to_document()") == {"b": "x"}


def test_lists_and_mappings_in_other_files(generate: Generate) -> None:
    document = described(servers={"$ref": "more.yaml#/servers"}, tags={"$ref": "more.yaml#/none"})
    document |= {"paths": {"$ref": "paths.yaml"}, "components": {"$ref": "more.yaml#/components"}}
    out, lines = generate(
        document,
        paths="/a:\n  parameters: {$ref: 'more.yaml#/parameters'}\n"
        "  get: {operationId: getA, responses: {$ref: 'more.yaml#/responses'}}\n"
        "  put: {operationId: putA, responses: {'204': {description: Done.}}, parameters: {$ref: 'more.yaml#/loop'}}\n",
        more="servers: [{url: 'https://h/v7'}]\nparameters: [{name: q, in: cookie, schema: {type: string}}]\n"
        "responses: {'200': {description: '', content: {application/json: {schema: {$ref: 'models.yaml#/A'}}}}}\n"
        "components: {schemas: {$ref: models.yaml}, responses: []}\nloop: {$ref: '#/loop'}\n",
        models="A: {type: object, properties: {$ref: '#/B/properties'}}\n"
        "B: {type: object, properties: {a: {$ref: '#/A'}, $ref: {type: strin}}}\n",
    )
    assert lines == [
        "more.yaml#/components/responses: is not a mapping, and is omitted",
        "more.yaml#/loop: refers to itself, and is omitted",
        "things.json#/tags: refers to 'more.yaml#/none', which does not exist",
        'models.yaml#/B/properties/$ref/type: "strin" is not one of "array", "boolean" or 5 other candidates',
        "models.yaml#/B/properties/$ref/type: 'strin' is not a type: any value",
        "more.yaml#/parameters/0: a parameter in 'cookie' cannot be sent, and is omitted",
    ]
    script = """
from vidispine import DefaultApi, models
from vidispine.api.resources import BASE_PATH
seen = [{name: list(getattr(models, name).fields()) for name in models.__all__}, BASE_PATH, list(DefaultApi.operations)]
"""
    assert seen(out, script) == [{"A": ["a", "ref"], "B": ["a", "ref"]}, "/v7", ["get_a", "put_a"]]


@pytest.mark.parametrize("status", [201, 202, 204])
def test_success_without_content(generate: Generate, server: Loopback, status: int) -> None:
    content = {"content": {"application/json": {"schema": ref("A")}}}
    responses = {"200": {"description": "", **content}, str(status): {"description": ""}}
    out, _ = generate(described({"A": thing(a=TEXT)}, {"/a": {"post": operation(responses=responses)}}))
    server.responses = [reply({"a": "x"}), reply(status=status, media_type=None)]
    script = f"""
from vidispine import Client
from vidispine.api import default_api
with Client({server.url!r}, retries=0) as client:
    seen = [client.default.post_a().a, client.default.post_a(), default_api._POST_A.result]
"""
    assert seen(out, script) == ["x", None, "A | None"]


@pytest.mark.parametrize(
    ("schema", "content", "expected"),
    [
        ({"type": ["string", "null"]}, b"null", None),
        ({"type": ["string", "null"]}, b'"null"', "null"),
        ({"anyOf": [{"$ref": "#/components/schemas/Color"}, {"type": "null"}]}, b"null", None),
        ({"enum": ["red", None]}, b'"red"', "red"),
        ({"type": "string"}, b"null", "null"),
    ],
)
def test_text_that_may_be_null(
    generate: Generate, server: Loopback, schema: dict[str, Any], content: bytes, expected: str | None
) -> None:
    content_of = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "", "content": content_of}}
    schemas = {"Color": {"type": "string", "enum": ["red"]}}
    out, _ = generate(described(schemas, {"/a": {"get": operation(responses=responses)}}))
    server.responses = [reply(content)]
    script = f"from vidispine import Client\nwith Client({server.url!r}) as client:\n    seen = client.default.get_a()"
    assert seen(out, script) == expected


def test_characters_of_paths(generate: Generate, server: Loopback) -> None:
    names = ['a"b', "c'd\\"]
    parameters = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]
    path = '/100%/%2f/q"\\/{a"b}/{c\'d\\}/ü'
    out, _ = generate(described(paths={path: {"get": operation(operationId="getA", parameters=parameters)}}))
    server.responses = [reply(status=204, media_type=None)]
    script = f"from vidispine import Client\nwith Client({server.url!r}) as client:\n"
    assert seen(out, f"{script}    seen = client.default.get_a('1', '2')") is None
    assert server.requests[0].path.endswith("/100%25/%2F/q%22%5C/1/2/%C3%BC")


def test_names_of_devices(generate: Generate) -> None:
    out, lines = generate(described({"con": thing(a=TEXT), "COM1": thing(a=TEXT)}))
    assert "things.json#/components/schemas/COM1: the name COM1 is taken: this is called COM12" in lines
    taken = {"con", "com1", "nul"}
    assert not {file.stem.casefold() for file in out.rglob("*")} & taken


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *((name, "cannot be imported") for name in ("my-sdk", "class", "a.b", "9x", "", "../x", "ﬁle")),
        *((name, "is taken") for name in ("urllib3", "docs", "dateutil")),
    ],
)
def test_package_that_cannot_be_imported(
    generate: Generate, capsys: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    with pytest.raises(SystemExit):
        generate(described({"A": thing(a=TEXT)}), "--package", name)
    assert capsys.readouterr().err.endswith(f"argument --package: {name!r} {why}\n")


def test_modules_for_the_simulator_are_not_generated(generate: Generate) -> None:
    out, _ = generate(described({"A": thing(a=TEXT)}, {"/a": {"get": operation()}}))
    assert {file.name for file in (out / "vidispine" / "api").iterdir()} == {
        "__init__.py",
        "default_api.py",
        "resources.py",
    }
