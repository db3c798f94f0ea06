"""``vidispine search``: items and collections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.limit import limit_options, tell_the_rest
from vidispine.cli.options.search import condition_options, search_document
from vidispine.cli.output.formats import output_options, show_documents, wants

if TYPE_CHECKING:
    from vidispine import MetadataType, SearchResultEntryType
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.command("search", cls=Command)
@click.argument("words", nargs=-1)
@click.option("--document", metavar="FILE", type=click.File("rb"), help="Search document to go by; - for the input.")
@condition_options
@limit_options
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    words: tuple[str, ...],
    document: Any,
    where: tuple[tuple[str, str], ...],
    sort: tuple[str, ...],
    limit: int | None,
) -> None:
    """Looks for the words in everything that the server indexes as text. For items alone 'vidispine items list' does
    the same.

    Examples:
      vidispine search marathon berlin
      vidispine search --where mediaType=video --where 'title=Mara*' --sort=-created
      echo '{"field": [{"name": "durationSeconds", "range": [...]}]}' | vidispine search --document -
    """
    from vidispine import SearchApi
    from vidispine.cli.output.metadata import SHOWN

    wanted = search_document(" ".join(words), where, sort, _read(document) if document else None)
    content: dict[str, Any] = {} if wants(context) == "ids" else {"content": ["metadata"], "field": list(SHOWN)}
    found = SearchApi(connect(context)).iterate_search(wanted, limit=limit, **content)
    count = show_documents(context, found, _columns(), lambda entry: entry.id)
    tell_the_rest(context, count, found.hits, "hits")


def _read(document: Any) -> dict[str, Any]:
    try:
        found = json.loads(document.read())
    except ValueError as error:
        raise click.UsageError(f"--document: not JSON: {error}") from None
    if not isinstance(found, dict):
        raise click.UsageError("--document must be an ItemSearchType, an object in JSON")
    return found


def _columns() -> list[Column[SearchResultEntryType]]:
    from vidispine.cli.output.metadata import first_value
    from vidispine.cli.output.table import Column

    return [
        Column("Id", lambda entry: entry.id),
        Column("Kind", lambda entry: entry.type, rank=1),
        Column("Title", _title, cut=True),
        Column("Type", lambda entry: first_value(_metadata(entry), "mediaType"), rank=2),
    ]


def _metadata(entry: SearchResultEntryType) -> MetadataType | None:
    found = entry.item or entry.collection
    return found.metadata if found else None


def _title(entry: SearchResultEntryType) -> str | None:
    from vidispine.cli.output.metadata import title_of

    return title_of(_metadata(entry)) or (entry.collection.name if entry.collection else None)
