"""Makes the API classes, the models and their documentation from the description in ``spec/``, or from another.

``python -m generator`` writes them, ``python -m generator --check`` says what is out of date. What is described goes
one way: :mod:`generator.loading` reads files, :mod:`generator.bundling` makes one document of them,
:mod:`generator.foreign` brings it into one form, whoever wrote it, :mod:`generator.reading` makes the objects of
:mod:`generator.intermediate` of that, :mod:`generator.rendering` makes texts of those, and :mod:`generator.tree`
writes or compares files.
"""
