"""The command line of the generator."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from generator.bundling import Bundle, bundle
from generator.checks import check_descriptions, check_openapi
from generator.comparing import compare, table
from generator.engine import PACKAGE
from generator.intermediate import Description
from generator.loading import Files
from generator.normalize import normalize
from generator.problems import DescriptionError, Notices
from generator.reading import read
from generator.rendering import render
from generator.root import kept_root
from generator.tree import differing, remove_stale, stale, write

_REPOSITORY = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except DescriptionError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator",
        description="Generate the API classes, models and documentation from an OpenAPI file.",
    )
    parser.add_argument(
        "--diff",
        type=Path,
        nargs=2,
        metavar=("OLD", "NEW"),
        help="show as a table what a new OpenAPI file adds, removes and changes; write nothing",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; list what is out of date and exit with 1")
    parser.add_argument(
        "--spec",
        type=Path,
        default=_REPOSITORY / "spec" / "openapi.yaml",
        metavar="FILE",
        help="the OpenAPI 3.0 or 3.1 file, YAML or JSON; what the code does not express is listed on stderr",
    )
    parser.add_argument("--output", type=Path, default=_REPOSITORY, metavar="DIR", help="default: this repository")
    parser.add_argument(
        "--package", default=PACKAGE.name, metavar="NAME", help="name of the Python package; default: %(default)s"
    )
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE", help="write the description as one self-contained file, and no code"
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.diff:
        old, new = (_described(Files(path), Notices()) for path in options.diff)
        print(table(compare(old, new)))
        return 0
    root: Path = options.spec.resolve()
    sources = Files(root)
    kept = kept_root(sources)
    notices = Notices()
    if options.bundle is not None:
        _write_bundle(bundle(sources), options.bundle)
        return 0
    description = _described(sources, notices)
    if description.complete:
        check_descriptions(description)
    files = render(description, options.output, options.package)
    for notice in notices.losses:
        print(notice, file=sys.stderr)
    # The root is compared and written like a generated file, wherever it lies.
    roots = {} if kept is None else {root.name: kept}
    if options.check:
        return _report(options.output, files, root, roots)
    written = [*write(options.output, files), *write(root.parent, roots)]
    gone = remove_stale(options.output, files)
    print(f"{len(files)} files generated, {len(written)} written, {len(gone)} removed")
    return 0


def _described(files: Files, notices: Notices) -> Description:
    """Return what a description says.

    :raises DescriptionError: it cannot be read, or is incomplete and promises not to be
    """
    try:
        bundled = bundle(files, notices)
        check_openapi(bundled, notices)
        normalized = normalize(bundled, notices)
    except RecursionError:
        raise DescriptionError.at(notices.at, "is nested too deeply") from None
    if bundled.document.get("x-complete"):
        notices.refuse()
    return read(normalized)


def _report(output: Path, files: dict[str, str], root: Path, roots: dict[str, str]) -> int:
    wrong = [f"{path} is missing or differs" for path in differing(output, files)]
    if differing(root.parent, roots):
        wrong.append(f"{root.parent.name}/{root.name} does not list the paths of its resources")
    wrong += [f"{path} is not generated any more" for path in stale(output, files)]
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print("run `python -m generator` to bring this up to date", file=sys.stderr)
    return 1 if wrong else 0


def _write_bundle(bundled: Bundle, file: Path) -> None:
    text = yaml.safe_dump(bundled.document, sort_keys=False, allow_unicode=True, width=110)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
