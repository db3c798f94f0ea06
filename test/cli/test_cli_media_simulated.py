"""A media file on the simulator: upload, list, search, show, edit, transcode, export, download, delete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from vidispine import Client
from vidispine.cli import main
from vidispine.simulator import Simulator

Capture = pytest.CaptureFixture[str]


def test_life_of_a_media_file(logged_in: Simulator, tmp_path: Path, capsys: Capture) -> None:
    clip = tmp_path / "interview.mov"
    clip.write_bytes(bytes(range(256)) * 100)
    assert main(["upload", str(clip), "--wait", "--json"]) == 0
    (job,) = json.loads(capsys.readouterr().out)
    (item,) = {pair["value"] for pair in job["data"] if pair["key"] == "itemId"}

    assert main(["items", "list", "-o", "ids"]) == 0
    assert capsys.readouterr().out == f"{item}\n"
    assert main(["search", "interview", "-o", "ids"]) == 0
    assert capsys.readouterr().out == f"{item}\n"
    assert main(["items", "list", "--where", "originalFilename=other.mov"]) == 0
    assert tuple(capsys.readouterr()) == ("", "No items\n")
    assert main(["items", "show", item]) == 0
    assert "interview.mov" in capsys.readouterr().out

    assert main(["items", "transcode", item, "--tag", "lowres"]) == 4
    preset = '{"format": "mp4", "video": {"codec": "h264"}}'
    assert main(["call", "shape-tag", "update_or_create_shape_tag", "lowres", "--body", preset]) == 0
    capsys.readouterr()
    assert main(["items", "transcode", item, "--tag", "lowres", "--priority", "low", "--wait", "--json"]) == 0
    (job,) = json.loads(capsys.readouterr().out)
    assert (job["type"], job["priority"], job["status"]) == ("TRANSCODE", "LOW", "FINISHED")
    assert main(["items", "show", item, "--json"]) == 0
    shapes = json.loads(capsys.readouterr().out)["shape"]
    assert sorted(tag for shape in shapes for tag in shape["tag"]) == ["lowres", "original"]

    copy = tmp_path / "copy.mov"
    assert main(["download", item, "--to", str(copy)]) == 0
    assert capsys.readouterr().out == f"{copy}\n"
    assert copy.read_bytes() == clip.read_bytes()
    assert main(["download", item, "--tag", "mezzanine", "--to", str(tmp_path)]) == 4

    assert main(["items", "delete", item, "--yes"]) == 0
    assert main(["items", "show", item]) == 4


@pytest.fixture(scope="module")
def sample_archive() -> Iterator[Simulator]:
    with Simulator(sample_data=True, speed=50) as simulator:
        yield simulator


@pytest.fixture
def archive(sample_archive: Simulator, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The sample archive, in environment variables for commands that run in this process."""
    for name, value in (("HOST", sample_archive.url), ("USERNAME", "admin"), ("PASSWORD", "admin")):
        monkeypatch.setenv(f"VIDISPINE_{name}", value)
    return Client(sample_archive.url, "admin", "admin")


@pytest.fixture
def item(archive: Client, tmp_path: Path) -> str:
    """An item with media and metadata."""
    clip = tmp_path / "clip.mov"
    clip.write_bytes(b"some film")
    group = {"acme_person": [{"acme_name": "Ada"}, {"acme_name": "Bob"}]}
    item_id = archive.media.ingest(clip, metadata={"title": "News", **group}, thumbnails=False).id
    assert item_id is not None
    return item_id


def output(capsys: Capture, *arguments: str) -> str:
    """Run a command, which must succeed, and return its standard output."""
    capsys.readouterr()
    assert main(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_upload_with_metadata(archive: Client, tmp_path: Path, capsys: Capture) -> None:
    clip = tmp_path / "clip \u00e9.mov"
    clip.write_bytes(b"some film")
    collection = archive.collection.create_collection(name="Uploads").id
    assert collection is not None
    options = ["--metadata", "title=Up", "--metadata", "acme_keyword=a", "--metadata", "acme_keyword=b"]
    (job,) = json.loads(output(capsys, "upload", str(clip), *options, "--collection", collection, "--wait", "--json"))
    (item_id,) = {pair["value"] for pair in job["data"] if pair["key"] == "itemId"}
    metadata = archive.metadata.load("item", item_id)
    assert (metadata["title"], metadata.get_all("acme_keyword")) == ("Up", ["a", "b"])
    assert [each.id for each in archive.collection.iterate_collection_items(collection)] == [item_id]


def test_set_and_get(archive: Client, item: str, capsys: Capture) -> None:
    assert output(
        capsys, "items", "set", item, "title=a=b \u00e9", "acme_keyword=x", "acme_keyword=y", "-o", "ids"
    ) == (f"{item}\n")
    assert output(capsys, "items", "get", item, "--field", "title") == "a=b \u00e9\n"
    assert output(capsys, "items", "get", item, "--field", "acme_keyword") == "x\ny\n"
    assert main(["items", "get", item, "--field", "acme_rating"]) == 0
    assert capsys.readouterr() == ("", f"{item} has no value of acme_rating\n")
    output(capsys, "items", "set", item, "acme_keyword=z", "--add")
    assert archive.metadata.load("item", item).get_all("acme_keyword") == ["x", "y", "z"]
    output(capsys, "items", "set", item, "acme_keyword=")
    assert "acme_keyword" not in archive.metadata.load("item", item)
    person = "acme_person.acme_name"
    assert json.loads(output(capsys, "items", "get", item, "--field", "title", "--field", person, "--json")) == {
        "id": item,
        "title": "a=b \u00e9",
        person: ["Ada", "Bob"],
    }
    plain = json.loads(output(capsys, "items", "get", item, "--json"))
    assert (plain["title"], plain["acme_person"][1]) == ("a=b \u00e9", {"acme_name": "Bob"})
    assert "acme_person.acme_name  Ada; Bob\n" in output(capsys, "items", "get", item)
    table = output(capsys, "items", "get", item, "VX-93", "--field", "title").splitlines()
    assert [line.split(maxsplit=1) for line in table] == [
        ["Item", "title"],
        [item, "a=b \u00e9"],
        ["VX-93", "Harbor at dawn"],
    ]
    assert output(capsys, "items", "get", item, "VX-93", "-o", "ids") == f"{item}\nVX-93\n"


def test_set_reports_each_failure(archive: Client, item: str, capsys: Capture) -> None:
    assert main(["items", "set", "VX-99999", item, "VX-99998", "title=Set", "--json"]) == 4
    captured = capsys.readouterr()
    assert json.loads(captured.out) == [{"id": item}]
    first, second, last = captured.err.splitlines()
    assert first.startswith("VX-99999: get_metadata: 404")
    assert second.startswith("VX-99998: get_metadata: 404")
    assert last == "vidispine: 2 of 3 items were not updated"
    assert archive.metadata.load("item", item)["title"] == "Set"
    assert main(["items", "set", "VX-99999", "title=x"]) == 4
    assert capsys.readouterr().err.startswith("vidispine: get_metadata: 404")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["VX-93"], "specify at least one item and one FIELD=VALUE"),
        (["title=x"], "specify at least one item and one FIELD=VALUE"),
        (["VX-93", "=x"], "'=x' is not of the form FIELD=VALUE"),
        (["VX-93", "title=", "--add"], "--add needs a value for each field"),
        (["", "title=x"], "an id must not be empty"),
        (["VX-93", "__version=3"], "__version"),
    ],
)
def test_mistakes_of_set(archive: Client, arguments: list[str], message: str, capsys: Capture) -> None:
    before = archive.metadata.load("item", "VX-93")
    assert main(["items", "set", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert archive.metadata.load("item", "VX-93") == before


def test_thumbnails(archive: Client, item: str, tmp_path: Path, capsys: Capture) -> None:
    listed = output(capsys, "items", "thumbnails", item)
    assert [line.split() for line in listed.splitlines()] == [["Item", "Time"], [item, "0@PAL"]]
    (path,) = output(capsys, "items", "thumbnails", item, "--to", str(tmp_path), "-o", "ids").splitlines()
    assert path == str(tmp_path / f"{item}-0@PAL.jpg")
    assert Path(path).read_bytes() == archive.media.thumbnails(item)[0].read()
    saved = ["--poster", "50@PAL", "--poster", "25@PAL", "--to", str(tmp_path), "--json"]
    assert json.loads(output(capsys, "items", "thumbnails", item, *saved)) == [
        {"item": item, "time": time, "path": str(tmp_path / f"{item}-{time}.jpg")} for time in ("25@PAL", "50@PAL")
    ]
    assert main(["items", "thumbnails", item, "--poster", "noon"]) == 2
    assert "'noon' is not a time code" in capsys.readouterr().err
    assert main(["items", "thumbnails", item, "--poster", "1@PAL", "--create"]) == 2
    assert main(["items", "thumbnails", item, "--to", str(tmp_path / "none")]) == 2
    assert main(["items", "thumbnails", "VX-99999"]) == 4


def test_time_out_of_thumbnails(archive: Client, item: str, capsys: Capture) -> None:
    """The job continues; the exit code is that of a wait that timed out."""
    assert main(["items", "thumbnails", item, "--create", "--max-wait", "0"]) == 7
    assert capsys.readouterr().err.startswith("vidispine: ")


def test_export(archive: Client, item: str, tmp_path: Path, capsys: Capture) -> None:
    (job,) = json.loads(output(capsys, "items", "export", item, "--to", f"{tmp_path.as_uri()}/", "--wait", "--json"))
    assert (job["type"], job["status"]) == ("EXPORT", "FINISHED")
    assert [path.read_bytes() for path in tmp_path.iterdir() if path.name != "clip.mov"] == [b"some film"]
    assert main(["items", "export", item]) == 2
    assert main(["items", "export", item, "--to", "s3://x/", "--location", "y"]) == 2
    assert "use either --to or --location" in capsys.readouterr().err
    assert main(["items", "export", item, "VX-99999", "--to", f"{tmp_path.as_uri()}/"]) == 4
    assert capsys.readouterr().err.startswith(f"Exporting item {item}: job VX-")
