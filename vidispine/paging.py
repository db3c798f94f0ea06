"""Iteration over paginated lists.

If a list changes during the iteration, its entries shift: entries after a deleted one move to positions that were
already read, and an added entry moves others to the next page. Therefore each page that is requested by position
overlaps the previous page by one entry. If a page contains no known entry, the iteration goes back page by page until
it finds one, and continues from there.
"""

from __future__ import annotations

import copy
import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from vidispine._calls.operation import OF_THE_PAGE
from vidispine._calls.request import build_request
from vidispine._documents.conversion import type_error
from vidispine._documents.model import Model
from vidispine._values.checks import check_integer
from vidispine.api_client import ErrorsOf
from vidispine.exceptions import ApiTypeError, ApiValueError, UnexpectedKeywordError, short_repr
from vidispine.types import PageOptions

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from typing_extensions import Self

    from vidispine._calls.operation import Operation, Paging
    from vidispine.api_client import ApiClient

__all__ = ["Pages"]

T = TypeVar("T")

SEEN_ENTRIES = 1000
"""The minimum number of recent entries that are recognized when they are read again."""
SEEN_PAGES = 10
"""The same number in pages; the greater number applies."""

_MAX_STALLED_ROUNDS = 20
"""The number of rounds without a new entry or a higher position after which the iteration of an inconsistent list
ends."""

_OPTIONS = frozenset(PageOptions.__annotations__)
_NUMBER = re.compile(r"[0-9]+\Z")


class Pages(Iterator[T], Generic[T]):
    """An iterator over the entries of a paginated list. Pages are fetched when they are needed.

    The methods whose names start with ``iterate_`` return it. A few pages at most are in memory at the same time. It is
    not thread-safe.

    In the order of job ids, which is the default of ``iterate_jobs``, each job that exists during the whole iteration
    is returned exactly once, and each job that is added or deleted during the iteration at most once. The same applies
    to other lists, if the remaining entries keep their order, and if no more than 1000 recent entries, or ten pages,
    are deleted or displaced by new entries at once.

    With ``cursor=True``, the server returns the start of the next page, which is faster in long lists. VidiCore 5.0
    documents cursors only for searches in the generic interval. Therefore positions are the default.

    ``next()`` raises the errors of the operation. The iteration keeps its position: the following ``next()`` requests
    the same page again, and no entry is lost or returned twice.
    """

    def __init__(
        self,
        api_client: ApiClient,
        operation: Operation[Any],
        arguments: Sequence[Any],
        options: Mapping[str, Any],
        *,
        page_size: int,
        limit: int | None,
        cursor: bool = False,
    ) -> None:
        """Check the arguments. The first request is sent when the first entry is read.

        :param operation: the operation that returns a page
        :param arguments: a value for each of its parameters, in order, without those that select the page
        :param options: see :class:`vidispine.types.PageOptions`
        :param page_size: the number of entries per request, 1 or more
        :param limit: the maximum number of entries to return; ``None`` returns all
        :param cursor: use the server's cursor instead of positions. Default: ``False``
        :raises ApiTypeError, ApiValueError: an argument is invalid
        """
        if operation.pages is None:
            raise ApiTypeError(f"{operation.name} does not return a paginated list")
        with ErrorsOf(operation.pages.name):
            _check_integer("page_size", page_size, 1)
            if limit is not None:
                _check_integer("limit", limit, 0)
            if not isinstance(cursor, bool):
                raise ApiTypeError(f"cursor must be True or False, not {cursor!r}")
        size = page_size if limit is None else max(1, min(page_size, limit))
        fetcher = _PageFetcher(api_client, operation, operation.pages, arguments, options)
        fetcher.check()
        self._operation = operation.name
        self._remaining = limit
        self._buffer: deque[T] = deque()
        self._pager: _PositionPager | _CursorPager = (
            _CursorPager(fetcher, size) if cursor else _PositionPager(fetcher, size)
        )

    @property
    def hits(self) -> int | None:
        """The total number of entries when the iteration started, regardless of ``limit``.

        ``None`` if the server does not return it. Reading it fetches the first page, unless that has been fetched.
        """
        return self._first_page().hits

    @property
    def facets(self) -> dict[str, dict[Any, int]]:
        """The counts of the facets that the search requests: name of the facet, or its field, to ``{value: count}``.
        They are requested with the first page only. A range is a pair ``(low, high)``, with ``None`` where it is open.
        Empty if the operation has no facets. Reading it fetches the first page, unless that has been fetched.
        """
        return self._first_page().facets

    def _first_page(self) -> _Page:
        while self._pager.first_page is None:
            self._buffer.extend(self._pager.next())
        return self._pager.first_page

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        if self._remaining == 0:
            raise StopIteration
        while not self._buffer:
            if self._pager.ended:
                raise StopIteration
            self._buffer.extend(self._pager.next())
        if self._remaining is not None:
            self._remaining -= 1
        return self._buffer.popleft()

    def __repr__(self) -> str:
        page = self._pager.first_page
        return f"<Pages of {self._operation}{'' if page is None or page.hits is None else f': {page.hits} entries'}>"

    def _repr_html_(self) -> str:
        """Return the next entries as a table, which notebooks show. The first page is fetched if it has not been."""
        from vidispine._documents.html import ROWS, grid, row_of

        self._first_page()
        listed = list(islice(self._buffer, ROWS if self._remaining is None else min(ROWS, self._remaining)))
        return grid(map(row_of, listed), f"{repr(self).strip('<>')}, the next {len(listed)}")


def _check_integer(name: str, value: Any, lowest: int) -> None:
    try:
        check_integer(name, value, lowest)
    except ApiTypeError:
        # 6.0.0 raised an ApiValueError whatever the type.
        raise ApiValueError(f"{name} must be an integer of at least {lowest}, not {short_repr(value)}") from None


class _Page(NamedTuple):
    """One page; ``position`` is the position of its first entry in the list."""

    position: int
    entries: list[Any]
    identities: list[Hashable]
    hits: int | None
    cursor: str | None
    facets: dict[str, dict[Any, int]]

    def without_entries(self) -> _Page:
        return self._replace(entries=[], identities=[])


class _PageFetcher:
    """Fetches the pages of one list."""

    def __init__(
        self,
        api_client: ApiClient,
        operation: Operation[Any],
        paging: Paging,
        arguments: Sequence[Any],
        options: Mapping[str, Any],
    ) -> None:
        self._client = api_client
        self._operation = operation
        self._paging = paging
        self._options = options
        omitted = {*OF_THE_PAGE, *paging.without}
        filters = [parameter.name for parameter in operation.parameters if parameter.name not in omitted]
        self._values = {name: _snapshot(value) for name, value in zip(filters, arguments)}
        if paging.sort is not None and self._values["sort"] is None:
            self._values["sort"] = paging.sort
        #: the position of the first entry of a list, 0 or 1
        self.base: Any = next(parameter.default for parameter in operation.parameters if parameter.name == "first")
        self._identity = attrgetter(*paging.identity) if paging.identity else None

    def check(self) -> None:
        """Check the arguments of all requests.

        :raises ApiTypeError, ApiValueError: an argument is invalid
        """
        for name in self._options:
            if name not in _OPTIONS:
                if name == "number":
                    raise UnexpectedKeywordError(f"{self._paging.name} has no parameter 'number': use page_size")
                known = [*self._values, "page_size", "limit", *_OPTIONS]
                raise UnexpectedKeywordError.of(self._paging.name, name, known)
        safe = self._client.configuration.safe_chars_for_path_param
        with ErrorsOf(self._paging.name):
            build_request(self._operation, self._arguments({}), None, safe)

    def _arguments(self, selection: Mapping[str, Any]) -> list[Any]:
        values = {**self._values, **selection}
        return [values.get(parameter.name) for parameter in self._operation.parameters]

    @property
    def direction(self) -> int:
        """1 if entries are sorted by the numbers of their ids in ascending order, -1 if descending, 0 otherwise."""
        sort = self._values.get("sort")
        if self._paging.sort is None or not isinstance(sort, str):
            return 0
        key = self._paging.sort.split()[0]
        requested = re.fullmatch(rf"\s*{re.escape(key)}(?:\s+(asc|desc))?\s*", sort, re.IGNORECASE)
        if requested is None:
            return 0
        return -1 if (requested[1] or "asc").lower() == "desc" else 1

    def page(self, position: int, **selection: Any) -> _Page:
        """Fetch a page.

        :param position: the position of its first entry; 0 if unknown
        :param selection: values for the parameters that select a page
        """
        result = self._client.call(self._operation, self._arguments(selection), self._options)
        self._omit_facets()
        if result is None:
            return _Page(position, [], [], None, None, {})
        entries = getattr(result, self._paging.items) or []
        if any(entry is None for entry in entries):
            raise type_error(result._place(self._paging.items), "an entry", None)
        hits = None if self._paging.hits is None else getattr(result, self._paging.hits)
        cursor = result.next_cursor if "cursor" in selection else None
        facets = getattr(result, "facets", {})
        return _Page(position, entries, [self._identity_of(entry) for entry in entries], hits, cursor, facets)

    def _omit_facets(self) -> None:
        """Remove the facets from the search, since they are the same on all pages."""
        body = next((parameter.name for parameter in self._operation.parameters if parameter.location == "body"), None)
        if body is not None and body in self._values:
            self._values[body] = _without_facets(self._values[body])

    def _identity_of(self, entry: Any) -> Hashable:
        if self._identity is None:
            return str(entry)
        try:
            identity: Hashable = self._identity(entry)
        except AttributeError:
            identity = None  # a member of the entry is missing
        if identity is None or (isinstance(identity, tuple) and not any(identity)):
            return str(entry.to_json())
        return identity


def _snapshot(value: Any) -> Any:
    """Return a copy of an argument, so that all requests use the same value."""
    if isinstance(value, (Model, Mapping)):
        return copy.deepcopy(value)
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return list(value)
    return value


def _without_facets(search: Any) -> Any:
    if getattr(search, "facets", None) and hasattr(search, "replace"):
        return search.replace(facets=())
    if isinstance(search, Model) and getattr(search, "facet", None):
        search.facet = None  # type: ignore[attr-defined]
    elif isinstance(search, dict):
        search.pop("facet", None)
    return search


class _SeenEntries:
    """The identities of the entries that were returned.

    :param direction: see :attr:`_PageFetcher.direction`
    :param size: the number of recent entries to store
    """

    def __init__(self, direction: int, size: int) -> None:
        self._direction = direction
        self._size = size
        self._identities: OrderedDict[Hashable, None] = OrderedDict()
        self._is_full = False
        self._last: int | None = None

    @property
    def reach(self) -> int | None:
        """The number of recent entries that are recognized; ``None`` if all are."""
        return None if self._direction or not self._is_full else len(self._identities)

    def check_order(self, page: _Page) -> None:
        """Stop relying on the numbers of ids if a page is not sorted by them."""
        if self._direction:
            numbers = [_number(identity) for identity in page.identities]
            if None in numbers or any(
                not _precedes(before, after, self._direction) for before, after in zip(numbers, numbers[1:])
            ):
                self._direction = 0

    def __contains__(self, identity: Hashable) -> bool:
        if identity in self._identities:
            return True
        if not self._direction or self._last is None:
            return False
        number = _number(identity)
        return number is not None and not _precedes(self._last, number, self._direction)

    def add(self, identities: Iterable[Hashable]) -> None:
        """Add entries that are returned now, in order."""
        for identity in identities:
            self._identities[identity] = None
            number = _number(identity)
            # Pages that were fetched at different times may not be in order.
            if self._last is None or _precedes(self._last, number, self._direction):
                self._last = number
        while len(self._identities) > self._size:
            self._identities.popitem(last=False)
            self._is_full = True


def _number(identity: Hashable) -> int | None:
    """Return the number at the end of an id: 29 for ``VX-29``."""
    found = _NUMBER.search(identity) if isinstance(identity, str) else None
    return None if found is None else int(found[0])


def _precedes(before: int | None, after: int | None, direction: int) -> bool:
    return before is not None and after is not None and before * direction < after * direction


class _PositionPager:
    """Requests pages by their position in the list."""

    def __init__(self, fetcher: _PageFetcher, size: int) -> None:
        self.first_page: _Page | None = None
        self.ended = False
        self._fetcher = fetcher
        self._size = size
        self._seen = _SeenEntries(fetcher.direction, max(SEEN_ENTRIES, SEEN_PAGES * size))
        #: the position after that of the last returned entry
        self._position = fetcher.base
        self._previous: set[Hashable] = set()
        self._stalled_rounds = 0
        self._repeated_pages = 0

    def next(self) -> list[Any]:
        """Return the next entries; an empty list if all entries of a page were returned before."""
        pages = self._next_pages() if self.first_page else [self._fetch(self._position, self._size)]
        self.first_page = self.first_page or pages[0].without_entries()
        new, used = self._new_entries(pages)
        end = used.position + len(used.entries)
        self.ended = self._is_over(pages, used, bool(new), end)
        self._position = end
        self._previous = set(used.identities)
        self._seen.add(new)
        return list(new.values())

    def _fetch(self, position: int, number: int) -> _Page:
        page = self._fetcher.page(position, first=position, number=number)
        self._seen.check_order(page)
        return page

    def _next_pages(self) -> list[_Page]:
        """Return the next page, preceded by earlier pages back to one that contains a known entry."""
        base, reach = self._fetcher.base, self._seen.reach
        # Entries before this position were returned, but are no longer recognized.
        lowest = base if reach is None else max(base, self._position - reach)
        # Each page overlaps the previous one by an entry, which shows whether it follows it.
        number = max(self._size, 2)
        position = max(base, self._position - 1)
        pages = [self._fetch(position, number)]
        while position > lowest and not any(identity in self._seen for identity in pages[0].identities):
            position = max(lowest, position - number + 1)
            pages = [self._fetch(position, number), *pages[: SEEN_PAGES - 1]]
        return pages

    def _new_entries(self, pages: list[_Page]) -> tuple[dict[Hashable, Any], _Page]:
        """Return the entries that are new, and the last page that is connected to the first one by overlaps."""
        new: dict[Hashable, Any] = {}
        used = pages[0]
        for page in pages:
            if page is not used and not set(page.identities).intersection(used.identities):
                break
            used = page
            for identity, entry in zip(page.identities, page.entries):
                if identity not in self._seen:
                    new.setdefault(identity, entry)
        return new, used

    def _is_over(self, pages: list[_Page], used: _Page, progress: bool, end: int) -> bool:
        if progress:
            self._stalled_rounds = 0
            # Neither is sufficient: servers limit the size of pages, and may count entries that they do not list.
            all_counted = used.hits is not None and end - self._fetcher.base >= used.hits
            return all_counted and used is pages[-1] and len(used.entries) < self._size
        # If several pages were fetched, earlier responses do not show where the list ends now.
        if not used.entries or (len(pages) == 1 and end <= self._position):
            return True
        if set(used.identities) == self._previous:
            # Either a page of entries was added, or the server returns the same page for every position.
            first_page = self._fetcher.page(self._fetcher.base, first=self._fetcher.base, number=max(self._size, 2))
            self._repeated_pages = self._repeated_pages + 1 if set(first_page.identities) == self._previous else 0
            # Once may be a coincidence: all earlier entries may have been deleted between the two requests.
            return self._repeated_pages > 1
        self._stalled_rounds = self._stalled_rounds + 1 if end <= self._position else 0
        return self._stalled_rounds > _MAX_STALLED_ROUNDS


class _CursorPager:
    """Requests pages by the cursor that the server returns."""

    def __init__(self, fetcher: _PageFetcher, size: int) -> None:
        self.first_page: _Page | None = None
        self.ended = False
        self._fetcher = fetcher
        self._size = size
        self._seen = _SeenEntries(0, max(SEEN_ENTRIES, SEEN_PAGES * size))
        self._cursor = "*"

    def next(self) -> list[Any]:
        """Return the next entries."""
        page = self._fetcher.page(0, cursor=self._cursor, number=self._size)
        self.first_page = self.first_page or page.without_entries()
        new = {identity: entry for identity, entry in zip(page.identities, page.entries) if identity not in self._seen}
        self._seen.add(new)
        # Since 5.5, servers also return a cursor at the end, for entries that are added later.
        self.ended = not new or page.cursor in (None, "", self._cursor)
        self._cursor = page.cursor or ""
        return list(new.values())
