"""The sdist and the wheel: their content, their metadata, and that each can be installed and used."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.parser import Parser
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vidispine.version import __version__

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).resolve().parents[2]
VERSION = __version__
REQUIRED = {"certifi", "python-dateutil", "six", "urllib3"}
INSTALLERS = {"pip", "setuptools", "wheel"}

pytestmark = pytest.mark.timeout(300)

SCRIPT = """
import sys
import vidispine

assert vidispine.__version__ == sys.argv[1], vidispine.__version__
assert "site-packages" in vidispine.__file__, vidispine.__file__
job = vidispine.JobType(job_id="VX-1", status="READY", type="NONE", priority="LOW")
assert job.to_dict()["job_id"] == "VX-1"
configuration = vidispine.Configuration(host="http://127.0.0.1:9/API", username="a", password="b", retries=0)
with vidispine.ApiClient(configuration) as api_client:
    try:
        vidispine.JobApi(api_client).get_job("VX-1")
    except vidispine.ApiConnectionError as error:
        print(error)
"""


def run(*command: object, cwd: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command; fail with its output if it fails."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False)
    if check and done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}", pytrace=False)
    return done


@cache
def project() -> frozenset[str]:
    """Return the files of the project: tracked by git, or untracked and not ignored."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
    return frozenset(name for name in listed.splitlines() if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both, the wheel from the sdist, and return their folder."""
    source = tmp_path_factory.mktemp("source")
    for name in project():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    run(sys.executable, "-m", "build", source)
    return source / "dist"


@pytest.fixture(scope="session")
def sdist(distributions: Path) -> Path:
    """Return the source distribution."""
    return distributions / f"vidispine-{VERSION}.tar.gz"


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    """Return the wheel for every Python 3."""
    return distributions / f"vidispine-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    """Return the metadata of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(f"vidispine-{VERSION}.dist-info/METADATA").decode())


def test_builds_only_sdist_and_wheel(distributions: Path, sdist: Path, wheel: Path) -> None:
    assert {path.name for path in distributions.iterdir()} - {".gitignore"} == {sdist.name, wheel.name}


def test_sdist_contains_exactly_the_project(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    made = {name for name in names if name in {"PKG-INFO", "setup.cfg"} or name.startswith("vidispine.egg-info/")}
    assert names - made == project() - {".gitignore"}


def test_wheel_contains_exactly_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {name for name in project() if name.startswith("vidispine/")}
    assert "vidispine/py.typed" in names


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size <= 1_500_000


def test_license_is_in_both(sdist: Path, wheel: Path) -> None:
    text = (ROOT / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/LICENSE")]
        assert archive.read(name) == text
    with tarfile.open(sdist) as packed:
        member = packed.extractfile(f"vidispine-{VERSION}/LICENSE")
        assert member
        assert member.read() == text


def test_metadata(metadata: Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("vidispine", VERSION)
    assert re.fullmatch(r">=3\.\d+", metadata["Requires-Python"])
    assert "Apache-2.0" in (metadata["License-Expression"] or metadata["License"])
    assert set(metadata.get_all("Provides-Extra", [])) >= {"cli", "fast", "simulator"}
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).startswith("# vidispine")


def test_metadata_requires_four_packages_and_those_of_the_extras(metadata: Message) -> None:
    required: dict[str, set[str]] = {}
    for line in metadata.get_all("Requires-Dist", []):
        name, _, marker = line.partition(";")
        extra = re.search(r"extra == ['\"](\w+)['\"]", marker)
        required.setdefault(extra[1] if extra else "", set()).add(re.split(r"[ <>=!~]", name)[0].lower())
    assert required[""] == REQUIRED
    assert required["cli"] >= {"click", "keyring", "platformdirs", "rich", "tomlkit"}
    assert required["fast"] == {"orjson"}
    assert required["simulator"] >= {"cheroot", "werkzeug"}


def test_twine_accepts_both(sdist: Path, wheel: Path) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)


class Installation:
    """A virtual environment."""

    def __init__(self, folder: Path, requirement: str) -> None:
        venv.create(folder, with_pip=True)
        self.folder = folder
        self.bin = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python("-m", "pip", "install", "--quiet", requirement)

    def python(self, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run its Python outside the project."""
        return run(self.bin / "python", *arguments, cwd=self.folder, check=check)

    def packages(self) -> set[str]:
        """Return the names of the installed packages."""
        code = "from importlib.metadata import distributions as d; print(*{i.metadata['Name'].lower() for i in d()})"
        return set(self.python("-I", "-c", code).stdout.split())


@pytest.fixture(scope="session", params=["wheel", "sdist"])
def plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation without extras."""
    distribution: Path = request.getfixturevalue(request.param)
    return Installation(tmp_path_factory.mktemp(request.param), str(distribution))


@pytest.fixture(scope="session")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation with the extras of the README's first command."""
    return Installation(tmp_path_factory.mktemp("full"), f"{wheel}[cli,simulator]")


def test_plain_installation_has_only_the_dependencies(plain: Installation) -> None:
    installed = plain.packages()
    assert installed >= REQUIRED | {"vidispine"}
    assert not installed & {"click", "keyring", "rich", "tomlkit", "werkzeug", "cheroot", "orjson"}
    # Newer versions of dateutil require tzdata.
    assert installed - INSTALLERS - REQUIRED - {"vidispine"} <= {"tzdata"}


def test_plain_installation_works(plain: Installation) -> None:
    done = plain.python("-W", "error", "-c", SCRIPT, VERSION)
    assert done.stdout.startswith("get_job: ")
    assert done.stdout.count("\n") == 1


def test_every_public_name_can_be_loaded(plain: Installation) -> None:
    code = "import vidispine; [getattr(vidispine, name) for name in dir(vidispine)]; print(len(dir(vidispine)))"
    assert int(plain.python("-W", "error", "-c", code).stdout) > 30


@pytest.mark.parametrize("command", ["demo", "simulator", "--help"])
def test_command_without_its_extra_says_what_to_install(plain: Installation, command: str) -> None:
    done = run(plain.bin / "vidispine", command, cwd=plain.folder, check=False)
    assert done.returncode != 0
    assert not done.stdout
    [line] = done.stderr.splitlines()
    assert "pip install" in line
    assert "vidispine[" in line


def test_simulator_without_its_extra_says_what_to_install(plain: Installation) -> None:
    done = plain.python("-c", "from vidispine.simulator import Simulator; Simulator()", check=False)
    assert done.returncode != 0
    assert re.search(r"^ImportError: .*pip install 'vidispine\[simulator\]'", done.stderr, re.MULTILINE)


def test_demos_run_from_an_installation(full: Installation) -> None:
    assert "All 7 steps passed" in run(full.bin / "vidispine", "demo", cwd=full.folder).stdout
    done = run(full.bin / "vidispine", "demo", "jobs", cwd=full.folder)
    for state in ("FINISHED", "FAILED_TOTAL", "WAITING", "ABORTED"):
        assert state in done.stdout
