"""Clients that other generators create from our description, each in its own environment.

Both get the same bundled file; what differs is in their settings. A generator has a separate environment, so that its
client's environment has only what a user of the client would install.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

from benchmarks.environments import CACHE, ROOT, STAMP, build, fingerprint_of, install, python_in, python_with

__all__ = ["CLIENT_GENERATOR", "SETTINGS", "openapi_generator", "openapi_python_client"]

OPENAPI_GENERATOR = "openapi-generator-cli==7.26.0"
# Pinned, because test/openapi_tools checks its warnings.
CLIENT_GENERATOR = "openapi-python-client==0.29.1"

# It supports JSON, forms and bytes. Media types listed here are sent as bytes, but only one per body: for an optional
# body with two supported types (`image/jpeg` and `image/png`), the generated module cannot be imported.
SETTINGS = {
    "content_type_overrides": dict.fromkeys(
        ("text/plain", "image/png", "application/xslt", "application/rdf+xml"), "application/octet-stream"
    ),
    # These hooks would format the code with another tool.
    "post_hooks": [],
}


def openapi_generator() -> Path:
    """Return the Python of an environment with the client that openapi-generator creates.

    :raises LookupError: Java is not installed
    :raises RuntimeError: it cannot be created
    """
    if shutil.which("java") is None:
        raise LookupError("openapi-generator needs Java, which is not installed")
    return _client("openapi-generator", OPENAPI_GENERATOR, _make_by_openapi_generator)


def openapi_python_client() -> Path:
    """Return the Python of an environment with the client that openapi-python-client creates.

    :raises RuntimeError: it cannot be created
    """
    return _client("openapi-python-client", CLIENT_GENERATOR, _make_by_openapi_python_client)


@cache  # requirements do not change during a run
def _client(name: str, tool: str, make: Callable[[Path, Path, Path], None]) -> Path:
    folder = CACHE / name
    described = [*(ROOT / "spec").rglob("*.yaml"), *(ROOT / "generator").rglob("*.py"), Path(__file__).resolve()]
    contents = fingerprint_of(tool, described)
    stamp = folder / STAMP
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == contents):
        build(folder, ())
        make(python_with(f"{name}-tool", (tool,)), folder, _bundle())
        stamp.write_text(contents, encoding="utf-8")
    return python_in(folder)


@cache
def _bundle() -> Path:
    """Return the description as one file."""
    file = CACHE / "vidicore.yaml"
    # The dependencies of the generator must not be part of the measurement.
    lines = (ROOT / "test-requirements.txt").read_text(encoding="utf-8").splitlines()
    python = python_with("generator", (*(line for line in lines if line[0] != "#"), "."))
    _run([str(python), "-m", "generator", "--bundle", str(file)], cwd=ROOT)
    return file


def _make_by_openapi_generator(tool: Path, folder: Path, description: Path) -> None:
    source = folder / "source"
    omitted = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
    command = [str(tool.with_name("openapi-generator-cli")), "generate", "-g", "python", "-i", str(description)]
    _run([*command, "-o", str(source), "--package-name", "vidicore_client", f"--global-property={omitted}"])
    install(folder, (str(source),))


def _make_by_openapi_python_client(tool: Path, folder: Path, description: Path) -> None:
    settings = folder / "settings.yaml"
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")  # JSON is valid YAML
    asked = subprocess.run(
        [str(python_in(folder)), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    package = Path(asked.stdout.strip())
    command = [str(tool), "-I", "-m", "openapi_python_client", "generate", "--meta", "none", "--path", str(description)]
    _run([*command, "--config", str(settings), "--output-path", str(package / "vidicore_client")])
    install(folder, ("attrs", "httpx", "python-dateutil"))


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")
