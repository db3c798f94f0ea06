"""The contenders. To add one, add an entry here and a script in ``scripts/``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environments import ROOT, python_with
from benchmarks.generated import openapi_generator, openapi_python_client
from vidispine.version import __version__

# The project is last on sys.path: `vidispine` is then the package that the environment has.
_RUN = "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"

READY = """
import vidispine
api = vidispine.JobApi(vidispine.ApiClient(vidispine.Configuration()))
"""
ITEM = """
import vidispine
configuration = vidispine.Configuration()
configuration.host = {host!r}
configuration.username = configuration.password = "admin"
vidispine.ItemApi(vidispine.ApiClient(configuration)).get_item("VX-500")
"""
FIRST_CALL = """
import vidispine
configuration = vidispine.Configuration()
configuration.host = {host!r}
configuration.username = configuration.password = "admin"
vidispine.JobApi(vidispine.ApiClient(configuration)).get_job("VX-500").status
"""


NAMES = "import vidispine; dir(vidispine)"

GENERATED = """
import vidicore_client
configuration = vidicore_client.Configuration(host={host!r}, username="admin", password="admin")
client = vidicore_client.ApiClient(configuration)
"""
GENERATED_STARTS = {
    "import": "import vidicore_client; vidicore_client.ApiClient",
    "ready": GENERATED + "vidicore_client.JobApi(client)",
    "first_call": GENERATED + "vidicore_client.JobApi(client).get_job('VX-500').status",
    "item": GENERATED + "vidicore_client.ItemApi(client).get_item('VX-500')",
    "names": "import vidicore_client; dir(vidicore_client)",
}
PYTHON_CLIENT = """
import vidicore_client
client = vidicore_client.AuthenticatedClient(base_url={host!r}, token="YWRtaW46YWRtaW4=", prefix="Basic")
"""
PYTHON_CLIENT_STARTS = {
    "import": "import vidicore_client",
    "ready": PYTHON_CLIENT + "import vidicore_client.api.job.get_job",
    "first_call": PYTHON_CLIENT
    + "from vidicore_client.api.job import get_job; get_job.sync('VX-500', client=client).status",
    "item": PYTHON_CLIENT + "from vidicore_client.api.item import get_item; get_item.sync('VX-500', client=client)",
}


def script_command(python: Path | str, script: str) -> list[str]:
    """Return the command that runs a module of ``benchmarks.scripts`` in an environment."""
    return [str(python), "-I", "-c", _RUN, str(ROOT), f"benchmarks.scripts.{script}"]


@dataclass(frozen=True, eq=False)
class Contender:
    """An SDK or a library that is measured.

    :param name: its name in the tables
    :param script: module in ``scripts/`` that runs its workloads in a persistent process
    :param environment: name of the virtual environment to run in
    :param requirements: packages to install in that environment
    :param made: creates the environment instead if pip alone cannot, and returns its Python
    :param starts: programs for a new interpreter, by row; ``{host!r}`` is the URL of the loopback server
    """

    name: str
    script: str
    environment: str
    requirements: tuple[str, ...] = ()
    starts: dict[str, str] = field(default_factory=dict)
    made: Callable[[], Path] | None = None

    def python(self, interpreter: str = sys.executable) -> Path:
        """Return the interpreter of its environment, which is created if it does not exist.

        :param interpreter: the Python of the environment. Default: the one that runs
        :raises LookupError: a program that it requires is not installed
        :raises RuntimeError: it cannot be created
        """
        return self.made() if self.made else python_with(self.environment, self.requirements, interpreter)


OURS = Contender(
    f"{__version__}, this one",
    "ours",
    "ours",
    (".",),
    {"import": "import vidispine", "ready": READY, "first_call": FIRST_CALL, "item": ITEM, "names": NAMES},
)
PUBLISHED = Contender(
    "5.0.4, published",
    "published",
    "published",
    ("vidispine==5.0.4",),
    {"import": "import vidispine", "ready": READY, "first_call": FIRST_CALL, "item": ITEM, "names": NAMES},
)
BARE = Contender(
    "urllib3 and json",
    "bare",
    "bare",
    ("urllib3",),
    {
        "import": "pass",
        "ready": "import urllib3",
        "names": "pass",
        "help": "pass",
        "item": 'import json, urllib3; json.loads(urllib3.PoolManager().request("GET", {host!r}).data)["jobId"]',
        "first_call": 'import json, urllib3; json.loads(urllib3.PoolManager().request("GET", {host!r}).data)["status"]',
    },
)
HELP = "import sys; sys.argv[1:] = ['--help']; from vidispine.cli import main; sys.exit(main())"

# The command needs an extra. It is in this environment, so that `ours` shows the size of the package alone.
FAST = Contender(
    f"{__version__} with extras", "ours", "fast", (".[cli,fast,opentelemetry]", "opentelemetry-sdk"), {"help": HELP}
)
OPENAPI_GENERATOR = Contender(
    "openapi-generator 7",
    "openapi_generator",
    "openapi-generator",
    starts=GENERATED_STARTS,
    made=openapi_generator,
)
OPENAPI_PYTHON_CLIENT = Contender(
    "openapi-python-client",
    "openapi_python_client",
    "openapi-python-client",
    starts=PYTHON_CLIENT_STARTS,
    made=openapi_python_client,
)
BARE_ORJSON = Contender("urllib3 and orjson", "bare_orjson", "bare-orjson", ("urllib3", "orjson"))
MSGSPEC = Contender("msgspec by hand", "msgspec_structs", "msgspec", ("urllib3", "msgspec"))
RAW_SOCKET = Contender("a raw socket", "raw_socket", "bare", ("urllib3",))

CONTENDERS = (OURS, FAST, PUBLISHED, OPENAPI_GENERATOR, OPENAPI_PYTHON_CLIENT, BARE_ORJSON, MSGSPEC)
BASELINE = BARE
EVERY_PYTHON = (OURS, FAST, BARE_ORJSON)
"""The contenders that are also measured with a second Python."""
