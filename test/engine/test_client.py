"""``Client``: one object with every resource of a server."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from typing import Any, cast

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, reply
from vidispine import ApiTypeError, Client, Configuration, api
from vidispine.api.resources import Resources
from vidispine.configuration import Settings


@pytest.mark.slow
def test_every_api_class_is_a_documented_attribute() -> None:
    with Client("http://vidicore:8080", "admin", PASSWORD) as client:
        found = {name: getattr(client, name) for name in Resources.__annotations__}
        assert sorted(type(value).__name__ for value in found.values()) == sorted(api.__all__)
        assert all(value.api_client is client.api_client for value in found.values())
    assert type(found["job"]) is vidispine.JobApi
    assert type(found["metadata_field"]) is vidispine.MetadataFieldApi
    assert type(found["import_"]) is vidispine.ImportApi
    for name, value in found.items():
        assert f"{type(value).__name__[:-3]}".lower() == name.replace("_", "")


def test_calls_through_a_client(server: Loopback) -> None:
    server.otherwise = reply({"hits": 3})
    with Client(server.origin, "admin", PASSWORD, retries=0, timeout=20) as client:
        assert client.job.get_jobs(user=False).hits == 3
        assert client.api_client.last_response is not None
    assert server.only.path == "/API/job"
    assert (server.only.header("Authorization") or "").startswith("Basic ")
    with pytest.raises(vidispine.ApiValueError):
        client.job.get_jobs()


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("http://vidicore:8080", "http://vidicore:8080/API"),
        ("http://vidicore:8080/", "http://vidicore:8080/API"),
        ("https://[::1]:8080", "https://[::1]:8080/API"),
        ("http://vidicore/media", "http://vidicore/media"),
        ("http://vidicore:8080/API", "http://vidicore:8080/API"),
        ("http://vidicore:8080/API/", "http://vidicore:8080/API/"),
        ("http://vidicore?x", "http://vidicore?x"),
        ("vidicore:8080", "vidicore:8080"),
        ("http://[", "http://["),
    ],
)
def test_host_without_a_path_gets_the_path_of_the_api(host: str, base: str) -> None:
    assert Client(host).api_client.configuration.host == base


def test_omitted_settings_are_read_from_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().api_client.configuration.host == "http://localhost:8080/API"
    for name, value in (("HOST", "http://vidicore"), ("USERNAME", "bob"), ("PASSWORD", "b0b"), ("TOKEN", "t")):
        monkeypatch.setenv(f"VIDISPINE_{name}", value)
    settings = Client().api_client.configuration
    assert (settings.host, settings.username, settings.password, settings.token) == (
        "http://vidicore/API",
        "bob",
        "b0b",
        "t",
    )
    settings = Client("http://other", username="eve", password="e").api_client.configuration
    assert (settings.host, settings.username, settings.token) == ("http://other/API", "eve", None)


def test_every_setting_is_a_keyword_of_the_client() -> None:
    settings = {**inspect.signature(Configuration).parameters, **dict.fromkeys(Settings.__annotations__)}
    own = {**inspect.signature(Client).parameters, **dict.fromkeys(Settings.__annotations__)}
    own.pop("configuration")
    assert own.keys() == settings.keys()
    given: dict[str, Any] = {
        "host": "http://vidicore/API", "username": "u", "password": "p", "bearer": "b", "run_as": "r", "timeout": None,
        "retries": 0, "api_key": {"a": "k"}, "api_key_prefix": {"a": "x"}, "verify_ssl": False, "ssl_ca_cert": "ca",
        "cert_file": "cert", "key_file": "key", "key_password": "k", "assert_hostname": False, "proxy": "",
        "connection_pool_maxsize": 7,
        "proxy_headers": {"A": "b"}, "safe_chars_for_path_param": ":", "debug": False, "debug_bodies": 9,
        "retry_after_ceiling": 5.0, "max_requests_per_second": 9, "max_response_bytes": 7, "accept_gzip": True,
        "before_request": [], "after_call": [],
        "logger_file": None, "logger_format": "%(message)s", "temp_folder_path": "tmp", "refresh_api_key_hook": None,
    }  # fmt: skip
    assert {*given, "token", "settings"} == own.keys()
    made = Client(**given).settings
    assert {name: getattr(made, name) for name in given} == given
    assert Client(token="t").settings.token == "t"


@pytest.mark.parametrize("make", [Configuration, Client])
def test_a_misspelled_keyword_names_the_setting(make: Any) -> None:
    with pytest.raises(
        ApiTypeError, match=rf"^{make.__name__} has no parameter 'verify_tls': did you mean 'verify_ssl'"
    ):
        make(verify_tls=False)


def test_given_configuration_is_used_unchanged() -> None:
    configuration = Configuration("http://vidicore")
    configuration.verify_ssl = False
    assert Client(configuration=configuration).api_client.configuration is configuration
    assert configuration.host == "http://vidicore"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"configuration": Configuration(), "host": "http://a", "timeout": None},
            "either a configuration or host, tim",
        ),
        ({"configuration": "http://a"}, "configuration must be a Configuration, not str"),
        ({"host": Configuration()}, "host must be a URL, not Configuration"),
        ({"bearer": 3}, "bearer must be a string or a callable"),
    ],
)
def test_rejects_contradictory_settings(given: dict[str, Any], message: str) -> None:
    with pytest.raises(vidispine.ApiTypeError, match=message):
        Client(**given)


def test_objects_in_the_wrong_place_are_named() -> None:
    with Client("http://127.0.0.1:1") as made:
        client: Any = made
        for make, message in (
            (lambda: Client(client.settings), "host must be a URL, not Configuration: pass it as configuration="),
            (lambda: vidispine.ApiClient(client), "configuration must be a Configuration, not Client"),
            (lambda: vidispine.ApiClient(client.settings.host), "configuration must be a Configuration, not str"),
            (lambda: vidispine.JobApi(client), "api_client must be an ApiClient, not Client: pass its api_client"),
            (lambda: vidispine.JobApi(client.settings), "api_client must be an ApiClient, not Configuration"),
            (lambda: vidispine.JobApi(cast("Any", Client)), "api_client must be an ApiClient, not the class Client"),
            (
                lambda: vidispine.JobApi(cast("Any", vidispine.ApiClient)),
                "api_client must be an ApiClient, not the class ApiClient",
            ),
        ):
            with pytest.raises(vidispine.ApiTypeError) as caught:
                make()
            assert str(caught.value) == message


def test_missing_attribute_suggests_the_nearest_name() -> None:
    client = Client()
    for wrong, near in (("jobs", "job"), ("metadatafield", "metadata_field"), ("import", "import_")):
        with pytest.raises(AttributeError, match=f"^Client has no attribute '{wrong}': did you mean '{near}'\\?$"):
            getattr(client, wrong)
    assert not hasattr(client, "__wrapped__")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("get_item", "'item.get_item'"),
        ("wait_for_job", "'job.wait_for_job'"),
        ("ingest", "'media.ingest'"),
        ("get_access_graph", "'access.get_access_graph'"),
        ("timeout", "'settings.timeout'"),
        ("host", "'settings.host'"),
    ],
)
def test_attributes_of_a_part_of_the_client_are_found(name: str, place: str) -> None:
    with Client() as client, pytest.raises(AttributeError, match=f": did you mean {place}\\?$"):
        getattr(client, name)


def test_attributes_that_notebooks_look_for_load_nothing() -> None:
    source = "import sys, vidispine; hasattr(vidispine.Client(), '_repr_html_'); print(*sys.modules)"
    assert "vidispine.api.item_api" not in subprocess.check_output([sys.executable, "-c", source], text=True).split()


def test_a_setting_that_is_set_on_the_client_is_reported() -> None:
    class Own(Client):
        timeout: Any

    with Client() as made, Own() as own:
        client: Any = made
        with pytest.warns(UserWarning, match=r"it has no effect: set client\.settings\.timeout$") as caught:
            client.timeout = 5
        assert caught[0].filename == __file__
        own.timeout = 5
        client.note = "not a setting"


def test_dir_lists_the_resources() -> None:
    client = Client()
    listed = set(dir(client))
    assert {"api_client", "close", "job", "storage"} <= listed
    # Looking at it loads nothing.
    assert vars(client).keys() == {"api_client"}
    own = {name for name in vars(Client) if not name.startswith("_")} | {"api_client"}
    assert not own & Resources.__annotations__.keys()


def test_repr_shows_no_secrets() -> None:
    client = Client("http://eve:s3cret@vidicore", username="admin", password=PASSWORD)
    assert repr(client) == "Client(Configuration(host='http://***@vidicore/API', username='admin'))"
    assert PASSWORD not in repr(client.job)


def test_threads_get_the_same_resource_object(monkeypatch: pytest.MonkeyPatch) -> None:
    all_made = threading.Barrier(8)

    class SlowApi(vidispine.StorageApi):
        """Blocks until every thread has created one."""

        def __init__(self, api_client: vidispine.ApiClient) -> None:
            super().__init__(api_client)
            all_made.wait(60)

    monkeypatch.setattr(api, "StorageApi", SlowApi)
    client = Client()
    found: list[vidispine.StorageApi] = []
    threads = [threading.Thread(target=lambda: found.append(client.storage)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert {id(each) for each in found} == {id(client.storage)}


def test_resource_is_loaded_on_first_access() -> None:
    script = (
        "import sys, vidispine\n"
        "def loaded(): return {name for name in sys.modules if name.startswith('vidispine.api.')}\n"
        "client = vidispine.Client('http://vidicore:8080')\n"
        "assert loaded() == {'vidispine.api.resources'}, loaded()\n"
        "client.item\n"
        "assert loaded() == {'vidispine.api.resources', 'vidispine.api.item_api'}, loaded()\n"
        "assert not [name for name in sys.modules if name.startswith('vidispine.models.')]\n"
        "assert 'vidispine.jobs' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
