"""Where a job takes a file from: one that a storage has, a path on this machine, or another server."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import urllib3

from vidispine.simulator.http.streams import BLOCK
from vidispine.simulator.media.file_store import File
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.job_effects import WorkError

if TYPE_CHECKING:
    from pathlib import Path

    from vidispine.simulator.media.folders import Folders
    from vidispine.simulator.media.job_effects import Run

__all__ = ["Fetcher", "give_back", "name_of", "take"]

LOOK_AGAIN = 50
"""Milliseconds after which a job asks again whether a file has come."""

TIMEOUT = urllib3.Timeout(connect=10, read=30)
_NO_RETRIES = urllib3.Retry(total=5, connect=0, read=0, redirect=5, status=0, other=0)


def name_of(uri: str) -> str:
    """Return the name that a file has at a URI; ``file`` when it has none."""
    return unquote(urlsplit(uri).path).rstrip("/").rpartition("/")[2] or "file"


def take(run: Run, source: dict[str, Any]) -> int | None:
    """Bring a file to a storage. The source names it by ``file``, its number, or by ``uri``; afterwards ``file`` is
    set in any case, and ``made`` when the file is new.

    :returns: ``None`` when it is there, otherwise in how many milliseconds to ask again
    :raises WorkError: there is no such file
    """
    if source.get("file") is not None:
        if run.media.files.find(source["file"]) is None:
            raise WorkError("the file is not there any more")
        return None
    uri = source["uri"]
    known = run.media.files.by_uri(uri)
    scheme = uri.partition(":")[0].lower()
    if known is not None:
        source["file"] = known.serial
    elif scheme in ("http", "https"):
        return _fetch(run, source)
    elif scheme == "file":
        path = run.media.folders.reach(uri)
        if not path.is_file():
            raise WorkError(f"{without_credentials(uri)} is not there, or is no file")
        _store(run, source, path, move=False)
    else:
        raise WorkError(f"the simulator reads URIs with file, http and https, not with {scheme}")
    return None


def _fetch(run: Run, source: dict[str, Any]) -> int | None:
    fetched = run.media.fetcher.get(source["uri"], run.job.serial)
    if fetched is None:
        return LOOK_AGAIN
    _store(run, source, fetched, move=True)
    return None


def _store(run: Run, source: dict[str, Any], path: Path, *, move: bool) -> None:
    storage = run.media.storages.for_import(source.get("storage"))
    files = run.media.files
    file = files.create(storage, files.free_path(storage, name_of(source["uri"])), "OPEN", run.at)
    source["file"] = files.fill(file, path, run.at, move=move).serial
    source["made"] = True


def give_back(run: Run, source: dict[str, Any]) -> None:
    """Remove the file again that a job had brought, since it came to nothing."""
    run.media.fetcher.forget(source.get("uri"), run.job.serial)
    if source.pop("made", False) and source.get("file") is not None:
        file: File | None = run.media.files.find(source.pop("file"))
        if file is not None:
            run.media.files.remove_unused([file.serial], run.at)


class Fetcher:
    """Fetches files over HTTP, each in a thread of its own, while jobs go on."""

    def __init__(self, folders: Folders) -> None:
        """Put what comes into these folders."""
        self._folders = folders
        self._running: dict[tuple[str, int], _Fetch] = {}

    def get(self, uri: str, job: int) -> Path | None:
        """Return the file that was fetched for a job, ``None`` while it has not all come.

        :raises WorkError: it cannot be fetched
        """
        fetch = self._running.get((uri, job))
        if fetch is None:
            fetch = self._running[uri, job] = _Fetch(uri, self._folders.new())
            fetch.start()
        if fetch.is_alive():
            return None
        del self._running[uri, job]
        if fetch.error is not None:
            raise WorkError(fetch.error)
        return fetch.path

    def forget(self, uri: str | None, job: int) -> None:
        """End a fetch that nobody waits for any more."""
        fetch = None if uri is None else self._running.pop((uri, job), None)
        if fetch is not None:
            fetch.stopping.set()

    def close(self) -> None:
        """End all of them."""
        for fetch in self._running.values():
            fetch.stopping.set()


class _Fetch(threading.Thread):
    """One file on its way."""

    def __init__(self, uri: str, path: Path) -> None:
        super().__init__(name="vidispine-simulator-fetch", daemon=True)
        self.uri = uri
        self.path = path
        self.error: str | None = None
        self.stopping = threading.Event()

    def run(self) -> None:
        try:
            with urllib3.PoolManager(timeout=TIMEOUT, retries=_NO_RETRIES) as pool:
                self._receive(pool)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.error = f"{without_credentials(self.uri)} cannot be fetched: {type(error).__name__}"
        if self.error is not None or self.stopping.is_set():
            self.path.unlink(missing_ok=True)

    def _receive(self, pool: urllib3.PoolManager) -> None:
        headers = {}
        credentials = urlsplit(self.uri).netloc.rpartition("@")[0]
        if credentials:
            headers = urllib3.make_headers(basic_auth=unquote(credentials))
        response = pool.request("GET", without_credentials(self.uri), headers=headers, preload_content=False)
        try:
            if response.status != 200:
                self.error = f"{without_credentials(self.uri)} cannot be fetched: {response.status} {response.reason}"
                return
            with self.path.open("wb") as file:
                for block in response.stream(BLOCK):
                    if self.stopping.is_set():
                        return
                    file.write(block)
        finally:
            response.close()
