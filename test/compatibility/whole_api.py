"""The same use of the whole API for the published SDK and for this one.

This file runs in the environments of both, with the SDK as an argument. Its input is plain data: calls by class,
operation and arguments, and models by their attributes.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

__all__ = ["MARK", "describe", "make_calls", "make_models"]

MARK = "X-Call"
"""The header that names the call, so that the server can attribute requests."""


def describe(sdk: Any) -> dict[str, Any]:
    """Return the SDK's public names: where each is, the attributes of the models, and the parameters of operations.

    The published SDK takes any keyword, so the parameters are those of the docstrings, where `:key` is an optional one.
    """
    names = {
        module_name: sorted(name for name, value in vars(module).items() if _is_its_own(module_name, name, value))
        for module_name, module in list(sys.modules.items())
        if module_name.split(".")[0] == "vidispine"
    }
    classes: dict[str, Any] = {name: value for name, value in vars(sdk.models).items() if isinstance(value, type)}
    models = {name: {"types": cls.openapi_types, "wires": cls.attribute_map} for name, cls in classes.items()}
    operations = {
        f"{owner}.{name}": re.findall(r":(?:param|key) (?:[^:\n]* )?(\w+):", method.__doc__ or "")
        for owner, cls in vars(sdk).items()
        if owner.endswith("Api") and isinstance(cls, type)
        for name, method in vars(cls).items()
        if not name.startswith("_") and hasattr(cls, f"{name}_with_http_info")
    }
    return {"names": names, "models": models, "operations": operations}


def _is_its_own(module: str, name: str, value: Any) -> bool:
    """Return whether a class is a public name of a module: defined there, or exported by a package."""
    packages = ("vidispine", "vidispine.api", "vidispine.models")
    return (
        isinstance(value, type)
        and not name.startswith("_")
        and (value.__module__ == module or (module in packages and value.__module__.startswith("vidispine.")))
    )


def make_calls(sdk: Any, host: str, calls: list[dict[str, Any]]) -> list[list[str]]:
    """Make calls; return for each the classes of the error that it raised before anything was sent, or none.

    :param calls: ``{"class": ..., "method": ..., "arguments": {name: value}}``; a document is ``{"model": ...,
        "attributes": ...}``, bytes are ``{"bytes": ...}``
    """
    configuration = sdk.Configuration()
    configuration.host = host
    configuration.username, configuration.password = "admin", "admin"
    client = sdk.ApiClient(configuration)
    errors = []
    for number, call in enumerate(calls):
        client.default_headers[MARK] = str(number)
        method = getattr(getattr(sdk, call["class"])(client), call["method"])
        try:
            arguments = {name: _value(sdk, value) for name, value in call["arguments"].items()}
            method(**arguments)
        except Exception as error:  # noqa: BLE001 - which error it is, is what the test asks
            errors.append([cls.__name__ for cls in type(error).__mro__])
        else:
            errors.append([])
    return errors


def make_models(sdk: Any, samples: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Create models from keywords; return for each its wire form and its ``to_dict()``.

    :param samples: by model its attributes, as in the arguments of calls
    """
    sanitize = sdk.ApiClient().sanitize_for_serialization
    made = {}
    for name, attributes in samples.items():
        model = _value(sdk, {"model": name, "attributes": attributes})
        made[name] = {"wire": sanitize(model), "dict": json.loads(json.dumps(model.to_dict(), default=str))}
    return made


def _value(sdk: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(sdk, element) for element in value]
    if isinstance(value, dict) and "model" in value:
        attributes = {name: _value(sdk, member) for name, member in value["attributes"].items()}
        return getattr(sdk.models, value["model"])(**attributes)
    if isinstance(value, dict) and "bytes" in value:
        return value["bytes"].encode()
    if isinstance(value, dict) and "time" in value:
        return sdk.ApiClient().deserialize(_Responder(json.dumps(value["time"])), "datetime")
    return value


class _Responder:
    def __init__(self, data: str) -> None:
        self.data = data


if __name__ == "__main__":
    import vidispine
    import vidispine.models

    if vidispine.__version__ != "5.0.4":
        sys.exit(f"this is vidispine {vidispine.__version__}, not the published 5.0.4")
    task = json.load(sys.stdin)
    if task["do"] == "describe":
        print(json.dumps(describe(vidispine)))
    else:
        errors = make_calls(vidispine, task["host"], task["calls"])
        print(json.dumps({"errors": errors, "models": make_models(vidispine, task["samples"])}))
