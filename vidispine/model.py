"""The base classes of all models, under the name that pickles of 6.0.0 refer to."""

from __future__ import annotations

from vidispine._documents.model import Field, Model, optional, required
from vidispine._documents.model import restore as _restore  # noqa: F401 - pickles call it by this name
from vidispine._documents.vocabulary import Vocabulary

__all__ = ["Field", "Model", "Vocabulary", "optional", "required"]
