"""Who is measured. A further contender is one more entry here and one more script in ``scripts/``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).resolve().with_name("scripts")

READY = """
import vidispine
api = vidispine.JobApi(vidispine.ApiClient(vidispine.Configuration()))
"""
ANSWERED = """
import vidispine
configuration = vidispine.Configuration()
configuration.host = {host!r}
configuration.username = configuration.password = "admin"
vidispine.JobApi(vidispine.ApiClient(configuration)).get_job("VX-500").status
"""


@dataclass(frozen=True, eq=False)
class Contender:
    """One way to do the work.

    :param name: what tables call it
    :param script: file in ``scripts/`` that does its work in a process that stays
    :param environment: name of the virtual environment to run in
    :param requirements: what that environment holds
    :param starts: what a new interpreter runs, by the row's name; ``{host!r}`` is the loopback server
    """

    name: str
    script: str
    environment: str
    requirements: tuple[str, ...]
    starts: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The script's path."""
        return SCRIPTS / self.script


OURS = Contender(
    "6.0.0, this one",
    "ours.py",
    "ours",
    (".",),
    {"import": "import vidispine", "ready": READY, "answered": ANSWERED},
)
PUBLISHED = Contender(
    "5.0.4, published",
    "published.py",
    "published",
    ("vidispine==5.0.4",),
    {"import": "import vidispine", "ready": READY, "answered": ANSWERED},
)
BARE = Contender(
    "urllib3 and json",
    "bare.py",
    "bare",
    ("urllib3",),
    {
        "import": "pass",
        "ready": "import urllib3",
        "answered": 'import json, urllib3; json.loads(urllib3.PoolManager().request("GET", {host!r}).data)["status"]',
    },
)
RAW_SOCKET = Contender("a raw socket", "raw_socket.py", "bare", ("urllib3",))

CONTENDERS = (OURS, PUBLISHED)
BASELINE = BARE
