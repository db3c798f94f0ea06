"""``vidispine search``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine._documents.json import load_json
from vidispine._documents.text_files import decode
from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.limit import limit_options, write_total
from vidispine.cli.options.search import search_document, search_options
from vidispine.cli.output.formats import output_format, output_options, write_documents

if TYPE_CHECKING:
    from vidispine import MetadataType, SearchResultEntryType
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.command("search", cls=Command)
@click.argument("words", nargs=-1)
@click.option(
    "--document", metavar="FILE", type=click.File("rb"), help="File with a search document; - for standard input."
)
@search_options
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
    """Searches for the words in all indexed text. To search items only, use 'vidispine items list'.

    Examples:
      vidispine search marathon berlin --sort=-created
      vidispine search --where mediaType=video --where 'title=Mara*'
      echo '{"field": [{"name": "durationSeconds", "range": [...]}]}' |
        vidispine search --document -
    """
    from vidispine import SearchApi
    from vidispine.cli.output.metadata import LIST_FIELDS

    query = search_document(" ".join(words), where, sort, _read_document(document) if document else None)
    ids_only = output_format(context) == "ids"
    content: dict[str, Any] = {} if ids_only else {"content": ["metadata"], "field": list(LIST_FIELDS)}
    entries = SearchApi(connect(context)).iterate_search(query, limit=limit, **content)
    count = write_documents(context, entries, _columns(), lambda entry: entry.id)
    write_total(context, count, entries.hits, "hits")


def _read_document(file: Any) -> dict[str, Any]:
    try:
        document = load_json(decode(file.read()))
    except UnicodeDecodeError:
        raise click.UsageError("--document: not UTF-8 text") from None
    except ValueError as error:
        raise click.UsageError(f"--document: not JSON: {error}") from None
    if not isinstance(document, dict):
        raise click.UsageError("--document must be an ItemSearchType, a JSON object")
    return document


def _columns() -> list[Column[SearchResultEntryType]]:
    from vidispine.cli.output.metadata import first_value
    from vidispine.cli.output.table import Column

    return [
        Column("Id", lambda entry: entry.id),
        Column("Kind", lambda entry: entry.type, rank=1),
        Column("Title", _title, truncate=True),
        Column("Type", lambda entry: first_value(_metadata(entry), "mediaType"), rank=2),
    ]


def _metadata(entry: SearchResultEntryType) -> MetadataType | None:
    entity = entry.item or entry.collection
    return entity.metadata if entity else None


def _title(entry: SearchResultEntryType) -> str | None:
    from vidispine.cli.output.metadata import title_of

    return title_of(_metadata(entry)) or (entry.collection.name if entry.collection else None)
