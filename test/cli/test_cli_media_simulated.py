"""A media file on the simulator: upload, list, search, show, download, delete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
