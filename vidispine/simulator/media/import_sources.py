"""Sources of imports: files on storages, local paths, and HTTP URLs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from vidispine.simulator.http.streams import CHUNK_SIZE
from vidispine.simulator.jobs.extensions import DONE, StepResult
from vidispine.simulator.media.file_store import File
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.job_effects import JobActionError

if TYPE_CHECKING:
    from pathlib import Path

    import urllib3

    from vidispine.simulator.media.effects import Source
    from vidispine.simulator.media.folders import Folders
    from vidispine.simulator.media.job_effects import JobRun

POLL_MILLISECONDS = 50
"""Interval at which a job checks for a complete download."""

MAX_REDIRECTS = 5


def file_name_of(uri: str) -> str:
    """Return the file name in a URI. Default: ``file``."""
    return unquote(urlsplit(uri).path).rstrip("/").rpartition("/")[2] or "file"


def fetch_source(run: JobRun[Any], source: Source) -> StepResult:
    """Copy a source to a storage.

    :raises JobActionError: the source is missing
    """
    if source.file is not None:
        if run.media.files.find(source.file) is None:
            raise JobActionError("the file no longer exists")
        return DONE
    uri = source.uri or ""
    known = run.media.files.by_uri(uri)
    scheme = uri.partition(":")[0].lower()
    if known is not None:
        source.file = known.serial
    elif scheme in ("http", "https"):
        fetched = run.media.fetcher.get(uri, run.job.serial)
        if fetched is None:
            return StepResult(wait=POLL_MILLISECONDS)
        _store(run, source, fetched, move=True)
    elif scheme == "file":
        path = run.media.folders.resolve_uri(uri)
        if not path.is_file():
            raise JobActionError(f"{without_credentials(uri)} is missing, or is not a file")
        _store(run, source, path, move=False)
    else:
        raise JobActionError(f"the simulator supports file, http and https URIs, not {scheme}")
    return DONE


def _store(run: JobRun[Any], source: Source, path: Path, *, move: bool) -> None:
    storage = run.media.storages.for_import(source.storage)
    files = run.media.files
    file = files.create(storage, files.free_path(storage, file_name_of(source.uri or "")), "OPEN", run.at)
    source.file = files.write_content(file, path, run.at, move=move).serial
    source.made = True


def discard_source(run: JobRun[Any], source: Source) -> None:
    """Delete the file that a failed or aborted job imported."""
    run.media.fetcher.forget(source.uri, run.job.serial)
    file: File | None = run.media.files.find(source.file) if source.made and source.file is not None else None
    if source.made:
        source.made, source.file = False, None
    if file is not None:
        run.media.files.remove_unused([file.serial], run.at)


class Fetcher:
    """Downloads files over HTTP, each in its own thread, while other jobs continue."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._running: dict[tuple[str, int], _Fetch] = {}

    def get(self, uri: str, job: int) -> Path | None:
        """Return the download of a job, ``None`` until it is complete.

        :raises JobActionError: the download failed
        """
        fetch = self._running.get((uri, job))
        if fetch is None:
            fetch = self._running[uri, job] = _Fetch(uri, self._folders.new())
            fetch.start()
        if fetch.is_alive():
            return None
        del self._running[uri, job]
        if fetch.error is not None:
            raise JobActionError(fetch.error)
        return fetch.path

    def forget(self, uri: str | None, job: int) -> None:
        """Abort a download."""
        fetch = None if uri is None else self._running.pop((uri, job), None)
        if fetch is not None:
            fetch.stopping.set()

    def close(self) -> None:
        """Abort all downloads."""
        for fetch in self._running.values():
            fetch.stopping.set()


class _Fetch(threading.Thread):
    """A download."""

    def __init__(self, uri: str, path: Path) -> None:
        super().__init__(name="vidispine-simulator-fetch", daemon=True)
        self.uri = uri
        self.path = path
        self.error: str | None = None
        self.stopping = threading.Event()

    def run(self) -> None:
        import urllib3

        timeout = urllib3.Timeout(connect=10, read=30)
        only_redirects = urllib3.Retry(MAX_REDIRECTS, connect=0, read=0, redirect=MAX_REDIRECTS, status=0, other=0)
        try:
            with urllib3.PoolManager(timeout=timeout, retries=only_redirects) as pool:
                self._receive(pool)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.error = f"{without_credentials(self.uri)} cannot be fetched: {type(error).__name__}"
        if self.error is not None or self.stopping.is_set():
            self.path.unlink(missing_ok=True)

    def _receive(self, pool: urllib3.PoolManager) -> None:
        from urllib3.util import make_headers

        headers = {}
        credentials = urlsplit(self.uri).netloc.rpartition("@")[0]
        if credentials:
            headers = make_headers(basic_auth=unquote(credentials))
        response = pool.request("GET", without_credentials(self.uri), headers=headers, preload_content=False)
        try:
            if response.status != 200:
                self.error = f"{without_credentials(self.uri)} cannot be fetched: {response.status} {response.reason}"
                return
            with self.path.open("wb") as file:
                for block in response.stream(CHUNK_SIZE):
                    if self.stopping.is_set():
                        return
                    file.write(block)
        finally:
            response.close()
