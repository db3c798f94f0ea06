"""``vidispine items``: the commands for items."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Group

__all__ = ["command"]

_SUMMARIES = {
    "list": "List or search items.",
    "show": "Show the metadata, shapes and files of items.",
    "get": "Get metadata fields of items.",
    "set": "Set metadata fields of items.",
    "transcode": "Create proxies and other shapes of items.",
    "thumbnails": "List or save thumbnails and posters of items.",
    "export": "Export files of items to a URI or an export location.",
    "delete": "Delete items and their files.",
}


@click.group("items", cls=Group, package=__name__, summaries=_SUMMARIES)
def command() -> None:
    """See also 'vidispine upload' and 'vidispine download' for media, and 'vidispine search' for collections.

    Examples:
      vidispine items list --where mediaType=video
      vidispine items show VX-93
      vidispine items set VX-93 title='Late news'
      vidispine items transcode VX-93 --tag lowres --wait
      vidispine items list --text rejected --all -o ids |
        vidispine items delete --yes -
    """
