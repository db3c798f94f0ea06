"""Clients with the settings of a profile of the command."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import PASSWORD, Loopback
from vidispine import ApiTypeError, ApiValueError, Client, Configuration

keyring = pytest.importorskip("keyring", reason="needs the extra cli")

VARIABLES = ("HOST", "USERNAME", "PASSWORD", "TOKEN", "BEARER", "RUN_AS", "PROFILE")


@pytest.fixture(autouse=True)
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """The passwords in the keyring, by service and user."""
    found: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda *key: found.get(key))
    for name in VARIABLES:
        monkeypatch.delenv(f"VIDISPINE_{name}", raising=False)
    return found


@pytest.fixture(autouse=True)
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Loopback) -> Path:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("VIDISPINE_CONFIG", str(file))
    file.write_text(
        f'current = "lab"\n[profiles.lab]\nhost = "{server.url}"\nusername = "ada"\ntimeout = 7.5\nretries = 0\n'
        f'[profiles.live]\nhost = "{server.url}/live"\nusername = "bob"\nrun_as = "eve"\nverify = false\n',
        encoding="utf-8",
    )
    return file


def user_of(authorization: str | None) -> str:
    return base64.b64decode((authorization or "").partition("Basic ")[2]).decode()


def test_settings_of_the_profile_and_password_of_the_keyring(
    server: Loopback, stored: dict[tuple[str, str], str]
) -> None:
    stored["vidispine", f"ada@{server.url}"] = PASSWORD
    with Client.from_profile("lab") as client:
        client.job.get_job("VX-1")
    assert user_of(server.only.header("Authorization")) == f"ada:{PASSWORD}"
    settings = client.settings
    assert (settings.host, settings.timeout, settings.retries, settings.run_as) == (server.url, 7.5, 0, None)


@pytest.mark.parametrize("name", ["live", None])
def test_password_of_the_environment(name: str | None, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    monkeypatch.setenv("VIDISPINE_PROFILE", "live")
    with Client.from_profile(name) as client:
        client.job.get_job("VX-1")
    assert user_of(server.only.header("Authorization")) == f"bob:{PASSWORD}"
    assert server.only.header("RunAs") == "eve"
    assert (client.settings.host, client.settings.verify_ssl) == (f"{server.url}/live", False)


def test_environment_names_no_other_server_user_or_token(
    server: Loopback, stored: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored["vidispine", f"ada@{server.url}"] = PASSWORD
    for name in ("HOST", "USERNAME", "PASSWORD", "TOKEN", "BEARER", "RUN_AS"):
        monkeypatch.setenv(f"VIDISPINE_{name}", "http://192.0.2.1" if name == "HOST" else "other")
    with Client.from_profile() as client:
        client.job.get_job("VX-1")
    assert user_of(server.only.header("Authorization")) == f"ada:{PASSWORD}"
    assert server.only.header("RunAs") is None
    # The password of the environment is for another server.
    with pytest.raises(ApiValueError, match="no password for bob at "):
        Client.from_profile("live")


@pytest.mark.parametrize(("kind", "header"), [("token", "token t0ken"), ("bearer", "Bearer t0ken")])
def test_given_settings_replace_those_of_the_profile(kind: str, header: str, server: Loopback) -> None:
    given: Any = {kind: lambda: "t0ken", "run_as": "alice", "timeout": (1, 2), "accept_gzip": True}
    with Client.from_profile("live", **given) as client:
        client.job.get_job("VX-1")
    request = server.only
    assert [request.header(name) for name in ("Authorization", "RunAs", "Accept-Encoding")] == [header, "alice", "gzip"]
    assert client.settings.timeout == (1, 2)


@pytest.mark.parametrize(
    ("name", "settings", "warning", "message"),
    [
        (
            "empty",
            {},
            FutureWarning,
            "run_as of profile 'empty' must not be empty, which 7.0.0 requires: '' means the user",
        ),
        ("live", {"run_as": ""}, DeprecationWarning, "run_as must not be empty"),
    ],
)
def test_an_empty_setting_is_a_warning(
    name: str,
    settings: Any,
    warning: type[Warning],
    message: str,
    server: Loopback,
    config_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    with config_file.open("a", encoding="utf-8") as file:
        file.write(f'[profiles.empty]\nhost = "{server.url}"\nusername = "ada"\nrun_as = ""\n')
    with pytest.warns(warning, match=f"^{message}") as caught, Client.from_profile(name, **settings) as client:
        client.job.get_job("VX-1")
    assert [one.filename for one in caught] == [__file__]
    assert user_of(server.only.header("Authorization")).endswith(f":{PASSWORD}")
    assert server.only.header("RunAs") is None


def test_subclasses_keep_their_class(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine(Client):
        pass

    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    with Mine.from_profile("lab") as client:
        assert type(client) is Mine
        assert type(client.settings) is Configuration


@pytest.mark.parametrize(
    ("name", "settings", "content", "error", "problem"),
    [
        ("lap", {}, None, ApiValueError, "unknown profile 'lap': did you mean 'lab'?"),
        ("", {}, None, ApiValueError, "unknown profile ''"),
        (None, {}, "", ApiValueError, "there is no current profile: pass the name of one"),
        ("lab", {}, None, ApiValueError, "no password for ada at "),
        ("x", {}, "[profiles.x]\nhost = 'http://h'", ApiValueError, "profile 'x' has no username, and no token"),
        ("x", {}, "[profiles.x]\nusername = ''", ApiValueError, "profile 'x' has no username, and no token"),
        ("x", {}, "[profiles.x]\npassword = 'p'", ApiValueError, "a password must not be stored in this file"),
        ("x", {}, "[profiles.x]\ntimeout = nan", ApiValueError, "profile 'x': the timeout is not above 0"),
        ("x", {}, "[profiles.x", ApiValueError, "config.toml: "),
        (5, {}, None, ApiTypeError, "name must be the name of a profile, not int"),
        ("lab", {"token": "t", "retires": 2}, None, ApiTypeError, "no parameter 'retires': did you mean 'retries'"),
        ("lab", {"token": 5}, None, ApiTypeError, "token must be a string or a callable"),
    ],
)
def test_invalid_profiles(
    name: Any, settings: Any, content: str | None, error: type[Exception], problem: str, config_file: Path
) -> None:
    if content is not None:
        config_file.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=problem.replace("?", "[?]")):
        Client.from_profile(name, **settings)


def test_error_shows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    with pytest.raises(ApiTypeError) as caught:
        Client.from_profile("lab", retires=2)  # type: ignore[call-arg]
    traceback = caught.value.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals["__name__"].startswith("vidispine"):
            assert PASSWORD not in repr(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next


@pytest.mark.parametrize("module", ["tomlkit", "keyring"])
def test_a_missing_extra_is_named(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"requires the extra cli: pip install 'vidispine\[cli\]'"):
        Client.from_profile("lab")
