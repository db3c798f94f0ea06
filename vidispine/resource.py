"""The base of the generated API classes."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from vidispine._transport.headers import Headers
from vidispine.exceptions import ApiTypeError, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from typing_extensions import Concatenate, ParamSpec

    from vidispine._calls.operation import Operation
    from vidispine.api_client import ApiClient
    from vidispine.paging import Pages
    from vidispine.types import ApiResponse

    P = ParamSpec("P")

__all__ = ["Resource", "api_attribute", "with_http_info"]

R = TypeVar("R", bound="Resource")
T = TypeVar("T")


class _Operations:
    """The operations that an API class's module declares; collected on first access."""

    def __get__(self, instance: object, owner: type[Resource]) -> Mapping[str, Operation[Any]]:
        generated = next((cls for cls in owner.__mro__ if Resource in cls.__bases__), owner)
        found = _FOUND.get(generated)
        if found is None:
            from vidispine._calls.operation import Operation

            declared = [value for value in vars(sys.modules[generated.__module__]).values() if type(value) is Operation]
            found = _FOUND[generated] = MappingProxyType({operation.name: operation for operation in declared})
        return found


_FOUND: dict[type, Mapping[str, Operation[Any]]] = {}


class Resource:
    """The base of the API classes, which have a method for each operation.

    :param api_client: the client that makes the calls. Default: a new one with the default configuration
    :raises ApiTypeError: ``api_client`` has no method ``call``
    """

    operations: ClassVar[Mapping[str, Operation[Any]]] = _Operations()  # type: ignore[assignment]
    """The operations of the class, by the names of their methods: ``JobApi.operations["get_job"]``."""

    def __init__(self, api_client: ApiClient | None = None) -> None:
        if api_client is None:
            # Lists of operations, such as those of the command and the simulator, do not need the engine.
            from vidispine.api_client import ApiClient

            api_client = ApiClient()
        elif isinstance(api_client, type) or not hasattr(api_client, "call"):
            # Most often a Client or a Configuration.
            hint = ": pass its api_client" if hasattr(api_client, "api_client") else ""
            raise ApiTypeError(f"api_client must be an ApiClient, not {kind_of(api_client)}{hint}")
        self.api_client = api_client

    def _call(self, operation: Operation[T], options: Mapping[str, Any], *arguments: Any) -> T:
        if "_headers" in options:
            _mask_headers(options)
        # The result type is that of the description; options that change it are hidden from type checkers.
        result: T = self.api_client.call(operation, arguments, options)
        return result

    def _pages(
        self, operation: Operation[Any], options: Mapping[str, Any], *arguments: Any, **paging: Any
    ) -> Pages[Any]:
        from vidispine.paging import Pages

        return Pages(self.api_client, operation, arguments, options, **paging)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.api_client!r})"


def _mask_headers(options: Any) -> None:
    # In place: tracebacks show the local variables of the generated method, whose dictionary this is.
    if isinstance(options["_headers"], dict):
        options["_headers"] = Headers(options["_headers"])


class _Attribute:
    """An API class as an attribute: the first access creates an instance, which is then kept.

    Not a data descriptor, so the instance's ``__dict__`` takes precedence.
    """

    def __init__(self, package: ModuleType, name: str) -> None:
        self.package = package
        self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        made = self.api_class(instance.api_client)
        # Threads that access it at the same time all get the first instance.
        return instance.__dict__.setdefault(self.attribute, made)

    @property
    def api_class(self) -> Any:
        """The class, which is loaded on first access."""
        return getattr(self.package, self.name)

    def __repr__(self) -> str:
        return f"<the {self.name} of a client>"


def api_attribute(package: ModuleType, name: str) -> Any:
    """Declare an attribute that is an instance of an API class.

    :param package: the package of API classes, which loads the class on first access
    :param name: the class, such as ``JobApi``
    """
    return _Attribute(package, name)


def with_http_info(
    method: Callable[Concatenate[R, P], T],
) -> Callable[Concatenate[R, P], ApiResponse[T]]:
    """Return the variant of a method that returns ``ApiResponse(data, status, headers)``."""

    def variant(self: R, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        kwargs.setdefault("_return_http_data_only", False)
        if "_headers" in kwargs:
            _mask_headers(kwargs)
        try:
            return method(self, *args, **kwargs)
        except BaseException:
            # Tracebacks may show them.
            del args, kwargs
            raise

    variant.__name__ = f"{method.__name__}_with_http_info"
    variant.__qualname__ = f"{method.__qualname__}_with_http_info"
    variant.__doc__ = (
        f"Like :meth:`{method.__name__}`, but return ``ApiResponse(data, status, headers)``.\n\n{method.__doc__}"
    )
    return variant


if not TYPE_CHECKING:
    # Hidden from type checkers, which would accept any name of this module.
    def __getattr__(name: str) -> Any:
        if name != "resource":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn(
            "vidispine.resource.resource(name) is deprecated: use api_attribute(vidispine.api, name)",
            DeprecationWarning,
            stacklevel=2,
        )
        return _resource


def _resource(name: str) -> Any:
    # Imported by string, as in 6.0.0: this layer is below the API classes. 7.0.0 removes it.
    return api_attribute(import_module("vidispine.api"), name)
