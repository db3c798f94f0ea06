"""``vidispine call``: any operation of the API, with its parameters as ``name=value``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.parameter_types import LISTS, parameter_value
from vidispine.cli.shell_completion import complete_argument, complete_operation, complete_resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.operation import Operation, Parameter

__all__ = ["command"]

_MEDIA_TYPES = {"json": "application/json", "xml": "application/xml", "text": "text/plain"}


@click.command("call", cls=Command)
@click.argument("resource", shell_complete=complete_resource)
@click.argument("operation", shell_complete=complete_operation)
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_argument)
@click.option("-b", "--body", metavar="FILE", help="File with the request's body, or the JSON itself; - for the input.")
@click.option(
    "--accept",
    metavar="TYPE",
    help="Ask for json, xml, text or another media type that the operation answers.",
)
@click.option("-s", "--save-to", metavar="PATH", help="File or folder that a file is saved to; - for the output.")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header for the request; repeatable.")
@connection_options
@click.pass_context
def command(
    context: click.Context,
    resource: str,
    operation: str,
    arguments: tuple[str, ...],
    body: str | None,
    accept: str | None,
    save_to: str | None,
    headers: tuple[str, ...],
) -> None:
    """Names may be spelt as in Python, as on the wire, or with hyphens: job get_job, JobApi getJob, job get-job.
    What an operation takes tells 'vidispine api RESOURCE OPERATION'.

    A value is checked by the type of its parameter. A name that is repeated makes a list. A word without a name is
    the next of the parameters that are required. Times may be ISO 8601 or a time ago, such as 2h or 7d.

    A document that comes back is written as JSON, text and XML as they are.

    Examples:
      vidispine call job get_jobs state=STARTED state=READY user=false number=5
      vidispine call job get_job VX-29 metadata=true
      vidispine call job create_custom_job type=TRANSCODE jobmetadata=itemId=VX-7
      vidispine call metadata-field update_or_create_metadata_field title --body '{"type": "string"}'
      vidispine call item get_items --accept text
      vidispine call file get_file_data VX-40 --save-to clip.mov
    """
    from vidispine.cli.api_index import find_operation, find_resource

    owner = find_resource(resource)
    found = find_operation(owner, operation)
    values = _values(found, arguments)
    options = _options(context, found, accept, save_to, headers)
    parameter = next((one for one in found.parameters if one.place == "body"), None)
    if body is not None:
        values[_body_name(found, parameter)] = _body(parameter, body)
    _check_required(found, values)
    method = getattr(owner(connect(context)), found.name)
    if found.result == "file" or (parameter is not None and parameter.type == "file"):
        from vidispine.cli.output.progress import transfer_progress

        with transfer_progress(found.name) as on_progress:
            result = method(**values, **options, _on_progress=on_progress)
    else:
        result = method(**values, **options)
    _show(found, result, save_to)


def _values(operation: Operation[Any], arguments: Iterable[str]) -> dict[str, Any]:
    """Return the values of an operation's parameters by their names in Python."""
    from vidispine.cli.api_index import find_parameter

    parameters = [parameter for parameter in operation.parameters if parameter.place != "body"]
    required = [parameter for parameter in parameters if parameter.required]
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        parameter = find_parameter(parameters, name) if equals else None
        if parameter is None:
            parameter = next((one for one in required if one.name not in values or one.type in LISTS), None)
            text = argument
            if parameter is None or (equals and name.replace("-", "_").isidentifier()):
                raise _unknown(operation, parameters, argument)
        _add(values, parameter, text)
    return values


def _add(values: dict[str, Any], parameter: Parameter, text: str) -> None:
    try:
        value = parameter_value(parameter, text)
    except ValueError as error:
        raise click.UsageError(f"{parameter.name}: {error}") from None
    if parameter.type in LISTS:
        values.setdefault(parameter.name, []).append(value)
    elif parameter.name in values:
        raise click.UsageError(f"{parameter.name} takes one value, and was given two")
    else:
        values[parameter.name] = value


def _unknown(operation: Operation[Any], parameters: Iterable[Parameter], argument: str) -> click.UsageError:
    from vidispine.exceptions import did_you_mean

    name, equals, _ = argument.partition("=")
    if not equals:
        return click.UsageError(f"{operation.name}: {argument!r} is not of the form name=value")
    near = did_you_mean(name.replace("-", "_"), [parameter.name for parameter in parameters])
    body = next((one for one in operation.parameters if one.place == "body"), None)
    hint = "; the body is given by --body" if body is not None and name in (body.name, "body") else near
    return click.UsageError(f"{operation.name} has no parameter {name!r}{hint}")


def _check_required(operation: Operation[Any], values: dict[str, Any]) -> None:
    missing = [parameter for parameter in operation.parameters if parameter.required and parameter.name not in values]
    if missing:
        words = ["--body" if parameter.place == "body" else f"{parameter.name}=VALUE" for parameter in missing]
        raise click.UsageError(f"{operation.name} needs {' '.join(words)}")


def _options(
    context: click.Context, operation: Operation[Any], accept: str | None, save_to: str | None, headers: Iterable[str]
) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if accept is not None:
        options["_accept"] = _MEDIA_TYPES.get(accept, accept)
    given = dict(_header(header) for header in headers)
    if given:
        options["_headers"] = given
    if operation.result == "file":
        options["_save_to"] = _target(context, operation, save_to)
    elif save_to is not None:
        raise click.UsageError(f"{operation.name} returns no file: send its output on with > {save_to}")
    return options


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not (name and colon):
        raise click.UsageError(f"--header: {text!r} is not of the form name:value")
    return name.strip(), value.strip()


def _target(context: click.Context, operation: Operation[Any], save_to: str | None) -> Any:
    if save_to is None and sys.stdout.isatty():
        raise click.UsageError(f"{operation.name} returns a file: give --save-to")
    if save_to is None or save_to == "-":
        return sys.stdout.buffer
    path = Path(save_to)
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A device or a pipe is written to; a file would take its place.
        return context.with_resource(path.open("wb"))
    return save_to


def _body_name(operation: Operation[Any], parameter: Parameter | None) -> str:
    if parameter is None:
        raise click.UsageError(f"{operation.name} takes no body")
    return parameter.name


def _body(parameter: Parameter | None, given: str) -> Any:
    """Return a body: a file is sent as it is read, a document is read first."""
    kind = parameter.type if parameter else "str"
    if kind == "file":
        return sys.stdin.buffer if given == "-" else _existing(given)
    text = given if given.lstrip().startswith("{") else _read(given)
    if kind == "str":
        return text
    return _document(kind, given, text)


def _document(kind: str, given: str, text: str) -> Any:
    where = "the input" if given == "-" else "the body" if given == text else given
    if text.lstrip().startswith("<"):
        raise click.UsageError(f"--body: {where} must be a {kind} in JSON, not XML")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"--body: {where} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise click.UsageError(f"--body: {where} must be a {kind}, an object in JSON")
    return document


def _existing(given: str) -> Path:
    path = Path(given)
    if not path.is_file():
        raise click.UsageError(f"--body: there is no file {given!r}")
    return path


def _read(given: str) -> str:
    try:
        data = sys.stdin.buffer.read() if given == "-" else _existing(given).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"--body: {given}: {(error.strerror or os.fspath(given)).lower()}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"--body: {given} is not text in UTF-8") from None


def _show(operation: Operation[Any], result: Any, save_to: str | None) -> None:
    from vidispine.cli.output.formats import note, show_document, show_text

    if operation.result == "file":
        if save_to not in (None, "-"):
            note(f"Saved to {result}")
    elif isinstance(result, str):
        show_text(result)
    elif result is not None:
        show_document(result)
