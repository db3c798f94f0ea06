"""The signature of a model names its attributes, and is created on demand."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys

import pytest

import vidispine
from vidispine import models


def test_signature_of_a_job() -> None:
    parameters = inspect.signature(vidispine.JobType).parameters
    assert list(parameters)[:2] == ["job_id", "user"]
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters["job_id"].default is inspect.Parameter.empty
    assert parameters["started"].default is None
    assert parameters["started"].annotation == "datetime | None"


def test_the_id_comes_first() -> None:
    assert next(iter(inspect.signature(vidispine.ItemType).parameters)) == "id"


def test_inherited_attributes() -> None:
    names = inspect.signature(vidispine.ComplexJobAudioOutputType).parameters.keys()
    assert inspect.signature(vidispine.ComplexJobOutputType).parameters.keys() < names


def test_help_shows_the_attributes() -> None:
    assert "KeyValueType(*, key: 'str', value: 'str')" in pydoc.plain(pydoc.render_doc(vidispine.KeyValueType))


def test_a_constructor_with_other_arguments_is_shown_as_it_is() -> None:
    assert list(inspect.signature(vidispine.Metadata).parameters) == ["values", "schema", "mode"]


@pytest.mark.parametrize("name", ["JobType", "ItemType", "MetadataType", "TimeCodeType", "SimpleMetadataType"])
def test_signature_names_what_the_constructor_accepts(name: str) -> None:
    model = getattr(models, name)
    with pytest.raises(vidispine.ApiTypeError, match="has no parameter 'nonsense'"):
        model(nonsense=1)
    assert set(inspect.signature(model).parameters) == set(model.fields())


def test_models_load_no_inspection() -> None:
    code = "import sys, vidispine; vidispine.KeyValueType(key='k', value='v'); print('inspect' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n"
