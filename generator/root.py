"""Updates the list of paths in the root of the description, so that each path is written by hand only once."""

from __future__ import annotations

from urllib.parse import quote

from generator.loading import Files, escape
from generator.problems import DescriptionError

_BEGIN = "# paths: kept by `python -m generator`\n"
_END = "# end of paths\n"


def kept_root(files: Files) -> str | None:
    """Return the root's text with a reference to each path of the files in ``resources/``.

    The files of a description then have this text for the root. ``None`` when the file keeps its paths itself: it has
    no pair of markers.

    :raises DescriptionError: the file cannot be read, or a path is in two files
    """
    before, begin, rest = files.text(files.root).partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        return None
    lines = [f'  "{path}": {{$ref: "{reference}"}}\n' for path, reference in _references(files)]
    kept = f"{before}{_BEGIN}paths:\n{''.join(lines)}{_END}{after}"
    files.use(files.root, kept)
    return kept


def _references(files: Files) -> list[tuple[str, str]]:
    owners: dict[str, str] = {}
    references = []
    for file in sorted(files.root.parent.glob("resources/*.yaml")):
        paths = files.document(file).get("paths")
        if not isinstance(paths, dict):
            raise DescriptionError.at(files.display(file), "has no paths")
        for path in paths:
            if path in owners:
                raise DescriptionError.at(f"{files.display(file)}#/paths/{escape(path)}", f"is in {owners[path]} too")
            owners[path] = files.display(file)
            references.append((path, f"resources/{file.name}#/paths/{quote(escape(path), safe='~')}"))
    return references
