"""Deprecated parameters are sent as before, with a warning at the line of the caller."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, reply
from vidispine import ApiClient, SearchApi, StorageMethodApi


@pytest.fixture
def client() -> Iterator[ApiClient]:
    with Loopback() as server:
        server.otherwise = reply({})
        with ApiClient(vidispine.Configuration(host=server.url, retries=0)) as api_client:
            yield api_client


CALLS: dict[str, tuple[Callable[[ApiClient], Any], str]] = {
    "get_search": (
        lambda client: SearchApi(client).get_search(q="{}"),
        "get_search: q is deprecated: call search, which takes the search document as its body",
    ),
    "get_search_with_http_info": (
        lambda client: SearchApi(client).get_search_with_http_info(q="{}"),
        "get_search: q is deprecated: call search, which takes the search document as its body",
    ),
    "delete_storage_method": (
        lambda client: StorageMethodApi(client).delete_storage_method("VX-3", "VX-49", url="file:///srv/"),
        "delete_storage_method: url is deprecated: call delete_storage_method_by_url",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_warning_at_the_line_of_the_caller(name: str, client: ApiClient) -> None:
    call, message = CALLS[name]
    with pytest.warns(DeprecationWarning, match="is deprecated") as caught:
        call(client)
    assert [str(warning.message) for warning in caught] == [message]
    assert caught[0].filename == __file__


def test_no_warning_without_a_deprecated_parameter(client: ApiClient) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SearchApi(client).get_search(number=1)
        StorageMethodApi(client).delete_storage_method("VX-3", "VX-49")
