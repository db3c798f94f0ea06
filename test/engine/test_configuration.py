"""Configuration: isolation, precedence of sources, and no secrets in output."""

from __future__ import annotations

import base64
import copy
import logging
import os
import pickle
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, reply
from vidispine import ApiClient, ApiFileError, ApiTypeError, ApiValueError, Configuration
from vidispine._calls.operation import TEXT, Operation, header, path, query

SECRET = "plan7ed-s3cret"
READ: Operation[Any] = Operation(
    "read_thing", "GET", "/thing/{thing-id}", "str", (TEXT,), path("thing-id"), query("note"), header("X")
)


@pytest.fixture(autouse=True)
def _default_and_log_as_before() -> Iterator[None]:
    logger = logging.getLogger("vidispine")
    before = (list(logger.handlers), logger.level)
    yield
    Configuration.set_default(None)
    for handler in set(logger.handlers) - set(before[0]):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(before[1])


# Sources of settings


def test_default_settings() -> None:
    configuration = Configuration()
    assert configuration.host == "http://localhost:8080/API"
    assert configuration.timeout == (10.0, 60.0)
    assert configuration.retries == 2
    assert configuration.verify_ssl is True
    assert configuration.safe_chars_for_path_param == ""
    assert configuration.authorization() is None


def test_positional_arguments_of_5_0_4() -> None:
    configuration = Configuration("http://h/API", {"k": "v"}, {"k": "Bearer"}, "ann", "pw")
    assert configuration.host == "http://h/API"
    assert configuration.api_key == {"k": "v"}
    assert configuration.api_key_prefix == {"k": "Bearer"}
    assert (configuration.username, configuration.password) == ("ann", "pw")


def test_configurations_share_no_state() -> None:
    keys = {"k": "v"}
    one = Configuration(host="http://one", api_key=keys)
    two = Configuration(host="http://two")
    one.api_key["other"] = "w"
    one.timeout = 1
    assert (one.host, two.host) == ("http://one", "http://two")
    assert two.api_key == {}
    assert keys == {"k": "v"}
    assert two.timeout == (10.0, 60.0)


def test_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_HOST", "http://env/API")
    monkeypatch.setenv("VIDISPINE_USERNAME", "eve")
    monkeypatch.setenv("VIDISPINE_PASSWORD", "pw")
    configuration = Configuration()
    assert configuration.host == "http://env/API"
    assert configuration.authorization() == basic("eve", "pw")
    given = Configuration(host="http://arg", username="ann", password="other")
    assert given.host == "http://arg"
    assert given.authorization() == basic("ann", "other")


def test_empty_environment_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "USERNAME", "PASSWORD", "TOKEN", "BEARER", "RUN_AS"):
        monkeypatch.setenv(f"VIDISPINE_{name}", "")
    configuration = Configuration()
    assert configuration.host == "http://localhost:8080/API"
    assert configuration.authorization() is None


def test_token_of_the_environment_yields_to_given_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_TOKEN", "tok")
    assert Configuration().authorization() == "token tok"
    assert Configuration(username="ann", password="pw").authorization() == basic("ann", "pw")
    later = Configuration()
    later.username, later.password = "ann", "pw"
    assert later.authorization() == basic("ann", "pw")


def test_bearer_of_the_environment_yields_to_given_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_BEARER", "jwt")
    monkeypatch.setenv("VIDISPINE_RUN_AS", "bob")
    assert Configuration().authorization() == "Bearer jwt"
    assert Configuration(token="tok").authorization() == "token tok"
    assert Configuration(username="ann", password="pw").authorization() == basic("ann", "pw")
    assert Configuration(username="ann", password="pw", bearer="mine").authorization() == "Bearer mine"
    assert Configuration().run_as == "bob"


def test_default_is_copied_when_set_and_when_read() -> None:
    default = Configuration(host="http://default", username="ann", timeout=3)
    Configuration.set_default(default)
    default.host = "http://changed"
    first = Configuration()
    first.api_key["k"] = "v"
    first.host = "http://first"
    second = Configuration(timeout=4)
    assert second.host == "http://default"
    assert second.username == "ann"
    assert second.timeout == 4
    assert second.api_key == {}
    Configuration.set_default(None)
    assert Configuration().host == "http://localhost:8080/API"


def test_default_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDISPINE_HOST", "http://env")
    Configuration.set_default(Configuration(host="http://default"))
    assert Configuration().host == "http://default"


def test_default_may_hold_uncopyable_values() -> None:
    class Tokens:
        def __init__(self) -> None:
            self.lock = threading.Lock()
            self.asked = 0

        def token(self) -> str:
            with self.lock:
                self.asked += 1
                return f"t{self.asked}"

    tokens = Tokens()
    Configuration.set_default(Configuration(bearer=tokens.token))
    assert Configuration().authorization() == "Bearer t1"
    assert copy.deepcopy(Configuration()).authorization() == "Bearer t2"
    assert tokens.asked == 2


def test_client_without_a_configuration_uses_the_default(server: Loopback) -> None:
    Configuration.set_default(Configuration(host=server.url, username="ann", password="pw"))
    with ApiClient() as client:
        client.call(READ, ("VX-1", None, None))
    assert server.only.header("Authorization") == basic("ann", "pw")


# Credentials


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("credentials", "authorization"),
    [
        ({}, None),
        ({"username": "ann", "password": "pw"}, basic("ann", "pw")),
        ({"username": "ann"}, basic("ann", "")),
        ({"password": "pw"}, basic("", "pw")),
        ({"username": "Jürgen", "password": "日本:x"}, basic("Jürgen", "日本:x")),
        ({"username": b"ann", "password": "p\u00e9".encode()}, basic("ann", "pé")),
        ({"token": "tok"}, "token tok"),
        ({"username": "ann", "password": "pw", "token": "tok"}, "token tok"),
        ({"bearer": "jwt"}, "Bearer jwt"),
        ({"bearer": lambda: "asked"}, "Bearer asked"),
        ({"username": "ann", "password": "pw", "token": "tok", "bearer": "jwt"}, "Bearer jwt"),
    ],
)
def test_authorization_header_by_credentials(server: Loopback, credentials: Any, authorization: str | None) -> None:
    with ApiClient(Configuration(host=server.url, **credentials)) as client:
        client.call(READ, ("VX-1", None, None))
    assert server.only.header("Authorization") == authorization


def test_bearer_callable_is_called_for_each_request(server: Loopback) -> None:
    tokens = iter(["one", "two"])
    with ApiClient(Configuration(host=server.url, bearer=lambda: next(tokens))) as client:
        client.call(READ, ("VX-1", None, None))
        client.call(READ, ("VX-1", None, None))
    assert [request.header("Authorization") for request in server.requests] == ["Bearer one", "Bearer two"]


def test_run_as(server: Loopback) -> None:
    with ApiClient(Configuration(host=server.url, username="admin", password="pw", run_as="ann")) as client:
        client.call(READ, ("VX-1", None, None))
    assert server.only.header("RunAs") == "ann"
    assert server.only.header("Authorization") == basic("admin", "pw")


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({"username": 7}, "username must be a string, not int"),
        ({"password": ["x"]}, "password must be a string, not list"),
        ({"bearer": 7}, "bearer must be a string or a callable, not int"),
        ({"token": 7}, "token must be a string or a callable, not int"),
    ],
)
def test_rejects_credentials_of_the_wrong_type(credentials: Any, words: str) -> None:
    with pytest.raises(ApiTypeError, match=f"^{words}$"):
        Configuration(**credentials)


@pytest.mark.parametrize("credentials", [{"token": f"{SECRET}\r\nX: y"}, {"bearer": f"{SECRET}\n"}, {"bearer": "日本"}])
def test_rejects_credentials_invalid_in_a_header_without_showing_them(server: Loopback, credentials: Any) -> None:
    with ApiClient(Configuration(host=server.url, **credentials)) as client, pytest.raises(ApiValueError) as caught:
        client.call(READ, ("VX-1", None, None))
    assert server.requests == []
    assert "Authorization" in str(caught.value)
    assert_no_secret(str(caught.value), repr(caught.value))


@pytest.mark.parametrize("name", ["ann\r\nX: y", "ann\x00", "日本"])
def test_rejects_run_as_invalid_in_a_header(server: Loopback, name: str) -> None:
    with (
        ApiClient(Configuration(host=server.url, run_as=name)) as client,
        pytest.raises(ApiValueError, match="run_as"),
    ):
        client.call(READ, ("VX-1", None, None))
    assert server.requests == []


def test_api_keys() -> None:
    configuration = Configuration(api_key={"a": "1", "b": "2"}, api_key_prefix={"a": "Bearer"})
    assert configuration.get_api_key_with_prefix("a") == "Bearer 1"
    assert configuration.get_api_key_with_prefix("b") == "2"
    assert configuration.get_api_key_with_prefix("c") is None
    configuration.refresh_api_key_hook = lambda it: it.api_key.update(a="fresh")
    assert configuration.get_api_key_with_prefix("a") == "Bearer fresh"


def test_auth_helpers_of_5_0_4() -> None:
    configuration = Configuration(username="ann", password="pw")
    assert configuration.get_basic_auth_token() == basic("ann", "pw")
    assert configuration.auth_settings()["basicAuth"] == {
        "type": "basic",
        "in": "header",
        "key": "Authorization",
        "value": basic("ann", "pw"),
    }


def test_basic_authentication_follows_the_settings() -> None:
    configuration = Configuration(username="ann", password="pw")
    headers = [configuration.get_basic_auth_token()]
    configuration.password = "new"
    headers.append(configuration.get_basic_auth_token())
    derived = copy.copy(configuration)
    derived.username = "bob"
    headers += [derived.get_basic_auth_token(), configuration.get_basic_auth_token()]
    assert headers == [basic("ann", "pw"), basic("ann", "new"), basic("bob", "new"), basic("ann", "new")]


# Host


def test_host_helpers_of_5_0_4() -> None:
    configuration = Configuration(host="http://elsewhere")
    assert configuration.get_host_settings()[0]["url"] == "http://localhost:8080/API"
    assert configuration.get_host_from_settings(0) == "http://localhost:8080/API"
    assert configuration.get_host_from_settings(0, {}) == "http://localhost:8080/API"
    with pytest.raises(ValueError, match="no server 1"):
        configuration.get_host_from_settings(1)
    with pytest.raises(ApiValueError):
        configuration.get_host_from_settings(-1)


@pytest.mark.parametrize(
    "host", ["", "localhost:8080/API", "ftp://localhost/API", "http://", "/API", "http://[::1", "http://h:port/API"]
)
def test_call_rejects_a_host_that_is_no_url(host: str) -> None:
    configuration = Configuration()
    configuration.host = host
    with (
        ApiClient(configuration) as client,
        pytest.raises(ApiValueError, match=r"^read_thing: host must be a URL such as"),
    ):
        client.call(READ, ("VX-1", None, None))


def test_rejects_credentials_in_the_host_without_showing_them() -> None:
    configuration = Configuration(host=f"http://ann:{SECRET}@localhost:1/API")
    with (
        ApiClient(configuration) as client,
        pytest.raises(ApiValueError, match="not contain credentials") as caught,
    ):
        client.call(READ, ("VX-1", None, None))
    assert_no_secret(str(caught.value), repr(configuration), repr(client), configuration.to_debug_report())


@pytest.mark.parametrize("end", ["", "/", "//"])
def test_trailing_slash_of_the_host_is_ignored(server: Loopback, end: str) -> None:
    with ApiClient(Configuration(host=server.url + end)) as client:
        client.call(READ, ("VX-1", None, None))
    assert server.only.target == "/API/thing/VX-1"


def test_host_set_later_is_used(server: Loopback) -> None:
    with Loopback() as other, ApiClient(Configuration(host=server.url)) as client:
        client.call(READ, ("VX-1", None, None))
        client.configuration.host = other.url
        client.call(READ, ("VX-2", None, None))
        client.configuration.host = server.url
        client.call(READ, ("VX-3", None, None))
        assert [request.path for request in other.requests] == ["/API/thing/VX-2"]
    assert [request.path for request in server.requests] == ["/API/thing/VX-1", "/API/thing/VX-3"]


@pytest.mark.parametrize("retries", [-1, 1.5, "2", [2]])
def test_rejects_invalid_retries(server: Loopback, retries: Any) -> None:
    with (
        ApiClient(Configuration(host=server.url, retries=retries)) as client,
        pytest.raises(ApiValueError, match=r"^read_thing: retries must be a number from 0"),
    ):
        client.call(READ, ("VX-1", None, None))
    assert server.requests == []


# Output


def assert_no_secret(*texts: str) -> None:
    for text in texts:
        assert SECRET not in text
        assert base64.b64encode(SECRET.encode()).decode().rstrip("=")[:-2] not in text
        assert base64.b64encode(f"ann:{SECRET}".encode()).decode() not in text


def full_of_secrets(host: str, **more: Any) -> Configuration:
    return Configuration(
        host=host, api_key={"k": SECRET}, username="ann", password=SECRET, bearer=SECRET, timeout=20, retries=0, **more
    )


def test_printed_configuration_shows_no_secret() -> None:
    configuration = full_of_secrets("http://h/API", token=SECRET)
    client = ApiClient(configuration, "X-Key", SECRET, cookie=SECRET)
    texts = [repr(configuration), str(configuration), configuration.to_debug_report(), repr(client), str(client)]
    assert_no_secret(*texts, f"{configuration}", f"{client.rest_client!r}")
    assert "http://h/API" in repr(configuration)
    assert "ann" in repr(configuration)


def test_debug_report() -> None:
    report = Configuration(host="http://h/API").to_debug_report()
    assert vidispine.__version__ in report
    assert "http://h/API" in report
    assert "Python Version: 3." in report


def test_debug_log_names_the_call_without_values(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    server.otherwise = reply(f"response {SECRET}", headers={"X-Responder": SECRET}, media_type="text/plain")
    configuration = full_of_secrets(server.url)
    configuration.debug = True
    with ApiClient(configuration, "X-Key", SECRET, cookie=SECRET) as client:
        client.call(READ, ("VX-1", SECRET, SECRET), {"_headers": {"X-More": SECRET}})
    assert server.only.header("Cookie") == SECRET
    lines = [record.getMessage() for record in caplog.records if record.name == "vidispine"]
    assert len(lines) == 1
    assert lines[0].startswith("read_thing: GET /thing/VX-1 [note] -> 200 in ")
    assert_no_secret(caplog.text)


def test_failed_call_is_logged_without_secrets(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    configuration = full_of_secrets(server.url)
    configuration.debug = True
    server.responses = [reply(f"response {SECRET}", 500, media_type="text/plain")]
    with ApiClient(configuration) as client, pytest.raises(vidispine.ServiceException) as caught:
        client.call(READ, ("VX-1", SECRET, SECRET))
    assert "-> 500" in caplog.text
    assert_no_secret(caplog.text, str(caught.value))


@pytest.mark.parametrize("port", [1])
def test_errors_without_a_response_show_no_secret(port: int) -> None:
    with (
        ApiClient(full_of_secrets(f"http://127.0.0.1:{port}/API"), cookie=SECRET) as client,
        pytest.raises(vidispine.ApiConnectionError) as caught,
    ):
        client.call(READ, ("VX-1", SECRET, SECRET))
    error: BaseException | None = caught.value
    assert_no_secret(str(error), repr(error))


def test_nothing_is_logged_by_default(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    with ApiClient(Configuration(host=server.url)) as client:
        assert client.configuration.debug is False
        client.call(READ, ("VX-1", None, None))
    assert not [record for record in caplog.records if record.name == "vidispine"]


def test_debug_can_be_turned_off(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    configuration = Configuration(host=server.url)
    configuration.debug = True
    configuration.debug = False
    with ApiClient(configuration) as client:
        client.call(READ, ("VX-1", None, None))
    assert not [record for record in caplog.records if record.name == "vidispine"]


def log_to(file: Path, server: Loopback) -> Configuration:
    configuration = Configuration(host=server.url)
    configuration.debug = True
    configuration.logger_format = "<%(message)s>"
    configuration.logger_file = str(file)
    return configuration


def test_log_is_written_to_a_file(server: Loopback, tmp_path: Path) -> None:
    configuration = log_to(tmp_path / "log", server)
    with ApiClient(configuration) as client:
        client.call(READ, ("VX-1", None, None))
        (line,) = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
        assert line.startswith("<read_thing: GET /thing/VX-1 [] -> 200 in ")
        configuration.logger_format = "[%(message)s]"
        client.call(READ, ("VX-2", None, None))
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines()[1].startswith("[read_thing")


def test_second_log_file_replaces_the_first(server: Loopback, tmp_path: Path) -> None:
    configuration = log_to(tmp_path / "one", server)
    with ApiClient(configuration) as client:
        configuration.logger_file = str(tmp_path / "two")
        client.call(READ, ("VX-1", None, None))
        configuration.logger_file = None
        client.call(READ, ("VX-2", None, None))
    assert configuration.logger_file is None
    assert (tmp_path / "one").read_text(encoding="utf-8") == ""
    assert len((tmp_path / "two").read_text(encoding="utf-8").splitlines()) == 1


def missing_folder(tmp_path: Path) -> Path:
    return tmp_path / "missing" / "log"


def folder(tmp_path: Path) -> Path:
    return tmp_path


def file_as_folder(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file" / "log"


def long_name(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 300)


@pytest.mark.parametrize("make", [missing_folder, folder, file_as_folder, long_name])
@pytest.mark.parametrize("convert", [str, Path, os.fsencode])
def test_log_file_that_cannot_be_written(make: Callable[[Path], Path], convert: Any, tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(OSError, match=f"^logger_file: cannot write to .*{path.name}.*: [a-z ]+$") as caught:
        Configuration(logger_file=convert(path))
    error: Any = caught.value
    assert type(error) is ApiFileError
    cause: Any = error.__cause__
    again: Any = pickle.loads(pickle.dumps(error))
    assert error.errno == again.errno == cause.errno > 0
    assert str(again) == str(error)


def test_log_file_that_cannot_be_written_changes_nothing(server: Loopback, tmp_path: Path) -> None:
    configuration = log_to(tmp_path / "log", server)
    handlers = logging.getLogger("vidispine").handlers[:]
    with pytest.raises(ApiFileError):
        configuration.logger_file = str(tmp_path)
    assert configuration.logger_file == str(tmp_path / "log")
    assert logging.getLogger("vidispine").handlers == handlers
    configuration.debug, configuration.logger_file = False, None


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"logger_file": 5}, ApiTypeError, "logger_file must be the path of a file, not int"),
        ({"logger_file": True}, ApiTypeError, "logger_file must be the path of a file"),
        ({"logger_file": object()}, ApiTypeError, "logger_file must be the path of a file, not object"),
        ({"logger_file": "a\0b"}, ApiValueError, r"logger_file: 'a\\x00b' is not a valid path"),
        ({"logger_format": 5}, ApiTypeError, "logger_format must be a string, not int"),
        ({"logger_format": None}, ApiTypeError, "logger_format must be a string"),
        ({"logger_format": "%(message"}, ApiValueError, "logger_format: .*%\\(message"),
        ({"logger_format": "{message}"}, ApiValueError, "logger_format: .*{message}"),
    ],
)
def test_invalid_settings_of_the_log(settings: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        Configuration(**settings)


def test_loggers_of_5_0_4() -> None:
    loggers = Configuration().logger
    assert loggers["package_logger"] is logging.getLogger("vidispine")
    assert loggers["urllib3_logger"] is logging.getLogger("urllib3")


# Names


def test_a_misspelled_setting_is_an_error_that_names_the_right_one() -> None:
    configuration = Configuration()
    for wrong, right in (("verify_tls", "verify_ssl"), ("timeouts", "timeout"), ("user_name", "username")):
        with pytest.raises(AttributeError, match=f"no setting '{wrong}': did you mean '{right}'"):
            setattr(configuration, wrong, 1)


@pytest.mark.parametrize("name", ["verify_ssl", "accept_gzip"])
@pytest.mark.parametrize(("value", "meaning"), [(None, "None turns it off"), ("false", "'false' turns it on")])
def test_setting_that_is_neither_true_nor_false_is_a_warning(name: str, value: Any, meaning: str) -> None:
    configuration = Configuration()
    with pytest.warns(DeprecationWarning, match=f"{name} must be True or False, .*{meaning}") as caught:
        setattr(configuration, name, value)
    assert caught[0].filename == __file__
    assert getattr(configuration, name) is value


@pytest.mark.parametrize("is_argument", [True, False])
def test_empty_run_as_is_a_warning(is_argument: bool, server: Loopback) -> None:
    def configure() -> Configuration:
        if is_argument:
            return Configuration(server.url, username="ann", password="pw", run_as="")
        configuration = Configuration(server.url, username="ann", password="pw")
        configuration.run_as = ""
        return configuration

    expected = "^run_as must not be empty, .*: '' means the user of the credentials; omit run_as"
    with pytest.warns(DeprecationWarning, match=expected) as caught:
        configuration = configure()
    assert [one.filename for one in caught] == [__file__]
    with ApiClient(configuration) as client:
        client.call(READ, ("VX-1", None, None))
    assert server.only.header("Authorization") == basic("ann", "pw")
    assert server.only.header("RunAs") is None


def test_run_as_may_be_none_and_is_copied_without_a_warning() -> None:
    with pytest.warns(DeprecationWarning, match="run_as must not be empty"):
        configuration = Configuration(run_as="")
    assert copy.copy(configuration).run_as == pickle.loads(pickle.dumps(configuration)).run_as == ""
    configuration.run_as = None
    assert configuration.run_as is None


def test_an_unknown_setting_is_a_warning() -> None:
    configuration = Configuration()
    with pytest.warns(UserWarning, match="no setting 'zzz': it has no effect"):
        configuration.zzz = 1  # type: ignore[attr-defined]


def test_names_of_5_0_4_and_of_subclasses_are_accepted() -> None:
    configuration = Configuration()
    configuration.logger_stream_handler = None  # type: ignore[attr-defined]

    class Mine(Configuration):
        def __init__(self) -> None:
            super().__init__()
            self.time_outs = 3

    assert Mine().time_outs == 3


# The application's own logging


def test_only_handlers_that_were_added_here_are_changed() -> None:
    logger = logging.getLogger("vidispine")
    handler = logging.StreamHandler()
    formatter = logging.Formatter("MINE %(message)s")
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        one = Configuration()
        one.logger_format = "%(message)s"
        assert handler.formatter is formatter
        other = Configuration()
        other.debug = True
        assert one.debug is False
        assert copy.copy(other).debug is True
        other.debug = False
        assert logger.level == logging.INFO
        assert logger.handlers == [handler]
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


def test_each_debugged_configuration_keeps_a_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the one whose handler writes for both turns its log off."""
    # Those of other tests may not be collected yet.
    monkeypatch.setattr("vidispine.configuration._DEBUGGED", weakref.WeakSet())
    logger = logging.getLogger("vidispine")
    outer = {one: one.handlers[:] for one in (logger, logging.getLogger())}
    for one in outer:
        one.handlers.clear()
    try:
        first, second, third = (Configuration(debug=True) for _ in range(3))
        assert len(logger.handlers) == 1
        for configuration, left in ((first, 1), (third, 1), (second, 0)):
            configuration.debug = False
            assert len(logger.handlers) == left
    finally:
        for one, handlers in outer.items():
            one.handlers[:] = handlers


@pytest.mark.parametrize(
    "settings", [{"debug": True}, {"logger_file": "a.log"}, {"debug": True, "logger_file": "b.log"}]
)
def test_pickle_has_the_settings_of_the_log_but_no_handler(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    configuration = Configuration(**settings)
    try:
        handlers = logging.getLogger("vidispine").handlers[:]
        again = pickle.loads(pickle.dumps(configuration))
        assert {name: getattr(again, name) for name in settings} == settings
        assert logging.getLogger("vidispine").handlers == handlers
    finally:
        configuration.debug, configuration.logger_file = False, None


def test_only_calls_of_a_debugged_configuration_are_logged(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    server.otherwise = reply("fine", media_type="text/plain")
    logging.getLogger("vidispine").setLevel(logging.INFO)
    try:
        debugged, silent = Configuration(host=server.url), Configuration(host=server.url)
        debugged.debug = True
        for configuration in (debugged, silent):
            with ApiClient(configuration) as client:
                client.call(READ, (str(configuration.debug), None, None))
    finally:
        logging.getLogger("vidispine").setLevel(logging.NOTSET)
    reported = [record.getMessage() for record in caplog.records if record.name == "vidispine"]
    assert len(reported) == 1
    assert "/thing/True" in reported[0]
