"""What the simulated server does with items and what describes, gathers and protects them."""

from __future__ import annotations

from vidispine.simulator.catalogue.access_handlers import ACCESS
from vidispine.simulator.catalogue.autocomplete import AUTOCOMPLETE
from vidispine.simulator.catalogue.collection_handlers import COLLECTIONS
from vidispine.simulator.catalogue.document_handlers import DOCUMENTS
from vidispine.simulator.catalogue.field_groups import FIELD_GROUPS
from vidispine.simulator.catalogue.field_handlers import FIELDS
from vidispine.simulator.catalogue.group_handlers import GROUPS
from vidispine.simulator.catalogue.item_handlers import ITEMS
from vidispine.simulator.catalogue.key_handlers import KEYS
from vidispine.simulator.catalogue.metadata_handlers import METADATA
from vidispine.simulator.catalogue.shape_search import SHAPE_SEARCH
from vidispine.simulator.catalogue.user_handlers import USERS

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
