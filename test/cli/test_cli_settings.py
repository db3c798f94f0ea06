"""Settings from options, environment variables and profiles; passwords from the keyring, which are never shown."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from test.cli.cli_runs import TIMEOUT, Terminal, feed, run, start
from test.support.loopback import Loopback, reply
from vidispine.cli import main
from vidispine.simulator import Simulator

Capture = pytest.CaptureFixture[str]
SECRET = "pa55-w0rd-of-the-tests"

KEYRING = '''
import json, os, pathlib
import keyring.backend, keyring.errors


class FileKeyring(keyring.backend.KeyringBackend):
    """Stores passwords in a file."""

    priority = 1
    path = pathlib.Path(os.environ["TEST_KEYRING"])

    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, username):
        return self._all().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._all(), f"{service} {username}": password}))

    def delete_password(self, service, username):
        found = self._all()
        del found[f"{service} {username}"]
        self.path.write_text(json.dumps(found))


class Locked(keyring.backend.KeyringBackend):
    """Fails like a locked keyring."""

    priority = 1

    def get_password(self, service, username, password=None):
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")

    set_password = delete_password = get_password
'''


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """Environment variables for a process with a keyring."""
    (tmp_path / "keyring_of_the_tests.py").write_text(KEYRING, encoding="utf-8")
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    return {
        "PYTHONPATH": paths,
        "PYTHON_KEYRING_BACKEND": "keyring_of_the_tests.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
        "VIDISPINE_CONFIG": str(tmp_path / "config.toml"),
    }


@pytest.fixture
def lab() -> Iterator[Simulator]:
    with Simulator(username="ada", password=SECRET) as simulator:
        yield simulator


def add(name: str, *arguments: str) -> None:
    assert main(["profile", "add", name, *arguments]) == 0


# Profiles


def test_profile_commands(config_file: Path, capsys: Capture) -> None:
    add("lab", "--host", "http://vidicore:8080", "--username", "admin", "--timeout", "20", "--insecure")
    add("live", "--host", "https://vidicore.example.com/vs/API/")
    assert json.loads(shown(capsys, "list")) == [
        {
            "name": "lab",
            "current": True,
            "host": "http://vidicore:8080/API",
            "username": "admin",
            "timeout": 20.0,
            "verify": False,
        },
        {"name": "live", "current": False, "host": "https://vidicore.example.com/vs/API"},
    ]
    main(["profile", "use", "live"])
    assert json.loads(shown(capsys, "show"))["name"] == "live"
    main(["profile", "remove", "live"])
    assert [profile["current"] for profile in json.loads(shown(capsys, "list"))] == [False]
    assert main(["profile", "show"]) == 2
    assert "there is no current profile" in capsys.readouterr().err


def shown(capsys: Capture, *arguments: str) -> str:
    capsys.readouterr()
    assert main(["profile", *arguments, "--json"]) == 0
    return capsys.readouterr().out


def test_only_the_user_can_read_the_file(config_file: Path) -> None:
    add("lab", "--host", "http://vidicore:8080")
    assert stat.S_IMODE(config_file.stat().st_mode) == 0o600
    assert [path.name for path in config_file.parent.iterdir()] == ["config.toml"]


def test_comments_are_preserved(config_file: Path) -> None:
    config_file.parent.mkdir()
    config_file.write_text("# mine\n[profiles.old]\nhost = 'http://old:8080/API'  # soon gone\n", encoding="utf-8")
    add("new", "--host", "http://new:8080")
    text = config_file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "host = 'http://old:8080/API'  # soon gone" in text
    assert "[profiles.new]" in text


def test_replace(capsys: Capture) -> None:
    add("lab", "--host", "http://one:8080")
    assert main(["profile", "add", "lab", "--host", "http://two:8080"]) == 2
    assert "--replace replaces it" in capsys.readouterr().err
    add("lab", "--host", "http://two:8080", "--replace")
    assert json.loads(shown(capsys, "show", "lab"))["host"] == "http://two:8080/API"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "config.toml: "),
        ("current = 'lab'", "the current profile 'lab' does not exist"),
        ("color = 1", "unknown setting 'color'"),
        ("profiles = 1", "profiles must be tables"),
        ("[profiles.lab]\nhots = 'x'", "profile 'lab': unknown setting 'hots': did you mean 'host'?"),
        ("[profiles.lab]\nhost = 1", "profile 'lab': host must be a string in quotes"),
        ("[profiles.lab]\nretries = true", "profile 'lab': retries must be an integer"),
        ("[profiles.lab]\nverify = 'no'", "profile 'lab': verify must be true or false"),
        ("[profiles.lab]\npassword = 'x'", "a password must not be stored in this file; use 'vidispine login'"),
    ],
)
def test_invalid_files(text: str, message: str, config_file: Path, capsys: Capture) -> None:
    config_file.parent.mkdir()
    config_file.write_text(text, encoding="utf-8")
    for arguments in (["profile", "list"], ["profile", "add", "x", "--host", "http://x"], ["whoami"]):
        assert main(arguments) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert message in captured.err
        assert captured.err.count("\n") == 1
    assert config_file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("vidicore:8080", "the host must be a URL such as http://localhost:8080, not 'vidicore:8080'"),
        ("ftp://vidicore", "the host must be a URL"),
        ("http://", "the host must be a URL"),
        ("http://vidicore:port", "the host must be a URL"),
        (f"http://admin:{SECRET}@vidicore", "the host must not contain credentials"),
        ("http://vidicore/API?x=1", "the host must not have a query or a fragment"),
    ],
)
def test_invalid_hosts(host: str, message: str, capsys: Capture) -> None:
    for arguments in (["profile", "add", "x", "--host", host], ["whoami", "--host", host]):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert message in error
        assert SECRET not in error


def test_named_pipe_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this platform")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDWR | os.O_NONBLOCK), "wb"):
        from vidispine._profiles.files import Profiles
        from vidispine.exceptions import ApiValueError

        profiles = Profiles()
        profiles.path = pipe
        with pytest.raises(ApiValueError, match="not a regular file"):
            profiles.add("lab", {"host": "http://vidicore:8080/API"})
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_unknown_profile(capsys: Capture) -> None:
    add("lab", "--host", "http://vidicore:8080")
    for arguments in (["--profile", "lap", "whoami"], ["profile", "use", "lap"], ["profile", "remove", "lap"]):
        assert main(arguments) == 2
        assert "unknown profile 'lap': did you mean 'lab'?" in capsys.readouterr().err


# Precedence of settings


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Loopback]]:
    """A server for each source of settings, and a password in the environment."""
    monkeypatch.setenv("VIDISPINE_PASSWORD", SECRET)
    found = {name: Loopback() for name in ("option", "environment", "profile")}
    for name, server in found.items():
        server.otherwise = reply(name, media_type="text/plain")
    yield found
    for server in found.values():
        server.close()


def test_precedence(servers: dict[str, Loopback], monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    add("lab", "--host", servers["profile"].url, "--username", "profile")
    assert responding_server(capsys) == "profile"
    monkeypatch.setenv("VIDISPINE_HOST", servers["environment"].url)
    assert responding_server(capsys) == "environment"
    # --profile takes precedence. The password of the environment is for another server.
    assert main(["--profile", "lab", "whoami"]) == 2
    assert f"no password for profile at {servers['profile'].url}" in capsys.readouterr().err
    assert main(["whoami", "--host", servers["option"].url]) == 2
    monkeypatch.setenv("VIDISPINE_HOST", servers["option"].url)
    assert responding_server(capsys, "--host", servers["option"].url) == "option"


def responding_server(capsys: Capture, *arguments: str) -> str:
    """Return the name of the server that responds to a command."""
    capsys.readouterr()
    assert main([*arguments, "whoami", "--json"]) == 0, capsys.readouterr().err
    user: str = json.loads(capsys.readouterr().out)["user"]
    return user


def sent(server: Loopback) -> str | None:
    return server.last.header("Authorization")


def test_options_before_and_after_the_command(servers: dict[str, Loopback], capsys: Capture) -> None:
    url = servers["option"].url
    for arguments in (
        ["--host", url, "--username", "ada", "whoami"],
        ["whoami", "--host", url, "--username", "ada"],
        ["--host", "http://192.0.2.1", "--username", "ada", "whoami", "--host", url],
    ):
        assert main(arguments) == 0
        assert capsys.readouterr().out == f"option at {url}\n"


def test_profile_of_the_environment(
    servers: dict[str, Loopback], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    add("one", "--host", servers["environment"].url, "--username", "ada")
    add("two", "--host", servers["profile"].url, "--username", "ada")
    assert responding_server(capsys) == "environment"
    monkeypatch.setenv("VIDISPINE_PROFILE", "two")
    assert responding_server(capsys) == "profile"
    assert responding_server(capsys, "--profile", "one") == "environment"


def test_token_is_sent_only_to_its_server(
    servers: dict[str, Loopback], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("VIDISPINE_HOST", servers["environment"].url)
    monkeypatch.setenv("VIDISPINE_TOKEN", "t0ken")
    assert responding_server(capsys) == "environment"
    assert sent(servers["environment"]) == "token t0ken"
    monkeypatch.delenv("VIDISPINE_PASSWORD")
    for arguments in (
        ["--host", servers["option"].url, "whoami"],
        ["--host", servers["option"].url, "--username", "ada", "whoami"],
        ["--username", "ada", "whoami"],
    ):
        assert main(arguments) == 2
    assert servers["option"].requests == []
    assert len(servers["environment"].requests) == 1


def test_password_is_sent_only_for_its_user(
    servers: dict[str, Loopback], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("VIDISPINE_HOST", servers["environment"].url)
    monkeypatch.setenv("VIDISPINE_USERNAME", "ada")
    assert main(["whoami", "--username", "bob"]) == 2
    assert "no password for bob" in capsys.readouterr().err
    assert servers["environment"].requests == []


def test_other_settings(servers: dict[str, Loopback], capsys: Capture) -> None:
    add("lab", "--host", servers["profile"].url, "--username", "ada", "--run-as", "bob", "--retries", "0")
    assert responding_server(capsys) == "profile"
    assert servers["profile"].last.header("RunAs") == "bob"
    servers["profile"].responses.append(reply({}, 503))
    assert main(["whoami"]) == 1
    assert len(servers["profile"].requests) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--timeout", "0"], "'0' is not a number of seconds above 0 and up to 100 years"),
        (["--timeout", "nan"], "'nan' is not a number of seconds above 0 and up to 100 years"),
        (["--retries", "-1"], "-1 is not in the range x>=0"),
        (["--ca-file", "nowhere.pem"], "Path 'nowhere.pem' does not exist"),
    ],
)
def test_invalid_settings(arguments: list[str], message: str, capsys: Capture) -> None:
    assert main([*arguments, "whoami"]) == 2
    assert message in capsys.readouterr().err


def test_an_empty_option_is_a_warning(lab: Simulator, config_file: Path) -> None:
    settings = {
        "VIDISPINE_USERNAME": "ada",
        "VIDISPINE_PASSWORD": SECRET,
        "VIDISPINE_HOST": lab.url,
        "VIDISPINE_CONFIG": str(config_file),
    }
    done = run("whoami", "--run-as", "", **settings)
    required = "must not be empty, which 7.0.0 requires: '' means"
    assert done.stderr == f"vidispine: warning: --run-as {required} the user of the credentials\n"
    assert done.stdout.startswith("ada at ")
    done = run("whoami", "--host", "", **settings)
    assert done.stderr.startswith(f"vidispine: warning: --host {required} http://localhost:8080/API\n")
    done = run("profile", "add", "empty", "--host", lab.url, "--username", "ada", "--run-as", "", **settings)
    assert done.stderr.startswith(f"vidispine: warning: --run-as {required} the user of the credentials\n")
    assert "run_as" not in config_file.read_text(encoding="utf-8")
    config_file.write_text('[profiles.empty]\nhost = ""\nrun_as = ""\n', encoding="utf-8")
    done = run("whoami", "--profile", "empty", **settings)
    assert [line.partition(" must")[0] for line in done.stderr.splitlines()[:2]] == [
        "vidispine: warning: host of profile 'empty'",
        "vidispine: warning: run_as of profile 'empty'",
    ]


@pytest.mark.parametrize("command", ["whoami", "login", "logout"])
def test_an_empty_username_is_an_error(command: str, capsys: Capture) -> None:
    assert main([command, "--username", ""]) == 2
    assert "vidispine: no username" in capsys.readouterr().err


def test_missing_username(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.delenv("VIDISPINE_USERNAME", raising=False)
    assert main(["whoami"]) == 2
    error = capsys.readouterr().err
    assert "no username for http://localhost:8080/API: use --username or --profile, or set VIDISPINE_USERNAME" in error


# Passwords


def test_keyring(keyring: dict[str, str], lab: Simulator, tmp_path: Path) -> None:
    assert run("profile", "add", "lab", "--host", lab.url, "--username", "ada", **keyring).returncode == 0
    before = run("whoami", **keyring)
    assert (before.returncode, before.stdout) == (2, "")
    assert "store one with 'vidispine login'" in before.stderr
    done = feed(f"{SECRET}\n", "login", "--password-stdin", **keyring)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"Stored the password of ada at {lab.url}/API in the keyring\n"
    assert run("whoami", **keyring).stdout == f"ada at {lab.url}/API (profile lab)\n"
    environment = {**keyring, "VIDISPINE_PASSWORD": SECRET}
    other = lab.url.replace("127.0.0.1", "localhost")
    elsewhere = run("whoami", "--host", other, "--json", **environment)
    assert json.loads(elsewhere.stdout)["profile"] is None, "the profile does not name this host"
    assert SECRET not in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert run("logout", **keyring).returncode == 0
    assert run("whoami", **keyring).returncode == 2
    again = run("logout", **keyring)
    assert (again.returncode, again.stderr) == (1, f"vidispine: the keyring has no password of ada at {lab.url}/API\n")


def test_wrong_password_is_not_stored(keyring: dict[str, str], lab: Simulator) -> None:
    given = ["--host", lab.url, "--username", "ada"]
    done = feed("wrong\n", "login", "--password-stdin", *given, **keyring)
    assert (done.returncode, done.stdout) == (5, "")
    assert "401" in done.stderr
    assert "'vidispine login' stores a new one" in done.stderr
    assert not Path(keyring["TEST_KEYRING"]).exists()
    assert feed("\n", "login", "--password-stdin", *given, **keyring).returncode == 2


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("keyring_of_the_tests.Locked", "the keyring cannot be used: Failed to unlock the collection!"),
        ("keyring.backends.fail.Keyring", "there is no keyring on this machine"),
    ],
)
def test_failing_keyring(backend: str, reason: str, keyring: dict[str, str], lab: Simulator) -> None:
    given = ["--host", lab.url, "--username", "ada"]
    failing = {**keyring, "PYTHON_KEYRING_BACKEND": backend}
    done = run("whoami", *given, **failing)
    assert (done.returncode, done.stdout) == (2, "")
    assert "set VIDISPINE_PASSWORD" in done.stderr
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    done = feed(f"{SECRET}\n", "login", "--password-stdin", *given, **failing)
    assert (done.returncode, done.stderr) == (1, f"vidispine: {reason}\n")
    assert run("whoami", *given, **failing, VIDISPINE_PASSWORD=SECRET).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_password_prompt(keyring: dict[str, str], lab: Simulator) -> None:
    with Terminal(80, 24, "whoami", "--host", lab.url, "--username", "ada", **keyring) as terminal:
        terminal.read_until(f"Password of ada at {lab.url}/API: ")
        terminal.press(f"{SECRET}\n".encode())
        terminal.read_all()
        assert terminal.exit_code == 0
        assert terminal.lines[-2] == f"ada at {lab.url}/API"
        assert SECRET not in terminal.text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_ctrl_c_at_the_password_prompt(keyring: dict[str, str], lab: Simulator) -> None:
    with Terminal(80, 24, "whoami", "--host", lab.url, "--username", "ada", **keyring) as terminal:
        terminal.read_until("Password of ada")
        terminal.interrupt()
        assert terminal.exit_code == 130
        assert "Traceback" not in terminal.text


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_process_shows_no_password(keyring: dict[str, str]) -> None:
    """Passwords from standard input and from the keyring are not in the arguments and the environment of a process."""
    with Loopback() as server:
        server.otherwise = reply("ada", media_type="text/plain")
        given = ["--host", server.url, "--username", "ada"]
        assert feed(f"{SECRET}\n", "login", "--password-stdin", *given, **keyring).returncode == 0
        server.otherwise = lambda connection, request: bool(connection.recv(1))  # never responds
        with start("whoami", *given, **keyring) as process:
            try:
                while len(server.requests) < 2:
                    assert process.poll() is None
                arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                variables = Path(f"/proc/{process.pid}/environ").read_bytes()
            finally:
                process.kill()
                process.communicate(timeout=TIMEOUT)
    assert b"ada" in arguments
    assert SECRET.encode() not in arguments + variables
    assert server.requests[1].header("Authorization")


def test_no_option_for_a_password() -> None:
    done = run("login", "--password", SECRET)
    assert done.returncode == 2
    assert SECRET not in done.stderr


def test_warning_is_one_line(lab: Simulator) -> None:
    settings = {"VIDISPINE_USERNAME": "ada", "VIDISPINE_PASSWORD": SECRET, "ALL_PROXY": "socks5://proxy:1080"}
    done = run("jobs", "list", "--host", lab.url, **settings)
    expected = "vidispine: warning: ALL_PROXY is ignored: SOCKS proxies are not supported"
    assert done.stderr.splitlines() == [expected, "No jobs"]
