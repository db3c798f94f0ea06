"""The handlers of all operations on the catalog."""

from __future__ import annotations

from vidispine.simulator.catalog.autocomplete_handlers import AUTOCOMPLETE
from vidispine.simulator.catalog.collection_handlers import COLLECTIONS
from vidispine.simulator.catalog.document_handlers import DOCUMENTS
from vidispine.simulator.catalog.field_group_handlers import FIELD_GROUPS
from vidispine.simulator.catalog.field_handlers import FIELDS
from vidispine.simulator.catalog.item_handlers import ITEMS
from vidispine.simulator.catalog.metadata_handlers import METADATA

__all__ = ["CATALOG"]

CATALOG = {
    **ITEMS,
    **METADATA,
    **FIELDS,
    **FIELD_GROUPS,
    **DOCUMENTS,
    **COLLECTIONS,
    **AUTOCOMPLETE,
}
"""By operation."""
