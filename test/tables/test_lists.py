"""List documents are sequences of their entries."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

import vidispine

SCHEMAS = Path(__file__).parents[2] / "spec" / "schemas"
LISTS = {
    name: schema
    for path in SCHEMAS.glob("*.yaml")
    for name, schema in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    if "x-entries" in schema
}


def test_the_description_names_the_entries_of_each_list() -> None:
    assert len(LISTS) > 50
    lists = {name for name in vidispine.models.__all__ if name.endswith("ListType")}
    aliases = {alias for schema in LISTS.values() for alias in schema.get("x-aliases", ())}
    assert lists - set(LISTS) - aliases == set()


@pytest.mark.parametrize("name", LISTS)
def test_a_list(name: str) -> None:
    member = LISTS[name]["x-entries"]
    is_text = LISTS[name]["properties"][member]["items"].get("type") == "string"
    entries: list[Any] = ["a", "b"] if is_text else [{}, {"unheardOf": 1}]
    model = getattr(vidispine, name)
    for empty in (model.from_document({}), model.from_document({member: []}), model.from_document({member: None})):
        assert not empty
        assert (len(empty), list(empty)) == (0, [])
    full = model.from_document({member: entries, "hits": 7})
    assert full
    assert len(full) == 2
    assert [each if is_text else each.to_document() for each in full] == entries
    assert full[1] == full[-1] == list(full)[1]
    assert full.to_document() == {member: entries, "hits": 7}
    assert pickle.loads(pickle.dumps(full)) == copy.deepcopy(full) == full
    with pytest.raises(IndexError):
        full[2]


def test_a_changed_list() -> None:
    jobs = vidispine.JobListType.from_document({"hits": 0})
    jobs.job = [vidispine.JobType.from_document({"jobId": "VX-1"})]
    assert [job.job_id for job in jobs] == ["VX-1"]
    assert bool(jobs) is True
