"""Editors that use jedi, and IPython, complete the names of the package."""

from __future__ import annotations

import pytest

jedi = pytest.importorskip("jedi")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from vidispine import Client\nClient('x').", {"item", "media", "settings", "submit"}),
        ("from vidispine import Client\nClient('x').job.", {"get_jobs", "iterate_jobs", "wait_for_job"}),
        ("from vidispine import Client\nClient('x').job.get_job('VX-1').", {"status", "values", "is_final"}),
        ("from vidispine import Client\nClient('x').item.get_item('VX-1').metadata.", {"get_all", "timed"}),
        ("import vidispine\nvidispine.Field('title').", {"contains", "one_of"}),
        ("import vidispine\nvidispine.JobState.", {"FINISHED", "WAITING"}),
    ],
)
def test_names_are_completed(code: str, expected: set[str]) -> None:
    assert expected <= {found.name for found in jedi.Script(code).complete()}


def test_parameters_are_shown() -> None:
    (signature,) = jedi.Script("from vidispine import Client\nClient('x').job.get_jobs(").get_signatures()
    assert {"state", "type", "number"} <= {parameter.name for parameter in signature.params}
