"""The guides for services: their examples run against the simulator and print the output that they show."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from test.support.loopback import Loopback, reply
from vidispine.simulator import Simulator

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


class Recorder(ModuleType):
    """Replaces a module that is not installed for the tests: everything in it can be called, and is counted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*_: Any, **__: Any) -> Recorder:
            self.called.append(name)
            return self

        return call


def examples_of(guide: str) -> list[str]:
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # The simulator, which runs in the same process, logs below the package's logger.
    monkeypatch.setattr(logging.getLogger("vidispine.simulator"), "propagate", False)
    with Simulator() as simulator:
        settings = simulator.configuration()
        for name in ("host", "username", "password"):
            monkeypatch.setenv(f"VIDISPINE_{name.upper()}", getattr(settings, name))
        yield


@pytest.mark.shows_secrets
def test_the_examples_with_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    issued = authority.issue_cert("me@example.com")
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct horse"))
    (tmp_path / "client.key").write_bytes(encrypted)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("vidicore.example.com").configure_cert(context)
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *arguments: look_up("127.0.0.1", *arguments))
    monkeypatch.setenv("NO_PROXY", "example.com")
    monkeypatch.chdir(tmp_path)
    examples = examples_of("tls-and-proxies")
    assert len(examples) == 2
    names: dict[str, Any] = {}
    for example in examples:
        if "cert_file" in example:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        with Loopback(context) as server, redirect_stdout(StringIO()) as printed:
            server.otherwise = reply({"jobId": "VX-1"})
            exec(example.replace(":8443", f":{server.port}"), names)
        assert printed.getvalue() == "VX-1\n"


@pytest.mark.shows_secrets  # the simulator's own password is in the environment
@pytest.mark.parametrize("guide", ["logging-and-tracing", "threads"])
def test_the_examples_print_what_they_say(guide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorders = [Recorder("prometheus_client"), Recorder("structlog")]
    for recorder in recorders:
        monkeypatch.setitem(sys.modules, recorder.__name__, recorder)
    examples = examples_of(guide)
    assert len(examples) >= 5
    names: dict[str, Any] = {}
    for example in examples:
        if "opentelemetry" in example:
            pytest.importorskip("opentelemetry")
        said = re.findall(r"^(?: *print\(.*\)  )?# (.+)$", example, re.MULTILINE)
        with redirect_stdout(StringIO()) as printed:
            exec(example, names)
        assert printed.getvalue().splitlines() == said
    names["client"].job.get_jobs(number=1)
    names["client"].close()
    if guide == "logging-and-tracing":
        assert "observe" in recorders[0].called
        assert "info" in recorders[1].called
