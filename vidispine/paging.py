"""Walking through lists that a server gives in pages.

A list that changes while it is walked shifts: what is deleted pulls later entries to positions that were passed
already, and what is added pushes entries that were given into the next page. Therefore each page by position begins
with the last entry of the page before. When nothing on a page is known, the walk goes back, page by page, until
something is, and goes on from there.
"""

from __future__ import annotations

import copy
import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from vidispine._calls.operation import OF_THE_PAGE
from vidispine._calls.request import build_request
from vidispine._documents.model import Model
from vidispine.api_client import ErrorsOf
from vidispine.exceptions import ApiTypeError, ApiValueError, UnexpectedKeywordError
from vidispine.types import PageOptions

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from typing_extensions import Self

    from vidispine._calls.operation import Operation, Paging
    from vidispine.api_client import ApiClient

__all__ = ["Pages"]

T = TypeVar("T")

REMEMBERED = 1000
"""How many of the entries given last are known again, at least."""
REMEMBERED_PAGES = 10
"""The same in pages, where that is more."""

_PATIENCE = 20
"""How often a walk tries again that neither finds anything new nor gets ahead, on a list that makes no sense."""

_OPTIONS = frozenset(PageOptions.__annotations__)
_NUMBER = re.compile(r"[0-9]+\Z")


class Pages(Iterator[T], Generic[T]):
    """The entries of a list, one after the other; its pages are fetched as they are needed.

    The methods whose names begin with ``iterate_`` make it. However long the list is, a few pages are held at most.
    It is for one thread at a time.

    Jobs in the order of their ids, which is what ``iterate_jobs`` asks for, come once each if they are there during the
    whole walk, and at most once if they are added or deleted meanwhile. So do the entries of other lists, as long as
    those that stay keep their order and no more than 1000 of those given last, or ten pages, go at once or are pushed
    along by new ones.

    With ``cursor=True`` the server says where the next page begins, which is quicker far down in a list. By
    documentation of VidiCore 5.0 that is for searches in the generic interval only, hence not the default.

    ``next()`` raises what the operation raises. The walk stays where it was then: ``next()`` asks for the same page
    again, and nothing is lost or given twice.
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
        """Check the arguments; nothing is sent before the first entry is asked for.

        :param operation: the operation that returns a page
        :param arguments: a value for each of its parameters, in their order, but for those that choose the page
        :param options: see :class:`vidispine.types.PageOptions`
        :param page_size: how many entries a request asks for, 1 or more
        :param limit: how many entries to give at most; all for ``None``
        :param cursor: follow the server's cursor instead of asking by position
        :raises ApiTypeError, ApiValueError: an argument cannot be used
        """
        if operation.pages is None:
            raise ApiTypeError(f"{operation.name} does not return a list in pages")
        with ErrorsOf(operation.pages.name):
            _check_whole_number("page_size", page_size, 1)
            if limit is not None:
                _check_whole_number("limit", limit, 0)
            if not isinstance(cursor, bool):
                raise ApiTypeError(f"cursor must be True or False, not {cursor!r}")
        size = page_size if limit is None else max(1, min(page_size, limit))
        source = _Source(api_client, operation, operation.pages, arguments, options)
        source.check()
        self._operation = operation.name
        self._left = limit
        self._ready: deque[T] = deque()
        self._walk: _ByPosition | _ByCursor = _ByCursor(source, size) if cursor else _ByPosition(source, size)

    @property
    def hits(self) -> int | None:
        """How many entries the list had in all when the walk began, whatever ``limit`` is; ``None`` if the server
        does not tell. The first page is fetched if it was not yet.
        """
        if not self._walk.begun:
            self._ready.extend(self._walk.next())
        return self._walk.hits

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        if self._left == 0:
            raise StopIteration
        while not self._ready:
            if self._walk.ended:
                raise StopIteration
            self._ready.extend(self._walk.next())
        if self._left is not None:
            self._left -= 1
        return self._ready.popleft()

    def __repr__(self) -> str:
        return f"<Pages of {self._operation}>"


def _check_whole_number(name: str, value: Any, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ApiValueError(f"{name} must be a whole number from {least} on, not {value!r}")


class _Page(NamedTuple):
    """One answer. ``position`` is where in the list it begins."""

    position: int
    entries: list[Any]
    identities: list[Hashable]
    hits: int | None
    cursor: str | None


class _Source:
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
        left_out = {*OF_THE_PAGE, *paging.without}
        filters = [parameter.name for parameter in operation.parameters if parameter.name not in left_out]
        self._values = {name: _kept(value) for name, value in zip(filters, arguments)}
        if paging.sort is not None and self._values["sort"] is None:
            self._values["sort"] = paging.sort
        #: position of a list's first entry
        self.base: Any = next(parameter.default for parameter in operation.parameters if parameter.name == "first")
        self._identity = attrgetter(*paging.identity) if paging.identity else None

    def check(self) -> None:
        """Check what each request will hold.

        :raises ApiTypeError, ApiValueError: something in it cannot be sent
        """
        for name in self._options:
            if name not in _OPTIONS:
                known = [*self._values, "page_size", "limit", *_OPTIONS]
                raise UnexpectedKeywordError.of(self._paging.name, name, known)
        safe = self._client.configuration.safe_chars_for_path_param
        with ErrorsOf(self._paging.name):
            build_request(self._operation, self._arguments({}), None, safe)

    def _arguments(self, chosen: Mapping[str, Any]) -> list[Any]:
        values = {**self._values, **chosen}
        return [values.get(parameter.name) for parameter in self._operation.parameters]

    @property
    def direction(self) -> int:
        """1 when entries come in the order of the numbers in their identities, -1 when backwards, 0 when neither."""
        sort = self._values.get("sort")
        if self._paging.sort is None or not isinstance(sort, str):
            return 0
        key = self._paging.sort.split()[0]
        asked = re.fullmatch(rf"\s*{re.escape(key)}(?:\s+(asc|desc))?\s*", sort, re.IGNORECASE)
        if asked is None:
            return 0
        return -1 if (asked[1] or "asc").lower() == "desc" else 1

    def page(self, position: int, **chosen: Any) -> _Page:
        """Fetch a page.

        :param position: where it begins, as far as that is known
        :param chosen: values for the parameters that choose a page
        """
        answer = self._client.call(self._operation, self._arguments(chosen), self._options)
        if answer is None:
            return _Page(position, [], [], None, None)
        entries = getattr(answer, self._paging.items) or []
        hits = None if self._paging.hits is None else getattr(answer, self._paging.hits)
        cursor = answer.next_cursor if "cursor" in chosen else None
        return _Page(position, entries, [self._identity_of(entry) for entry in entries], hits, cursor)

    def _identity_of(self, entry: Any) -> Hashable:
        if self._identity is None:
            return str(entry)
        try:
            identity: Hashable = self._identity(entry)
        except AttributeError:
            identity = None  # the part of the entry that has its id is missing
        if identity is None or (isinstance(identity, tuple) and not any(identity)):
            return str(entry.to_json())
        return identity


def _kept(value: Any) -> Any:
    """Return an argument in a form that is the same for each request, whatever the caller does with it meanwhile."""
    if isinstance(value, (Model, Mapping)):
        return copy.deepcopy(value)
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return list(value)
    return value


class _Known:
    """Tells entries that were given from those that were not.

    :param direction: see :attr:`_Source.direction`
    :param size: how many of the entries given last to remember
    """

    def __init__(self, direction: int, size: int) -> None:
        self._direction = direction
        self._size = size
        self._identities: OrderedDict[Hashable, None] = OrderedDict()
        self._forgets = False
        self._last: int | None = None

    @property
    def reach(self) -> int | None:
        """How many of the entries given last are known; ``None`` for all."""
        return None if self._direction or not self._forgets else len(self._identities)

    def look_at(self, page: _Page) -> None:
        """Trust the numbers in identities no more when they do not have the order that they should have."""
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
        """Note entries that are given now, in their order."""
        for identity in identities:
            self._identities[identity] = None
            number = _number(identity)
            # Of pages that were fetched at different times, one may hold what another has no more.
            if self._last is None or _precedes(self._last, number, self._direction):
                self._last = number
        while len(self._identities) > self._size:
            self._identities.popitem(last=False)
            self._forgets = True


def _number(identity: Hashable) -> int | None:
    """Return the number at the end of an id such as ``VX-29``."""
    found = _NUMBER.search(identity) if isinstance(identity, str) else None
    return None if found is None else int(found[0])


def _precedes(before: int | None, after: int | None, direction: int) -> bool:
    return before is not None and after is not None and before * direction < after * direction


class _ByPosition:
    """A walk that asks for entries by their position in the list."""

    def __init__(self, source: _Source, size: int) -> None:
        self.begun = False
        self.ended = False
        self.hits: int | None = None
        self._source = source
        self._size = size
        self._known = _Known(source.direction, max(REMEMBERED, REMEMBERED_PAGES * size))
        #: position after that of the entry given last
        self._position = source.base
        self._before: set[Hashable] = set()
        self._rounds_in_vain = 0
        self._alike = 0

    def next(self) -> list[Any]:
        """Return the entries that come next; none where all of a page were given before."""
        pages = self._back_to_what_is_known() if self.begun else [self._fetch(self._position, self._size)]
        if not self.begun:
            self.begun, self.hits = True, pages[0].hits
        fresh, used = self._fresh(pages)
        end = used.position + len(used.entries)
        self.ended = self._is_over(pages, used, bool(fresh), end)
        self._position = end
        self._before = set(used.identities)
        self._known.add(fresh)
        return list(fresh.values())

    def _fetch(self, position: int, number: int) -> _Page:
        page = self._source.page(position, first=position, number=number)
        self._known.look_at(page)
        return page

    def _back_to_what_is_known(self) -> list[_Page]:
        """Return the next page, and those before it as far back as nothing on them is known, in their order."""
        base, reach = self._source.base, self._known.reach
        # Further back are entries that were given and are forgotten.
        farthest = base if reach is None else max(base, self._position - reach)
        # Each page shares an entry with the one before, so that it is seen whether it follows that.
        number = max(self._size, 2)
        position = max(base, self._position - 1)
        pages = [self._fetch(position, number)]
        while position > farthest and not any(identity in self._known for identity in pages[0].identities):
            position = max(farthest, position - number + 1)
            pages = [self._fetch(position, number), *pages[: REMEMBERED_PAGES - 1]]
        return pages

    def _fresh(self, pages: list[_Page]) -> tuple[dict[Hashable, Any], _Page]:
        """Return the entries that were not given yet, and the last page that follows from the first."""
        fresh: dict[Hashable, Any] = {}
        used = pages[0]
        for page in pages:
            if page is not used and not set(page.identities).intersection(used.identities):
                break
            used = page
            for identity, entry in zip(page.identities, page.entries):
                if identity not in self._known:
                    fresh.setdefault(identity, entry)
        return fresh, used

    def _is_over(self, pages: list[_Page], used: _Page, progress: bool, end: int) -> bool:
        if progress:
            self._rounds_in_vain = 0
            # A page may be short because servers limit its size, and what they count may not be what they list.
            told = used.hits is not None and end - self._source.base >= used.hits
            return told and used is pages[-1] and len(used.entries) < self._size
        # What was fetched on the way back to what is known is older than that, and tells nothing about the end.
        if not used.entries or (len(pages) == 1 and end <= self._position):
            return True
        if set(used.identities) == self._before:
            # Either as many entries were added as a page holds, or the server gives the same page for any position.
            beginning = self._source.page(self._source.base, first=self._source.base, number=max(self._size, 2))
            self._alike = self._alike + 1 if set(beginning.identities) == self._before else 0
            # Once may be chance: the list may have lost all that was before, between the two requests.
            return self._alike > 1
        self._rounds_in_vain = self._rounds_in_vain + 1 if end <= self._position else 0
        return self._rounds_in_vain > _PATIENCE


class _ByCursor:
    """A walk that lets the server say where the next page begins."""

    def __init__(self, source: _Source, size: int) -> None:
        self.begun = False
        self.ended = False
        self.hits: int | None = None
        self._source = source
        self._size = size
        self._known = _Known(0, max(REMEMBERED, REMEMBERED_PAGES * size))
        self._cursor = "*"

    def next(self) -> list[Any]:
        """Return the entries that come next."""
        page = self._source.page(0, cursor=self._cursor, number=self._size)
        if not self.begun:
            self.begun, self.hits = True, page.hits
        fresh = {
            identity: entry for identity, entry in zip(page.identities, page.entries) if identity not in self._known
        }
        self._known.add(fresh)
        # Servers from 5.5 on return a cursor at the end too, with which new entries could be asked for later.
        self.ended = not fresh or page.cursor in (None, "", self._cursor)
        self._cursor = page.cursor or ""
        return list(fresh.values())
