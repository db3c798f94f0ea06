"""Generates the API classes, the models and their documentation from the description in ``spec/``, or from another.

A description passes through in one direction: :mod:`generator.loading` reads files, :mod:`generator.bundling` combines
them into one document, :mod:`generator.normalize` converts it to one form, :mod:`generator.reading` reads that into the
objects of :mod:`generator.intermediate`, :mod:`generator.rendering` fills templates with those, and
:mod:`generator.tree` writes or compares files.
"""
