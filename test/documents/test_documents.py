"""Properties of every model: no member is lost, and exactly the changes are sent."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vidispine
from test.support.document_strategies import MODELS, documents, model_in, read_everything
from vidispine import models
from vidispine._documents.conversion import encode
from vidispine._documents.json import dump_json
from vidispine._documents.model import Field, Model

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
every_model_with_attributes = pytest.mark.parametrize(
    "model", [model for model in MODELS if model.fields()], ids=lambda model: model.__name__
)
FEW = settings(
    max_examples=8,
    derandomize=True,
)


def wire(model: Model) -> str:
    """Return the document as text, to compare the order of members and the notation of values too."""
    return json.dumps(model.to_document())


@pytest.mark.slow
@every_model
@FEW
@given(data=st.data())
def test_decoding_and_encoding_is_the_identity(model: type[Model], data: st.DataObject) -> None:
    document = data.draw(documents(model))
    text = json.dumps(document)
    view = model.from_document(json.loads(text))
    assert wire(view) == text
    read_everything(view)
    assert wire(view) == text
    assert view.to_json() == dump_json(document).decode()
    for copied in (
        pickle.loads(pickle.dumps(view)),
        copy.copy(view),
        copy.deepcopy(view),
        model.from_document(document),
    ):
        assert copied == view
        assert wire(copied) == text
    for shown in (repr(view), str(view)):
        assert shown.startswith(f"{model.__name__}(")
    assert repr(view).count("\n") < 24
    assert view._repr_html_().startswith("<table>")
    assert view.to_dict().keys() == model.openapi_types.keys() == model.attribute_map.keys()
    assert {*view.additional_properties} == document.keys() - set(model.attribute_map.values())


def _parts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Model]]:
    """Yield a model and all models within it, each after its location in the document."""
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _parts(element, (*path, index))
    elif isinstance(value, Model):
        yield path, value
        for name, field in value.fields().items():
            yield from _parts(getattr(value, name), (*path, field.wire))


NEW: dict[str, tuple[Any, Any]] = {
    "str": ("new text", "new text"),
    "int": (4711, 4711),
    "float": (0.25, 0.25),
    "bool": (True, True),
    "datetime": (datetime(2031, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "2031-01-02T03:04:05+00:00"),
    "object": ({"any": [1]}, {"any": [1]}),
}
"""For each type a value to assign, and the JSON value that is sent for it."""


def new_value(field: Field) -> tuple[Any, Any]:
    """Return a value for an attribute, and the JSON value that is sent for it."""
    inner = model_in(field.type)
    value: Any
    sent: Any
    if inner is not None:
        value, sent = inner.from_document({"marked": True}), {"marked": True}
    elif field.values:
        value = sent = field.values[0]
    else:
        value, sent = copy.deepcopy(NEW[field.type_ref.name])
    return ([value], [sent]) if field.type_ref.is_list else (value, sent)


@pytest.mark.slow
@every_model_with_attributes
@FEW
@given(data=st.data())
def test_edit_at_any_depth_changes_nothing_else(model: type[Model], data: st.DataObject) -> None:
    expected = data.draw(documents(model))
    view = model.from_document(expected)
    if data.draw(st.booleans()):
        read_everything(view)
    path, part = data.draw(st.sampled_from([(path, part) for path, part in _parts(view) if part.fields()]))
    field = data.draw(st.sampled_from(list(part.fields().values())))
    parent: Any = expected
    for step in path:
        parent = parent[step]
    value, parent[field.wire] = new_value(field)
    setattr(part, field.name, value)
    assert view.to_document() == expected
    assert getattr(part, field.name) == value
    if field.required:
        with pytest.raises(
            ValueError, match=rf"^{type(part).__name__}\.{field.name} is required and must not be None$"
        ):
            setattr(part, field.name, None)
    else:
        setattr(part, field.name, None)
        del parent[field.wire]
    assert view.to_document() == expected


@pytest.mark.slow
@every_model
def test_entry_appended_to_a_list_is_sent(model: type[Model]) -> None:
    for field in model.fields().values():
        if not field.type_ref.is_list:
            continue
        (value,), (sent,) = new_value(field)
        view = model.from_document({field.wire: []})
        elements = getattr(view, field.name)
        assert elements is getattr(view, field.name)
        elements.append(value)
        assert view.to_document() == {field.wire: [sent]}
        elements.clear()
        assert view.to_document() == {field.wire: []}
        bare = model.from_document({})
        setattr(bare, field.name, [])
        assert bare.to_document() == {field.wire: []}


@every_model
def test_model_built_from_keywords_equals_the_document(model: type[Model]) -> None:
    values = {name: new_value(field) for name, field in model.fields().items()}
    made = model(**{name: value for name, (value, _) in values.items()})
    assert made.to_document() == {model.attribute_map[name]: sent for name, (_, sent) in values.items()}
    assert encode(made) == made.to_document()
    assert {name: getattr(made, name) for name in values} == {name: value for name, (value, _) in values.items()}
    required = [name for name, field in model.fields().items() if field.required]
    for missing in required:
        with pytest.raises(ValueError, match=f"^{model.__name__}.{missing} is required and must not be None$"):
            model(**{name: value for name, (value, _) in values.items() if name != missing})


def test_members_are_in_the_order_of_the_keywords_without_none() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    job = models.JobType(job_id="VX-1", user=None, started=noon, status="READY", type="EXPORT", priority="LOW")
    assert list(job.to_document()) == ["jobId", "started", "status", "type", "priority"]
    assert job.to_document()["started"] == noon.isoformat()
    # No member has another name than its attribute.
    assert models.MetadataFieldValueType(name="title", track=None).to_document() == {"name": "title"}


@pytest.mark.parametrize("before", [{}, {"name": "title"}, {"name": None}])
def test_an_unknown_keyword_raises(before: dict[str, Any]) -> None:
    field: Any = models.MetadataFieldValueType
    with pytest.raises(vidispine.UnexpectedKeywordError, match=r"^MetadataFieldValueType has no .*'vaule': did you"):
        field(**before, vaule="text")


def test_all_missing_attributes_are_named() -> None:
    job: Any = models.JobType
    with pytest.raises(ValueError, match=r"^JobType\.status, type and priority are required and must not be None$"):
        job(job_id="VX-1", priority=None)


def test_a_misspelled_attribute_raises() -> None:
    job: Any = models.JobType.from_document({"jobId": "VX-1"})
    with pytest.raises(AttributeError, match=r"^'JobType' object has no attribute 'statsu': did you mean 'status'\?$"):
        job.statsu = "READY"
    with pytest.raises(AttributeError, match=r"^'JobType' object has no attribute 'statsu'$"):
        job.statsu  # noqa: B018
    assert job.to_document() == {"jobId": "VX-1"}


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("FINISHED", "JobType takes its attributes as keywords, not str"),
        ({"jobId": "VX-1"}, "JobType takes its attributes as keywords, not dict: use JobType.from_document"),
    ],
)
def test_attributes_are_keywords(argument: Any, message: str) -> None:
    model: Any = models.JobType
    with pytest.raises(vidispine.ApiTypeError, match=f"^{message}$"):
        model(argument)


WRONG: list[tuple[type[Model], str, Any, str]] = [
    (models.JobType, "total_steps", "many", 'an integer, not "many"'),
    (models.JobType, "started", datetime, "a datetime or an ISO 8601 time, not the class datetime"),
    (models.JobType, "total_steps", 1.5, "an integer, not 1.5"),
    (models.JobType, "total_steps", True, "an integer, not true"),
    (models.JobType, "total_steps", {}, "an integer, not dict"),
    (models.AmountType, "value", "much", 'a number, not "much"'),
    (models.AmountType, "value", False, "a number, not false"),
    (models.StorageMethodType, "read", "maybe", 'true or false, not "maybe"'),
    (models.StorageMethodType, "read", 2, "true or false, not 2"),
    (models.JobType, "user", [1], "a string, not list"),
    (models.JobType, "data", "text", "a list, not str"),
    (models.JobType, "log", [1], "a JobTypeLog or a mapping, not list"),
]


@pytest.mark.parametrize(("model", "name", "value", "problem"), WRONG)
def test_a_value_of_the_wrong_type_is_rejected_when_it_is_set(
    model: type[Model], name: str, value: Any, problem: str
) -> None:
    document: Any = model.from_document({})
    with pytest.raises(vidispine.ApiTypeError, match=f"^{model.__name__}.{name} must be {re.escape(problem)}$"):
        setattr(document, name, value)
    assert document.to_document() == {}


@pytest.mark.parametrize(
    ("model", "name", "value", "read"),
    [
        (models.JobType, "total_steps", "7", 7),
        (models.JobType, "total_steps", 7.0, 7),
        (models.AmountType, "value", "1e3", 1000.0),
        (models.AmountType, "value", 3, 3.0),
        (models.StorageMethodType, "read", "TRUE", True),
        (models.JobType, "user", 7, "7"),
    ],
)
def test_values_in_another_notation_are_sent_as_given(model: type[Model], name: str, value: Any, read: Any) -> None:
    document: Any = model.from_document({})
    setattr(document, name, value)
    assert getattr(document, name) == read
    sent = json.loads(document.to_json())[model.attribute_map[name]]
    assert (type(sent), sent) == (type(value), value)


@pytest.mark.parametrize("index", [0, 1, 999, 1000, 1500])
def test_an_error_names_the_index_in_a_list(index: int) -> None:
    jobs: list[dict[str, Any]] = [{} for _ in range(index + 1)]
    jobs[index] = {"totalSteps": [], "log": {"task": [{}, {"step": []}]}}
    job = (vidispine.JobListType.from_document({"job": jobs}).job or [])[index]

    for one in (job, copy.copy(job), copy.deepcopy(job)):
        with pytest.raises(vidispine.ApiDecodeError) as caught:
            _ = one.total_steps
        assert caught.value.place == f"JobListType.job[{index}].totalSteps"
        task = ((one.log and one.log.task) or [])[1]
        with pytest.raises(vidispine.ApiDecodeError) as caught:
            _ = task.step
        assert caught.value.place == f"JobListType.job[{index}].log.task[1].step"


def test_reading_an_attribute_has_frames_of_the_package_only() -> None:
    # Warnings point to the caller, and tracebacks that may show secrets are shortened, by the modules of frames.
    job = vidispine.JobType.from_document({"totalSteps": []})

    with pytest.raises(vidispine.ApiDecodeError) as caught:
        _ = job.total_steps

    modules = [entry.frame.f_globals.get("__name__") for entry in caught.traceback[1:]]
    assert modules
    assert all(str(module).startswith("vidispine.") for module in modules)


def test_copies_of_copies_need_no_more_memory() -> None:
    job = (vidispine.JobListType.from_document({"job": [{}]}).job or [])[0]
    once = copy.copy(job)

    assert copy.deepcopy(copy.copy(once))._location is once._location


def test_a_model_has_no_further_slots() -> None:
    with pytest.raises(TypeError, match=r"^WithSlots must not have __slots__ of its own$"):
        type("WithSlots", (vidispine.JobType,), {"__slots__": ("more",)})


def test_an_empty_list_replaces_what_is_not_a_list() -> None:
    items = models.ItemListType.from_document({"item": {"id": "VX-1"}})
    items.item = []
    assert items.to_document() == json.loads(items.to_json()) == {"item": []}


def test_an_assigned_time_is_read_unchanged() -> None:
    """With its time zone, which the document does not contain."""
    time = datetime(2024, 3, 1, tzinfo=timezone(timedelta(hours=1), "CET"))
    lock = models.LockType.from_document({})
    lock.expires = time
    assert lock.expires is time
    assert copy.copy(lock).expires is time
    # It is plain text for everyone else.
    assert type(lock.to_document()["expires"]) is str
    assert b"AssignedTime" not in pickle.dumps(lock)
    assert pickle.loads(pickle.dumps(lock)) == copy.deepcopy(lock) == lock
    assert lock.to_json() == '{"expires":"2024-03-01T00:00:00+01:00"}'
    job = models.JobType.from_document({})
    job.started = time
    job.started = None
    assert job.started is None


def test_profilers_see_the_name_of_each_attribute() -> None:
    for name in ("job_id", "status"):
        reader = vars(models.JobType)[name].fget
        assert (reader.__code__.co_name, reader.__name__) == (f"JobType.{name}", name)


def test_models_within_an_appended_model_are_encoded() -> None:
    metadata = models.MetadataType.from_document({"timespan": []})
    assert metadata.timespan is not None
    for _ in range(2):  # the first constructor call of a class stores models in another way
        field = models.MetadataFieldValueType(name="a")
        metadata.timespan.append(models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field]))
    assert [type(span["field"][0]) for span in metadata.to_document()["timespan"]] == [dict, dict]


def test_a_mapping_can_contain_models_and_times() -> None:
    metadata_type: Any = models.MetadataType
    value = models.MetadataValueType(value="x")
    time = datetime(2024, 3, 1, tzinfo=timezone.utc)
    field = {"name": "a", "value": [value, {"value": time}]}
    metadata = metadata_type(timespan=[{"start": "-INF", "end": "+INF", "field": (field,)}])
    value.value = "changed later"
    assert metadata.to_document()["timespan"][0]["field"] == [
        {"name": "a", "value": [{"value": "x"}, {"value": "2024-03-01T00:00:00+00:00"}]}
    ]
    for wrong in ({1, 2}, b"x", object()):
        with pytest.raises(vidispine.ApiTypeError, match="cannot be converted to JSON"):
            metadata_type(timespan=[{"field": wrong}])
    endless: dict[str, Any] = {}
    endless["group"] = [endless]
    with pytest.raises(vidispine.ApiValueError, match="contains itself"):
        metadata_type(timespan=[endless])
