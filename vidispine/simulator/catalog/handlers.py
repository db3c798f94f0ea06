"""The handlers of all operations on the catalog."""

from __future__ import annotations

from vidispine.simulator.catalog.autocomplete_handlers import AUTOCOMPLETE_HANDLERS
from vidispine.simulator.catalog.collection_handlers import COLLECTION_HANDLERS
from vidispine.simulator.catalog.document_handlers import DOCUMENT_HANDLERS
from vidispine.simulator.catalog.field_group_handlers import FIELD_GROUP_HANDLERS
from vidispine.simulator.catalog.field_handlers import FIELD_HANDLERS
from vidispine.simulator.catalog.item_handlers import ITEM_HANDLERS
from vidispine.simulator.catalog.metadata_handlers import METADATA_HANDLERS
from vidispine.simulator.http.requests import handlers_by_operation

__all__ = ["CATALOG"]

CATALOG = handlers_by_operation(
    [
        *AUTOCOMPLETE_HANDLERS,
        *COLLECTION_HANDLERS,
        *DOCUMENT_HANDLERS,
        *FIELD_GROUP_HANDLERS,
        *FIELD_HANDLERS,
        *ITEM_HANDLERS,
        *METADATA_HANDLERS,
    ]
)
"""By operation."""
