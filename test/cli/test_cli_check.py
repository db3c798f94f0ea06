"""``vidispine check``: the simulator agrees in everything, and each difference is reported."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Callable

import pytest

import vidispine
from vidispine.cli import exit_codes, main
from vidispine.cli.probes import all_probes
from vidispine.cli.probes.probe import Probe, Server, run_probes
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROBES = {probe.name: probe for probe in all_probes()}

PASSWORD = "planted-password"


def title(text: str) -> dict[str, Any]:
    field = {"name": "title", "value": [{"value": text}]}
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]}


@pytest.fixture
def login(server: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The server, in environment variables."""
    configuration = server.configuration()
    monkeypatch.setenv("VIDISPINE_HOST", configuration.host)
    monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    return server


@pytest.fixture
def server() -> Iterator[Simulator]:
    with Simulator(speed=100, password=PASSWORD, strict=False) as simulator:
        with vidispine.Client(configuration=simulator.configuration()) as client:
            for number in range(3):
                client.import_.create_placeholder(title(f"Clip {number}"), container=1)
                job = client.import_.import_item_raw(b"clip", filename=f"clip{number}.mov")
                assert job is not None
                client.job.wait_for_job(job)
            client.collection.create_collection({}, name="Clips")
            client.metadata_field.update_or_create_metadata_field("acme_note", {"type": "string"})
        yield simulator


def findings(server: Simulator, *probes: Probe) -> dict[str, Any]:
    with vidispine.Client(configuration=server.configuration()) as client:
        return {finding.name: finding for finding in run_probes(client, probes or PROBES.values())}


def test_the_simulator_agrees_in_everything(server: Simulator) -> None:
    found = findings(server)
    assert {name: one for name, one in found.items() if one.outcome != "agrees"}.keys() == {"version"}
    assert found["version"].outcome == "noted"
    assert found.keys() == PROBES.keys()


def test_an_empty_server_has_nothing_to_check_some_with() -> None:
    with Simulator(strict=False) as empty:
        found = findings(empty)
    assert {one.outcome for one in found.values()} == {"agrees", "noted", "not checked"}
    assert found["lists.items"].observed == "needs 2 items"


def test_the_scratch_item_is_deleted(server: Simulator) -> None:
    with vidispine.Client(configuration=server.configuration()) as client:
        before = client.item.get_items().hits
        list(run_probes(client, [PROBES["metadata.add"]]))
        assert client.item.get_items().hits == before
    assert len(server.requests.of("create_placeholder")) == 4
    assert len(server.requests.of("delete_item")) == 1


def test_without_write_nothing_is_written(login: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    login.requests.clear()
    assert main(["check", "--json"]) == 0
    assert {request.method for request in login.requests if request.status < 400} == {"GET"}
    found = {finding["name"] for finding in json.loads(capsys.readouterr().out)}
    assert found == {name for name, probe in PROBES.items() if not probe.writes}


def test_a_report_has_no_content_of_the_server(
    login: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login.faults.next(418, operation="get_users")
    assert main(["check", "--write", "--report", str(tmp_path / "report.json")]) == 1
    captured = capsys.readouterr()
    assert "differs  Unknown members of users" in captured.out
    assert captured.err == f"{len(PROBES) - 2} agrees, 1 differs, 0 not checked\n"
    text = (tmp_path / "report.json").read_text("utf-8")
    assert [word for word in (PASSWORD, "admin", login.url, "VX-", "Clip", "clip0") if word in text] == []
    assert [one["name"] for one in json.loads(text)["findings"]] == list(PROBES)


def test_wrong_credentials_are_an_error(
    login: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIDISPINE_PASSWORD", "wrong")
    assert main(["check"]) == exit_codes.ACCESS_DENIED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "401" in captured.err


def test_what_the_user_may_not_read_is_not_checked(login: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    login.users.add("eve", "3ve", roles=["_metadata_read"])
    with vidispine.Client(host=f"{login.url}/API", username="eve", password="3ve") as client:
        found = {finding.name: finding for finding in run_probes(client, PROBES.values())}
    assert {one.outcome for one in found.values()} == {"agrees", "noted", "not checked"}
    assert found["formats.json"].observed == "status 403"


def test_a_report_that_cannot_be_written_is_rejected_first(
    login: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login.requests.clear()
    assert main(["check", "--report", str(tmp_path / "missing" / "report.json")]) == exit_codes.USAGE_ERROR
    assert "cannot write to" in capsys.readouterr().err
    assert len(login.requests) == 0


def replied(operation: str, *documents: Any) -> Callable[[Simulator], None]:
    def prepare(server: Simulator) -> None:
        for document in documents[:-1]:
            server.reply_next(operation, document)
        server.reply(operation, documents[-1])

    return prepare


def items(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"hits": 9, "item": [{"id": f"VX-{number}"} for number in numbers], **more}


def jobs(*numbers: int) -> dict[str, Any]:
    return {"hits": 9, "job": [{"jobId": f"VX-{number}"} for number in numbers]}


def files(*numbers: int) -> dict[str, Any]:
    return {"hits": 9, "file": [{"id": f"VX-{number}"} for number in numbers]}


def fault(status: int) -> Callable[[Simulator], None]:
    return lambda server: server.faults.next(status)


def metadata(*values: str, **more: Any) -> dict[str, Any]:
    written = [{"value": value, **more} for value in values]
    span = {"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": written}]}
    return {"id": "VX-1", "metadata": {"timespan": [span]}}


FAULT = "status 418"


def relayed(*changes: tuple[bytes, bytes]) -> Callable[[Simulator], None]:
    """Put a server in front of the simulator that replaces text in XML."""

    def prepare(server: Simulator) -> None:
        handle: Any = server._application

        def changed(environ: Any, start_response: Any) -> list[bytes]:
            headers: list[Any] = []
            body = b"".join(handle(environ, lambda *arguments: headers.extend(arguments)))
            if environ.get("HTTP_ACCEPT") == "application/xml":
                for pattern, replacement in changes:
                    body = re.sub(pattern, replacement, body)
            fields = [(name, value) for name, value in headers[1] if name.lower() != "content-length"]
            start_response(headers[0], fields)
            return [body]

        assert server._server is not None
        server._server.wsgi_app = changed

    return prepare


def hits(*numbers: int) -> Callable[[Simulator], None]:
    return replied("search_items", *({"hits": number} for number in numbers))


DIFFERENCES: dict[str, tuple[Callable[[Simulator], None], str]] = {
    "formats.json": (fault(418), FAULT),
    "formats.time": (
        replied("get_jobs", {"job": [{"jobId": "VX-1", "started": "2024-03-01T10:00:00Z"}]}),
        "another notation",
    ),
    "formats.any": (fault(418), FAULT),
    "errors.job": (fault(418), "status 418, no error document"),
    "errors.item": (replied("get_item", {"id": "VX-1"}), "status 200, no error document"),
    "errors.xml": (fault(418), "status 418, application/json"),
    "errors.route": (fault(418), "status 418, no error document"),
    "errors.method": (fault(418), FAULT),
    "parameters.unknown": (fault(400), "status 400"),
    "parameters.boolean": (fault(400), "status 400"),
    "lists.items": (replied("get_items", items(1, 2), items(1)), "2"),
    "lists.jobs": (replied("get_jobs", jobs(1, 2), jobs(7)), "another"),
    "lists.files": (replied("get_files", files(1, 2), files(1)), "1"),
    "lists.zero": (replied("get_items", items(1), items(2)), "another item"),
    "lists.hits": (replied("get_items", {**items(1), "hits": 1}, items(1, 2)), "the entries of the page"),
    "lists.number": (replied("get_items", items(1)), "entries"),
    "lists.order": (replied("get_jobs", jobs(9, 10)), "in another order"),
    "lists.cursor": (replied("get_items", items(1, nextCursor="a")), "repeats the page"),
    "lists.cursor_end": (replied("get_items", items(1)), "no cursor"),
    "metadata.replace": (replied("get_item", metadata("one", "two")), "one two"),
    "metadata.unnamed": (replied("get_item", metadata()), "are removed"),
    "metadata.timespan": (replied("get_item", metadata("one")), "nothing"),
    "metadata.add": (replied("get_item", metadata("two")), "two"),
    "metadata.remove": (replied("get_item", metadata("one", "two", uuid="u")), "one two"),
    "metadata.empty": (replied("get_item", metadata("one")), "kept"),
    "metadata.identifiers": (replied("get_item", metadata("one")), "missing"),
    "metadata.revision": (replied("get_item", metadata("one")), "missing"),
    "metadata.conflict": (replied("update_metadata", {}), "the last write wins"),
    "formats.xml": (fault(418), FAULT),
    **{name: (fault(418), FAULT) for name in PROBES if name.startswith("members.")},
    **{
        f"xml.order.{name}": (
            relayed((rb"<hits>[0-9]+</hits>(<%b.*</%b>)" % (tag, tag), rb"\1<hits>1</hits>")),
            f"{tag.decode()} before hits in {root}",
        )
        for name, tag, root in (
            ("collections", b"collection", "CollectionListDocument"),
            ("groups", b"group", "GroupListDocument"),
            ("items", b"item", "ItemListDocument"),
            ("jobs", b"job", "JobListDocument"),
            ("storages", b"storage", "StorageListDocument"),
            ("users", b"user", "UserListDocument"),
        )
    },
    "xml.order.fields": (
        relayed((rb"(<name>[^<]*</name>)(<type>[^<]*</type>)", rb"\2\1")),
        "type before name in field",
    ),
    **{
        f"xml.same.{name}": (relayed((rb"<%b>[^<]*</%b>" % (tag, tag), b"<%b>9</%b>" % (tag, tag))), member)
        for name, tag, member in (
            ("collections", b"hits", "CollectionListType.hits"),
            ("fields", b"type", "MetadataFieldType.type"),
            ("groups", b"hits", "GroupListType.hits"),
            ("items", b"hits", "ItemListType.hits"),
            ("jobs", b"priority", "JobType.priority"),
            ("storages", b"state", "StorageType.state"),
            ("users", b"userName", "UserType.user_name"),
        )
    },
    **{f"search.{name}": (hits(1, 0), "not found") for name in ("equal", "wildcard", "contains", "starts_with")},
    **{f"search.{name}": (hits(1), "found") for name in ("not", "escape")},
    "metadata.delete": (replied("delete_item", None), "status 200, then 200"),
}
"""How a server is made to differ, by probe, and what is then observed."""


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_is_reported(server: Simulator, name: str) -> None:
    prepare, observed = DIFFERENCES[name]
    prepare(server)
    found = findings(server, PROBES[name])[name]
    assert (found.outcome, found.observed) == ("differs", observed)


def test_each_probe_can_differ() -> None:
    assert PROBES.keys() - DIFFERENCES.keys() == {"version"}


def test_unknown_members_are_named(server: Simulator) -> None:
    with vidispine.Client(configuration=server.configuration()) as client, ExitStack() as cleanup:
        client.job.get_jobs = lambda **_: vidispine.JobListType.from_document({"job": [{"jobId": "VX-1", "color": 1}]})  # type: ignore[method-assign]
        assert PROBES["members.jobs"].observe(Server(client, cleanup)) == "JobType.color"
