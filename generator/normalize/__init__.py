"""Converts any description to the one form that the rest of the generator reads.

:mod:`~generator.normalize.document` converts the whole, :mod:`~generator.normalize.parameters` and
:mod:`~generator.normalize.contents` what operations take and return, :mod:`~generator.normalize.servers` base paths,
and :mod:`~generator.normalize.schemas` the schemas, which :mod:`~generator.normalize.parts` takes apart.
:mod:`~generator.normalize.form` describes the result.
"""

from generator.normalize.document import normalize

__all__ = ["normalize"]
