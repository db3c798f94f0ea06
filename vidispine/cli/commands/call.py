"""``vidispine call``: calls any operation, with parameters as ``name=value``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidispine._calls.operation import LISTS
from vidispine._documents.json import load_json
from vidispine._documents.text_files import decode
from vidispine.cli.click_classes import Command
from vidispine.cli.errors import system_error_text
from vidispine.cli.input import read_standard_input
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.output.formats import (
    Done,
    document_output_options,
    output_format,
    write_document,
    write_done,
    write_id,
)
from vidispine.cli.output.streams import ClosedInput, write
from vidispine.cli.parameter_types import parameter_value
from vidispine.cli.shell_completion import complete_argument, complete_operation, complete_resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine._calls.operation import Operation, Parameter

__all__ = ["command"]

_MEDIA_TYPES = {"json": "application/json", "xml": "application/xml", "text": "text/plain"}


@click.command("call", cls=Command)
@click.argument("resource", shell_complete=complete_resource)
@click.argument("operation", shell_complete=complete_operation)
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_argument)
@click.option(
    "-b", "--body", metavar="FILE", help="File with the request body, or a JSON object; - for standard input."
)
@click.option("--accept", metavar="TYPE", help="Media type of the response: json, xml, text, or a full media type.")
@click.option("-s", "--save-to", metavar="PATH", help="File or folder for a downloaded file; - for standard output.")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="Additional request header. Repeatable.")
@document_output_options
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
    """Use 'vidispine api RESOURCE OPERATION' to see the parameters of an operation. Names can be spelled as in Python,
    as in the URL, or with hyphens: job get_job, JobApi getJob, job get-job.

    Values are checked against the type of the parameter. Repeat a name to give several values. Values without a name
    are assigned to the required parameters in order. Times are ISO 8601, or relative to now, such as 2h for two hours
    ago.

    Documents are written as JSON, unless --output selects another format. Text is written unchanged; with --json, as a
    JSON string. With --accept, the response is written unchanged.

    Examples:
      vidispine call job get_jobs state=STARTED state=READY user=false number=5
      vidispine call job get_job VX-29 metadata=true
      vidispine call storage get_storages --output ids
      vidispine call item create_item_transcode_job VX-7 tag=lowres priority=LOW
      vidispine call shape-tag update_or_create_shape_tag web --body preset.json
      vidispine call item get_items --accept text
      vidispine call file get_file_data VX-40 --save-to clip.mov
    """
    from vidispine.cli.api_index import find_operation, find_resource

    owner = find_resource(resource)
    found = find_operation(owner, operation)
    values = _parameter_values(found, arguments)
    options = _call_options(found, accept, save_to, headers)
    parameter = _body_parameter(found)
    if body is not None:
        if parameter is None:
            raise click.UsageError(f"{found.name} takes no body")
        values[parameter.name] = _read_body(parameter, body)
    _check_required(found, values)
    method = getattr(owner(connect(context)), found.name)
    if found.result == "file" or (parameter is not None and parameter.type == "file"):
        from vidispine.cli.output.progress import transfer_progress

        with transfer_progress(found.name) as on_progress:
            result = method(**values, **options, _on_progress=on_progress)
    else:
        result = method(**values, **options)
    _write_result(context, found, result, save_to, is_raw=accept is not None)


def _body_parameter(operation: Operation[Any]) -> Parameter | None:
    return next((parameter for parameter in operation.parameters if parameter.location == "body"), None)


def _parameter_values(operation: Operation[Any], arguments: Iterable[str]) -> dict[str, Any]:
    """Convert the arguments to values of the operation's parameters, by their names in Python."""
    from vidispine.cli.api_index import find_parameter

    parameters = [parameter for parameter in operation.parameters if parameter.location != "body"]
    required = [parameter for parameter in parameters if parameter.required]
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        parameter = find_parameter(parameters, name) if equals else None
        if parameter is None:
            parameter = next((one for one in required if one.name not in values or one.type in LISTS), None)
            text = argument
            if parameter is None or (equals and name.replace("-", "_").isidentifier()):
                raise _unknown_parameter(operation, parameters, argument)
        _add_value(values, parameter, text)
    return values


def _add_value(values: dict[str, Any], parameter: Parameter, text: str) -> None:
    try:
        value = parameter_value(parameter, text)
    except ValueError as error:
        raise click.UsageError(f"{parameter.name}: {error}") from None
    if parameter.type in LISTS:
        values.setdefault(parameter.name, []).append(value)
    elif parameter.name in values:
        raise click.UsageError(f"{parameter.name} takes a single value")
    else:
        values[parameter.name] = value


def _unknown_parameter(operation: Operation[Any], parameters: Iterable[Parameter], argument: str) -> click.UsageError:
    from vidispine.exceptions import did_you_mean

    name, equals, _ = argument.partition("=")
    if not equals:
        return click.UsageError(f"{operation.name}: {argument!r} is not of the form name=value")
    body = _body_parameter(operation)
    if body is not None and name in (body.name, "body"):
        hint = "; use --body for the request body"
    else:
        hint = did_you_mean(name.replace("-", "_"), [parameter.name for parameter in parameters])
    return click.UsageError(f"{operation.name} has no parameter {name!r}{hint}")


def _check_required(operation: Operation[Any], values: dict[str, Any]) -> None:
    missing = [parameter for parameter in operation.parameters if parameter.required and parameter.name not in values]
    if missing:
        options = ["--body" if parameter.location == "body" else f"{parameter.name}=VALUE" for parameter in missing]
        raise click.UsageError(f"{operation.name} needs {' '.join(options)}")


def _call_options(
    operation: Operation[Any], accept: str | None, save_to: str | None, headers: Iterable[str]
) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if accept is not None:
        options["_accept"] = _MEDIA_TYPES.get(accept, accept)
    parsed_headers = dict(_parse_header(header) for header in headers)
    if parsed_headers:
        options["_headers"] = parsed_headers
    if operation.result == "file":
        options["_save_to"] = _target(operation, save_to)
    elif save_to is not None:
        raise click.UsageError(f"{operation.name} does not return a file: redirect its output with > {save_to}")
    return options


def _parse_header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not (name and colon):
        raise click.UsageError(f"--header: {text!r} is not of the form name:value")
    return name.strip(), value.strip()


def _target(operation: Operation[Any], save_to: str | None) -> Any:
    if save_to is None and sys.stdout.isatty():
        raise click.UsageError(f"{operation.name} returns a file: use --save-to")
    if save_to is None or save_to == "-":
        return sys.stdout.buffer
    return save_to


def _read_body(parameter: Parameter, given: str) -> Any:
    """Return the body. Files are streamed; documents are read and checked."""
    if given == "-" and isinstance(sys.stdin, ClosedInput):
        raise click.UsageError("--body: standard input is closed")
    if parameter.type == "file":
        return sys.stdin.buffer if given == "-" else _existing_file(given)
    text = given if given.lstrip().startswith("{") else _read_text(given)
    return text if parameter.type == "str" else _parse_document(parameter.type, given, text)


def _parse_document(model: str, given: str, text: str) -> Any:
    source = "standard input" if given == "-" else "the body" if given == text else given
    if text.lstrip().startswith("<"):
        raise click.UsageError(f"--body: {source} must be a {model} in JSON, not XML")
    try:
        document = load_json(text)
    except ValueError as error:
        raise click.UsageError(f"--body: {source} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise click.UsageError(f"--body: {source} must be a {model}, a JSON object")
    return document


def _existing_file(given: str) -> Path:
    path = Path(given)
    if not path.is_file():
        raise click.UsageError(
            f"--body: {given!r} is not a file" if path.exists() else f"--body: there is no file {given!r}"
        )
    return path


def _read_text(given: str) -> str:
    try:
        return decode(read_standard_input() if given == "-" else _existing_file(given).read_bytes())
    except OSError as error:
        raise click.UsageError(f"--body: {given}: {system_error_text(error)}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"--body: {given} is not UTF-8 text") from None


def _write_result(
    context: click.Context, operation: Operation[Any], result: Any, save_to: str | None, *, is_raw: bool
) -> None:
    if operation.result == "file":
        if save_to not in (None, "-"):
            _write_path(context, str(result))
    elif isinstance(result, str):
        _write_text(context, result, is_raw=is_raw)
    elif result is not None:
        _write_result_document(context, result)


def _write_path(context: click.Context, path: str) -> None:
    if output_format(context) == "ids":
        write(path)
    else:
        write_done(context, [Done(path, {"path": path}, f"Saved to {path}")])


def _write_text(context: click.Context, text: str, *, is_raw: bool) -> None:
    selected = output_format(context, "text")
    if is_raw or selected in ("text", "table"):
        write(text)
    elif selected == "json":
        write_document(text)
    else:
        for line in filter(None, map(str.rstrip, text.split("\n"))):
            write_id(line)


def _write_result_document(context: click.Context, result: Any) -> None:
    selected = output_format(context, "json")
    if selected == "json":
        write_document(result)
        return
    from vidispine.cli.output.entries import write_as_ids, write_as_table

    (write_as_ids if selected == "ids" else write_as_table)(result)
