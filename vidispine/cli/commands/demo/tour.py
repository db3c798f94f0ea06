"""The tour: a program that processes a file, from its import to its export.

``tour`` is an ordinary program. Each ``with step(...)`` block shows its own source before it runs.
"""

from __future__ import annotations

import ast
import inspect
import queue
import textwrap
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from vidispine import Client, Field, Search, notifications
from vidispine.cli.commands.demo.checks import CheckError, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.cli.output.tour import TourScreen
    from vidispine.notifications import Event

__all__ = ["run_tour", "tour"]

TITLE = "Harbor at noon"
CLIP = "harbor.mov"
SECONDS = 4.0
"""Duration of the clip."""

SPEED = 4
"""The speed factor of the jobs."""


TIMEOUT = 20.0
"""Seconds to wait for the notification, many times the duration on a slow machine."""


def run_tour(form: str = "table") -> None:
    """Run all steps on a simulator with sample data, and report each one when its checks have passed.

    :param form: output format
    :raises CheckError: a check failed
    :raises OpenApiException: a call failed
    :raises SimulatorError: the simulator cannot start
    """
    from vidispine.cli.output.tour import open_tour_screen
    from vidispine.simulator import Simulator
    from vidispine.simulator.media.media_files import encode_media

    screen = open_tour_screen(form)
    with Simulator(sample_data=True, speed=SPEED) as simulator, TemporaryDirectory() as name:
        screen.write_heading(f"VidiCore simulator with sample data running at {simulator.url}")
        folder = Path(name)
        clip = folder / CLIP
        clip.write_bytes(encode_media("mov", SECONDS, (512, 288), sound=True, seed=TITLE))
        for target in ("download", "export"):
            (folder / target).mkdir()
        with Client(configuration=simulator.configuration()) as client:
            try:
                tour(client, clip, folder, Steps(screen))
            except queue.Empty:
                raise CheckError("expected a notification, received none") from None
    screen.finish()


def tour(client: Client, clip: Path, folder: Path, step: Steps) -> None:
    """Import a file, and run the typical operations on it.

    :param clip: the file
    :param folder: has the folders ``download`` and ``export``, the targets of these steps
    :param step: shows and runs the steps
    :raises CheckError: a step did not have the expected result
    """
    with step("Import a file"):
        item = client.media.ingest(clip, metadata={"title": "Harbor"})
    step.passed(f"{clip.name} is item {item.id}, with its metadata and shapes")

    with step("Create its proxy"):
        job = client.media.transcode(item, "lowres")
        shape = client.media.shape(item, tag="lowres")
    expect(f"state of job {job.job_id}", "FINISHED", job.status)
    step.passed(f"job {job.job_id} created shape {shape.id}: {' '.join(shape.mime_type or [])}")

    with step("Edit its metadata; only what has changed is sent"):  # noqa: SIM117 - the body is what is shown
        with client.metadata.edit("item", item.id) as md:
            md["title"] = "Harbor at noon"
            md.add("acme_keyword", "harbor", "ferry")
            md.add_group("acme_person", {"acme_name": "Ada", "acme_role": "host"})
            md.at("25@PAL", "75@PAL")["acme_comment"] = "Gulls in the sound"
    md = client.metadata.load("item", item.id)
    expect(f"title of item {item.id}", TITLE, md["title"])
    expect(f"keywords of item {item.id}", ["harbor", "ferry"], md.get_all("acme_keyword"))
    step.passed(f"{md['title']!r} has {len(md.get_all('acme_keyword'))} keywords, a person and a timed comment")

    with step("Find it by search, with facets"):
        query = Field("title").contains("harbor") & (Field("durationSeconds") > 1)
        search = Search(query, facets=["mediaType"])
        hits = client.item.iterate_search_items(search)
        found = {hit.id for hit in hits}
    expect(f"whether item {item.id} is found", True, item.id in found)
    step.passed(f"{len(found)} hits by type: {dict(hits.facets['mediaType'])}")

    events: queue.Queue[Event] = queue.Queue()
    with step("Receive a notification"):  # noqa: SIM117
        with serve(notifications.application({"job": events.put})) as url:
            name = client.notification.on_job(url, events=["stop"])
            thumbnails = client.media.thumbnails(item, create=True)
            event = events.get(timeout=TIMEOUT)
            client.notification.delete_notification("job", name)
    expect("kind and state of the notification", ("job", "FINISHED"), (event.kind, event.status))
    times = ", ".join(thumbnail.time.smpte("PAL") for thumbnail in thumbnails)
    step.passed(f"job {event.job_id} is {event.status}, with thumbnails at {times}")

    with step("Download it"):
        (path,) = client.media.download(item, to=folder / "download")
    expect(f"content of {path.name}", True, path.read_bytes() == clip.read_bytes())
    step.passed(f"{path.name} has {path.stat().st_size} bytes, the same as {clip.name}")

    with step("Export it"):
        job = client.media.export(item, to=folder / "export", tag="lowres")
    exported = [each.name for each in (folder / "export").iterdir()]
    expect(f"files written by job {job.job_id}", 1, len(exported))
    step.passed(f"job {job.job_id} wrote {exported[0]}")


class Steps:
    """Shows each step: its title, its code, and its result."""

    def __init__(self, screen: TourScreen) -> None:
        self._screen = screen
        self._title = ""

    @contextmanager
    def __call__(self, title: str) -> Iterator[None]:
        """Show a step, and run it as the body of a ``with`` block."""
        self._title = title
        self._screen.begin(title, source_of_steps()[title])
        yield

    def passed(self, result: str) -> None:
        """Show the result of the step, whose checks have passed."""
        self._screen.write_passed(self._title, source_of_steps()[self._title], result)


@cache
def source_of_steps() -> dict[str, str]:
    """Return the source code of each block ``with step(title)`` of the tour, by title."""
    source = textwrap.dedent(inspect.getsource(tour))
    lines = source.splitlines()
    steps = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With) and isinstance(call := node.items[0].context_expr, ast.Call):
            title = call.args[0] if isinstance(call.func, ast.Name) and call.func.id == "step" else None
            if isinstance(title, ast.Constant):
                steps[str(title.value)] = textwrap.dedent("\n".join(lines[node.body[0].lineno - 1 : node.end_lineno]))
    return steps


@contextmanager
def serve(application: Callable[..., Any]) -> Iterator[str]:
    """Serve a WSGI application on a free port of this machine, and return its URL."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class QuietHandler(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Write nothing to standard error."""

    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
