"""Times the decoding and encoding of documents of many sizes: ``growing.py ROOT``, where the documents are made."""

from __future__ import annotations

import gc
import importlib.util
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, Callable

import vidispine
from reading import read_job, read_jobs

RUNS = 3


def main(root: str) -> None:
    """Read the sizes from standard input and print the seconds."""
    sizes = json.load(sys.stdin)
    documents = _documents(Path(root))
    print(
        json.dumps(
            {
                "jobs": {size: _times(documents.job_list(size), "JobListType", read_jobs) for size in sizes["jobs"]},
                "levels": {size: _times(documents.deep_job(size), "JobType", read_job) for size in sizes["levels"]},
            }
        )
    )


def _documents(root: Path) -> Any:
    # By its place: the project itself is not to be found by this interpreter, but the installed package.
    found = importlib.util.spec_from_file_location("documents", root / "benchmarks" / "documents.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _times(document: Any, name: str, read: Callable[[Any], None]) -> dict[str, float]:
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    cls = getattr(vidispine, name)
    view = cls.from_document(json.loads(data))
    return {
        "json.loads": _best(lambda: json.loads(data)),
        "decode and read everything": _best(lambda: read(cls.from_document(json.loads(data)))),
        "encode": _best(view.to_json),
    }


def _best(work: Callable[[], object]) -> float:
    def once() -> float:
        gc.collect()
        start = perf_counter()
        work()
        return perf_counter() - start

    return min(once() for _ in range(RUNS))


if __name__ == "__main__":
    main(sys.argv[1])
