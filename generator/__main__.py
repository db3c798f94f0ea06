"""The command line of the generator."""

from __future__ import annotations

import argparse
import gc
import keyword
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import yaml

from generator.bundling import bundle
from generator.checks import check_openapi
from generator.comparing import compare, table
from generator.engine import PACKAGE
from generator.intermediate import Description
from generator.loading import Files
from generator.normalize import normalize
from generator.problems import DescriptionError, Notices, Problem, one_line
from generator.reading import read
from generator.rendering import render
from generator.root import kept_root
from generator.tree import differing, stale

# The numbers of notices, and of those with the same message, from which on they are counted.
_MANY, _OFTEN = 100, 10

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
    except RecursionError:
        print("the description is nested too deeply", file=sys.stderr)
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
        "--package", default=PACKAGE.name, type=_package_name, metavar="NAME", help="default: %(default)s"
    )
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="write the description as one file, and no code")
    return parser


def _package_name(text: str) -> str:
    taken = {"docs", "certifi", "dateutil", "six", "urllib3", *getattr(sys, "stdlib_module_names", ())}
    is_name = text.isidentifier() and not keyword.iskeyword(text) and unicodedata.normalize("NFKC", text) == text
    if not is_name or text in taken:
        raise argparse.ArgumentTypeError(f"{text!r} {'is taken' if is_name else 'cannot be imported'}")
    return text


def _run(options: argparse.Namespace) -> int:
    if options.diff:
        old, new = (_described(Files(path), Notices()) for path in options.diff)
        print(table(compare(old, new)))
        return 0
    sources = Files(options.spec)
    kept = kept_root(sources)
    if options.bundle is not None:
        text = yaml.safe_dump(bundle(sources).document, sort_keys=False, allow_unicode=True, width=110)
        options.bundle.write_text(text, encoding="utf-8")
        return 0
    notices = Notices()
    files = render(_described(sources, notices), options.output, options.package, notices)
    _show(notices.losses)
    if kept is not None:
        # The root is compared and written like a generated file, in any folder.
        files[os.path.relpath(sources.root, options.output)] = kept
    changed, gone = differing(options.output, files), stale(options.output, files)
    if options.check:
        return _report(changed, gone)
    for path in changed:
        file: Path = options.output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(files[path].encode("utf-8"))
    for path in gone:
        (options.output / path).unlink()
    print(f"{len(files)} files generated, {len(changed)} written, {len(gone)} removed")
    return 0


def _show(notices: Collection[Problem]) -> None:
    """Print notices and, if there are many, the number of those with the same message."""
    for notice in notices:
        print(notice, file=sys.stderr)
    counts = Counter(notice.message for notice in notices) if len(notices) > _MANY else Counter()
    for message, count in counts.most_common():
        if count >= _OFTEN:
            print(f"{count} of {len(notices)} notices: {one_line(message)}", file=sys.stderr)


def _report(changed: list[str], gone: list[str]) -> int:
    wrong = [f"{path} is missing or differs" for path in changed]
    wrong += [f"{path} is no longer generated" for path in gone]
    if wrong:
        print(*wrong, "run `python -m generator` to bring this up to date", sep="\n", file=sys.stderr)
    return 1 if wrong else 0


def _described(files: Files, notices: Notices) -> Description:
    """Return the intermediate representation of a description.

    :raises DescriptionError: it cannot be read, or is incomplete and promises not to be
    """
    try:
        bundled = bundle(files, notices)
        check_openapi(bundled, notices)
        normalized = normalize(bundled, notices)
    except RecursionError:
        raise DescriptionError.at(notices.at, "is nested too deeply") from None
    description = read(normalized, notices)
    if description.complete:
        notices.raise_if_any()
    return description


if __name__ == "__main__":
    # There are hardly any reference cycles, and looking for them takes a fifth of the time.
    gc.disable()
    sys.exit(main())
