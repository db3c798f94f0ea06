"""What the simulated server does with items and what describes, gathers and protects them."""

from __future__ import annotations

from vidispine.simulator.accounts.access_handlers import ACCESS
from vidispine.simulator.accounts.group_handlers import GROUPS
from vidispine.simulator.accounts.key_handlers import KEYS
from vidispine.simulator.accounts.user_handlers import USERS
from vidispine.simulator.catalog.autocomplete_handlers import AUTOCOMPLETE
from vidispine.simulator.catalog.collection_handlers import COLLECTIONS
from vidispine.simulator.catalog.document_handlers import DOCUMENTS
from vidispine.simulator.catalog.field_group_handlers import FIELD_GROUPS
from vidispine.simulator.catalog.field_handlers import FIELDS
from vidispine.simulator.catalog.item_handlers import ITEMS
from vidispine.simulator.catalog.metadata_handlers import METADATA
from vidispine.simulator.media.shape_search_handlers import SHAPE_SEARCH

__all__ = ["CATALOGUE"]

CATALOGUE = {
    **ITEMS,
    **METADATA,
    **FIELDS,
    **FIELD_GROUPS,
    **DOCUMENTS,
    **COLLECTIONS,
    **SHAPE_SEARCH,
    **AUTOCOMPLETE,
    **ACCESS,
    **USERS,
    **GROUPS,
    **KEYS,
}
"""By the name of the operation."""
