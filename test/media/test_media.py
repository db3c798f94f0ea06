"""``client.media`` against the simulator, and against servers that misbehave."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, Recorded, reply
from vidispine import ApiResponseError, ApiTypeError, ApiValueError, Client, Field, Search, TimeCode
from vidispine.simulator import Simulator


@pytest.fixture(scope="module")
def vidicore() -> Iterator[Simulator]:
    with Simulator(sample_data=True) as simulator:
        for type_ in (
            "PLACEHOLDER_IMPORT",
            "RAW_IMPORT",
            "ESSENCE_VERSION",
            "TRANSCODE",
            "EXPORT",
            "COPY_FILE",
            "MOVE_FILE",
        ):
            simulator.jobs.behave(type_, seconds=0)
        yield simulator


@pytest.fixture(scope="module")
def archive(vidicore: Simulator) -> Iterator[Client]:
    with Client(vidicore.url, "admin", "admin") as client:
        yield client


@pytest.fixture(scope="module")
def harbor(archive: Client) -> str:
    item_id = next(archive.item.iterate_search_items(Search(Field("title") == "Harbor at dawn"), limit=1)).id
    assert item_id is not None
    return item_id


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip é.mov"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def count(archive: Client) -> Any:
    return archive.item.search_items(Search(), number=0).hits


class TestIngest:
    def test_with_metadata(self, archive: Client, clip: Path) -> None:
        reached: list[float] = []
        collection = archive.collection.create_collection(name="Media").id
        assert collection is not None
        item = archive.media.ingest(
            clip,
            metadata={"title": "News", "acme_keyword": ["a", "b"]},
            tags="lowres",
            collections=[collection],
            priority="HIGH",
            on_progress=reached.append,
        )
        assert item.metadata is not None
        assert (item.metadata["title"], item.metadata.get_all("acme_keyword")) == ("News", ["a", "b"])
        assert {tag for shape in item.shape or [] for tag in shape.tag or []} == {"original", "lowres"}
        assert item.metadata["originalFilename"] == "clip é.mov"
        found = archive.collection.search_items_in_collection(collection, Search())
        assert [entry.id for entry in found] == [item.id]
        assert reached == sorted(reached)
        assert reached[-1] == 1
        assert 0.5 in reached

    @pytest.mark.parametrize("chunk_size", [100_000, 1000])
    def test_without_metadata(self, archive: Client, clip: Path, tmp_path: Path, chunk_size: int) -> None:
        item = archive.media.ingest(str(clip), chunk_size=chunk_size)
        (path,) = archive.media.download(item, to=tmp_path / "..")
        assert path.read_bytes() == clip.read_bytes()
        path.unlink()

    def test_a_uri(self, vidicore: Simulator, archive: Client, harbor: str) -> None:
        (file, *_) = archive.file.get_files(id=[archive.media.shape(harbor).container_component.file[0].id])  # type: ignore[union-attr,index,list-item]
        assert file.uri is not None
        for options in ({}, {"metadata": vidispine.Metadata({"title": "By URI"})}):
            item = archive.media.ingest(file.uri[0], **options)  # type: ignore[call-overload]
            assert [tag for shape in item.shape or [] for tag in shape.tag or []] == ["original"]

    def test_an_open_file(self, archive: Client) -> None:
        item = archive.media.ingest(io.BytesIO(b"sound"), filename="sound.wav")
        assert item.metadata is not None
        assert item.metadata["originalFilename"] == "sound.wav"

    def test_a_folder(self, archive: Client, tmp_path: Path) -> None:
        for name in ("b.mov", "a.mov", ".hidden.mov", "c.txt"):
            (tmp_path / name).write_bytes(name.encode())
        for folder in (".hidden", "inner"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "d.mov").write_bytes(folder.encode())
        items = archive.media.ingest(tmp_path, pattern="*.mov")
        names = [item.metadata["originalFilename"] for item in items if item.metadata is not None]
        assert names == ["a.mov", "b.mov"]
        everything: Any = archive.media.ingest(str(tmp_path), metadata={"title": "Of a folder"})
        assert [item.metadata["originalFilename"] for item in everything] == ["a.mov", "b.mov", "c.txt"]
        assert {item.metadata["title"] for item in everything} == {"Of a folder"}
        jobs = archive.media.ingest(tmp_path, pattern="**/*.mov", wait=False)
        assert len(list(archive.job.wait_for_jobs(jobs))) == 3

    def test_without_waiting(self, archive: Client, clip: Path) -> None:
        job = archive.media.ingest(clip, metadata={"title": "Later"}, wait=False)
        assert archive.job.wait_for_job(job).status == "FINISHED"

    def test_resume(self, archive: Client, clip: Path) -> None:
        """An upload that was interrupted continues in the same placeholder."""

        def interrupt(progress: float) -> None:
            if progress > 0.2:
                raise KeyboardInterrupt

        item_id = archive.import_.create_placeholder(vidispine.Metadata({"title": "Resumed"}), container=1).id
        before = count(archive)
        options: Any = {"transfer_id": "resumed", "item_id": item_id, "chunk_size": 1000, "parallel": 1}
        with pytest.raises(KeyboardInterrupt):
            archive.media.ingest(clip, **options, on_progress=interrupt)
        transferred = archive.transfer.get_transfer("resumed").transferred
        assert transferred
        item = archive.media.ingest(clip, **options)
        assert (item.id, count(archive)) == (item_id, before)
        assert archive.media.shape(item).container_component.file[0].size == clip.stat().st_size  # type: ignore[union-attr,index]

    @pytest.mark.parametrize("item_id_given", [False, True])
    def test_resume_with_metadata(self, archive: Client, clip: Path, item_id_given: bool) -> None:
        """The same call finds the placeholder of the first one; the id of the placeholder may be given."""

        def interrupt(progress: float) -> None:
            if progress > 0.2:
                raise KeyboardInterrupt

        name = f"with metadata {item_id_given}"
        options: Any = {"transfer_id": name, "metadata": {"title": name}, "chunk_size": 1000, "parallel": 1}
        before = count(archive)
        with pytest.raises(KeyboardInterrupt):
            archive.media.ingest(clip, **options, on_progress=interrupt)
        (started,) = archive.transfer.iterate_transfers()
        if item_id_given:
            options["item_id"] = str(started.name).rpartition("@")[2]
        reached: list[float] = []
        item = archive.media.ingest(clip, **options, on_progress=reached.append)
        assert count(archive) == before + 1
        assert item.metadata is not None
        assert item.metadata["title"] == name
        assert archive.media.shape(item).container_component.file[0].size == clip.stat().st_size  # type: ignore[union-attr,index]
        assert archive.media.ingest(clip, **options).id == item.id
        assert count(archive) == before + 1
        assert reached == sorted(reached)

    def test_resume_without_the_right_to_read_transfers(self, server: Loopback, configuration: Any, clip: Path) -> None:
        job = {"jobId": "VX-5", "status": "READY", "type": "RAW_IMPORT", "priority": "LOW"}

        def respond(connection: Any, request: Recorded) -> bool:
            if "transfer" in request.segments:
                return reply({}, 403)(connection, request)
            return reply({"id": "VX-7"} if request.path.endswith("placeholder") else job)(connection, request)

        server.otherwise = respond
        with Client(configuration=configuration) as client:
            assert client.media.ingest(clip, metadata={"title": "x"}, transfer_id="a", wait=False).job_id == "VX-5"
        assert dict(server.last.query)["transferId"] == "a@VX-7"

    def test_external_ids(self, archive: Client, clip: Path) -> None:
        item = archive.media.ingest(clip, external_ids=["NEWS-2026-1129"], thumbnails=False)
        assert archive.item.get_item("NEWS-2026-1129").id == item.id

    def test_a_missing_collection_is_known_before_the_upload(self, archive: Client, clip: Path) -> None:
        before = len(archive.job.get_jobs(number=1000, user=False))
        with pytest.raises(vidispine.NotFoundException, match="item_id='VX-") as raised:
            archive.media.ingest(clip, collections="VX-99999")
        assert len(archive.job.get_jobs(number=1000, user=False)) == before
        placeholder = str(raised.value).split("'")[-2]
        archive.item.delete_item(placeholder)

    @pytest.mark.parametrize("options", [{}, {"metadata": {"title": "Empty"}}])
    def test_an_empty_file(self, archive: Client, tmp_path: Path, options: Any) -> None:
        (tmp_path / "empty.mov").touch()
        item = archive.media.ingest(tmp_path / "empty.mov", **options)
        assert archive.media.shape(item).container_component.file[0].size == 0  # type: ignore[union-attr,index]

    def test_progress_of_a_job_that_is_not_waited_for(self, archive: Client, clip: Path) -> None:
        reached: list[float] = []
        archive.media.ingest(clip, wait=False, chunk_size=1000, on_progress=reached.append)
        assert reached[-1] == 1

    def test_a_folder_with_a_file_that_fails(self, server: Loopback, configuration: Any, tmp_path: Path) -> None:
        for name in ("a.mov", "b.mov"):
            (tmp_path / name).write_bytes(b"x")
        job = {"jobId": "VX-5", "status": "READY", "type": "RAW_IMPORT", "priority": "LOW"}
        responses = iter([reply(job), reply({}, 403)])
        server.otherwise = lambda connection, request: next(responses)(connection, request)
        with Client(configuration=configuration) as client, pytest.raises(vidispine.ForbiddenException) as raised:
            client.media.ingest(tmp_path, pattern="*", wait=False)
        assert "b.mov is file 2 of the folder; imported before it: VX-5" in str(raised.value)

    def test_a_failed_upload_names_the_placeholder(self, server: Loopback, configuration: Any, clip: Path) -> None:
        responses = iter([reply({"id": "VX-7"}), reply({}, 503)])
        server.otherwise = lambda connection, request: next(responses)(connection, request)
        with pytest.raises(vidispine.ServiceException, match="item_id='VX-7'"):
            Client(configuration=configuration).media.ingest(clip, metadata={"title": "x"})

    @pytest.mark.parametrize(
        ("source", "options", "error", "message"),
        [
            ("none.mov", {}, ApiValueError, "there is no file 'none.mov'"),
            (os.devnull, {}, ApiValueError, f"{os.devnull!r} is not a file"),
            (".", {"filename": "a"}, ApiTypeError, "filename is for one file, not for a folder"),
            (5, {}, ApiTypeError, "source must be a path, a URI or an open binary file, not int"),
            ("", {}, ApiValueError, "source must not be empty"),
            (__file__, {"timeout": "5"}, ApiTypeError, "timeout must be a number of seconds, not str"),
            (__file__, {"on_progress": 5}, ApiTypeError, "on_progress must be callable, not int"),
            (io.StringIO(), {}, ApiTypeError, "source must be a path"),
            (__file__, {"pattern": "*"}, ApiValueError, "pattern is for a folder"),
            (".", {"pattern": "*.x", "filename": "a"}, ApiTypeError, "filename is for one file, not for a folder"),
            (".", {"pattern": "/etc/*"}, ApiValueError, "'/etc/*' is not a pattern relative to the folder"),
            (".", {"pattern": ""}, ApiValueError, "'' is not a pattern relative to the folder"),
            (__file__, {"tags": 5}, ApiTypeError, "tags must be text or several texts, not int"),
            (__file__, {"collections": {"a": 1}}, ApiTypeError, "collections must be text or several texts"),
            (__file__, {"prioritty": "LOW"}, ApiTypeError, "ingest has no parameter 'prioritty': did you"),
            (__file__, {"metadata": {"title": object()}}, ApiTypeError, "title"),
        ],
    )
    def test_mistakes(self, archive: Client, source: Any, options: Any, error: type[Exception], message: str) -> None:
        before = count(archive)
        with pytest.raises(error) as raised:
            archive.media.ingest(source, **options)
        assert message in str(raised.value)
        assert count(archive) == before


class TestDownload:
    def test_names_and_progress(self, archive: Client, harbor: str, tmp_path: Path) -> None:
        calls: list[tuple[int, int | None]] = []
        paths = archive.media.download(harbor, to=tmp_path, on_progress=lambda done, total: calls.append((done, total)))
        assert [path.name for path in paths] == ["2024-03-01_harbor_at_dawn.mov"]
        size = paths[0].stat().st_size
        assert calls[-1] == (size, size)
        # Not downloaded again, while another file of the name is kept.
        assert archive.media.download(harbor, to=tmp_path) == paths
        paths[0].write_bytes(b"mine")
        (second,) = archive.media.download(harbor, to=str(tmp_path))
        assert second.name == "2024-03-01_harbor_at_dawn-1.mov"
        assert sorted(path.name for path in tmp_path.iterdir()) == [second.name, paths[0].name]

    def test_the_newest_shape(self, archive: Client, harbor: str) -> None:
        before = archive.media.shape(harbor, tag="lowres").id
        archive.media.transcode(harbor, "lowres")
        after = archive.media.shape(harbor, tag="lowres")
        assert after.id != before
        assert "lowres" in (after.tag or [])

    def test_mistakes(self, archive: Client, harbor: str, tmp_path: Path) -> None:
        for call in (archive.media.shape, archive.media.files, archive.media.download):
            with pytest.raises(ApiValueError, match="has no shape with the tag 'none': it has lowres, original"):
                call(harbor, "none")
        nothing: Any = None
        with pytest.raises(ApiTypeError, match="item must be the id of an item"):
            archive.media.shape(nothing)
        with pytest.raises(vidispine.NotFoundException):
            archive.media.shape("VX-999999")


class FileServer:
    """A server with one item, whose shape has files."""

    def __init__(
        self, server: Loopback, content: dict[str, bytes], *, ranges: bool = True, hashed: bool = True
    ) -> None:
        server.otherwise = self
        self.requests: list[tuple[str, str | None]] = []
        self._content = {f"VX-{number}": data for number, data in enumerate(content.values(), 40)}
        self._ranges = ranges
        files = [
            {"id": f"VX-{number}", "path": path, "size": len(data)}
            for number, (path, data) in enumerate(content.items(), 40)
        ]
        for file, data in zip(files, content.values()):
            file.update({"hash": hashlib.sha1(data).hexdigest()} if hashed else {})
        # The same file in two components, as for a clip with video and audio.
        shape = {
            "id": "VX-2",
            "tag": ["original"],
            "containerComponent": {"file": files},
            "audioComponent": [{"file": files[:1]}],
        }
        self.item = {"id": "VX-1", "shape": [{"id": "VX-9", "tag": ["original"]}, shape]}

    def __call__(self, connection: Any, request: Recorded) -> bool:
        if request.path.endswith("/item/VX-1"):
            return reply(self.item)(connection, request)
        data, wanted = self._content[request.segments[-2]], request.header("Range")
        self.requests.append((request.segments[-2], wanted))
        if wanted is None or not self._ranges:
            return reply(data, media_type="video/mp4")(connection, request)
        start = int(wanted[len("bytes=") : -1])
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        return reply(data[start:], 206, headers, media_type="video/mp4")(connection, request)


class TestFiles:
    @pytest.fixture
    def client(self, configuration: Any) -> Iterator[Client]:
        with Client(configuration=configuration) as made:
            yield made

    def test_all_files_under_safe_names(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        content = {
            "2024/clip.mov": b"a" * 9,
            "../../etc/clip.mov": b"b",
            "C:\\x\\CON": b"c",
            "s\u00f8lv/\u202egpj.exe": b"d",
        }
        FileServer(server, content)
        totals: list[Any] = []
        paths = client.media.download("VX-1", to=tmp_path, on_progress=lambda done, total: totals.append((done, total)))
        assert [path.parent for path in paths] == [tmp_path] * 4
        assert [path.read_bytes() for path in paths] == [b"a" * 9, b"b", b"c", b"d"]
        assert [path.name for path in paths[:2]] == ["clip.mov", "clip-1.mov"]
        assert "\u202e" not in paths[3].name
        assert totals[-1] == (12, 12)
        assert [done for done, _ in totals] == sorted(done for done, _ in totals)

    def test_the_same_names_again(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        """Files of the same name, of equal and other content, each have a path, and are not downloaded again."""
        files = FileServer(server, {"a/Clip.mov": b"a", "b/clip.mov": b"bb", "c/clip.mov": b"bb"})
        paths = client.media.download("VX-1", to=tmp_path)
        assert [path.name for path in paths] == ["Clip.mov", "clip-1.mov", "clip-2.mov"]
        assert [path.read_bytes() for path in paths] == [b"a", b"bb", b"bb"]
        before = len(files.requests)
        assert client.media.download("VX-1", to=tmp_path) == paths
        assert len(files.requests) == before

    def test_several_entities(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        FileServer(server, {"a/clip.mov": b"a", "b/clip.mov": b"bb"})
        files = client.media.files("VX-1")
        shape = client.media.shape("VX-1")
        calls: list[tuple[int, int | None]] = []
        sources: list[vidispine.ShapeType | vidispine.FileType] = [shape, *files[:1]]
        paths = client.media.download(
            iter(sources), to=tmp_path, on_progress=lambda done, total: calls.append((done, total))
        )
        assert [path.read_bytes() for path in paths] == [b"a", b"bb", b"a"]
        assert len(set(paths)) == 3
        assert calls[-1] == (4, 4)
        assert client.media.download([], to=tmp_path) == []

    def test_another_name(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        files = FileServer(server, {"a/clip.mov": b"a", "b/clip.mov": b"bb"})
        (file, _) = client.media.files("VX-1")
        (path,) = client.media.download(file, to=tmp_path, filename="\u00e9.mov")
        assert (path, path.read_bytes()) == (tmp_path / "\u00e9.mov", b"a")
        before = len(files.requests)
        with pytest.raises(ApiTypeError, match="2 files need a folder"):
            client.media.download("VX-1", to=tmp_path, filename="x.mov")
        for wrong in ("../x.mov", "", "..", "a/b", "x\x00"):
            with pytest.raises(ApiValueError, match="is not a file name"):
                client.media.download("VX-1", to=tmp_path, filename=wrong)
        assert len(files.requests) == before

    @pytest.mark.parametrize("hashed", [True, False])
    def test_overwrite(self, server: Loopback, client: Client, tmp_path: Path, hashed: bool) -> None:
        FileServer(server, {"a/clip.mov": b"a", "b/clip.mov": b"bb"}, hashed=hashed)
        (tmp_path / "clip.mov").write_bytes(b"mine")
        for _ in range(2):
            paths = client.media.download("VX-1", to=tmp_path, overwrite=True)
            assert [(path.name, path.read_bytes()) for path in paths] == [("clip.mov", b"a"), ("clip-1.mov", b"bb")]
        assert sorted(each.name for each in tmp_path.iterdir()) == ["clip-1.mov", "clip.mov"]

    def test_a_folder_of_the_name(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        FileServer(server, {"clip": b"a"})
        (tmp_path / "clip").mkdir()
        for overwrite in (False, True):
            (path,) = client.media.download("VX-1", to=tmp_path, overwrite=overwrite)
            assert (path.name, path.read_bytes()) == ("clip-1", b"a")

    @pytest.mark.parametrize("hashed", [True, False])
    def test_an_empty_file(self, server: Loopback, client: Client, tmp_path: Path, hashed: bool) -> None:
        FileServer(server, {"empty": b""}, hashed=hashed)
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert (path.name, path.read_bytes()) == ("empty", b"")

    def test_a_name_as_long_as_file_systems_allow(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        name = "\u00e9" * 110 + ".mov"
        FileServer(server, {name: b"a"})
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert path.read_bytes() == b"a"

    @pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
    @pytest.mark.parametrize("hashed", [True, False])
    def test_permissions(self, server: Loopback, client: Client, tmp_path: Path, hashed: bool) -> None:
        """A download has the permissions of any new file."""
        FileServer(server, {"clip.mov": b"a"}, hashed=hashed)
        (path,) = client.media.download("VX-1", to=tmp_path)
        (tmp_path / "new").touch()
        assert path.stat().st_mode == (tmp_path / "new").stat().st_mode

    @pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
    @pytest.mark.parametrize("hashed", [True, False])
    def test_an_overwritten_file_keeps_its_permissions(
        self, server: Loopback, client: Client, tmp_path: Path, hashed: bool
    ) -> None:
        FileServer(server, {"clip.mov": b"a"}, hashed=hashed)
        (tmp_path / "clip.mov").write_bytes(b"mine")
        (tmp_path / "clip.mov").chmod(0o640)
        (path,) = client.media.download("VX-1", to=tmp_path, overwrite=True)
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"a", 0o640)

    @pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
    def test_a_part_that_is_a_link_does_not_overwrite_its_target(
        self, server: Loopback, client: Client, tmp_path: Path
    ) -> None:
        FileServer(server, {"clip.mov": b"0123456789"})
        (tmp_path / "precious").write_bytes(b"01234")
        (tmp_path / ".VX-40-clip.mov.part").symlink_to(tmp_path / "precious")
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert path.read_bytes() == b"0123456789"
        assert (tmp_path / "precious").read_bytes() == b"01234"
        assert not path.is_symlink()

    def test_a_new_folder(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        FileServer(server, {"clip.mov": b"a"})
        (tmp_path / "file").touch()
        with pytest.raises(ApiValueError, match="no shape with the tag 'none'"):
            client.media.download("VX-1", tag="none", to=tmp_path / "a")
        with pytest.raises(ApiValueError, match="cannot be created: not a directory"):
            client.media.download("VX-1", to=tmp_path / "file" / "b")
        assert [path.name for path in tmp_path.iterdir()] == ["file"]
        (path,) = client.media.download("VX-1", to=tmp_path / "a" / "b")
        assert path == tmp_path / "a" / "b" / "clip.mov"

    def test_a_read_only_folder(
        self, server: Loopback, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The tests may run as root, who may write everywhere.
        monkeypatch.setattr("os.access", lambda *_: False)
        with pytest.raises(ApiValueError, match="is read-only"):
            client.media.download("VX-1", to=tmp_path)
        assert server.requests == []

    @pytest.mark.parametrize("ranges", [True, False])
    def test_resume(self, server: Loopback, client: Client, tmp_path: Path, ranges: bool) -> None:
        files = FileServer(server, {"clip.mov": b"0123456789"}, ranges=ranges)
        (tmp_path / ".VX-40-clip.mov.part").write_bytes(b"0123")
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert path.read_bytes() == b"0123456789"
        assert files.requests == [("VX-40", "bytes=4-")] + ([] if ranges else [("VX-40", None)])
        assert [each.name for each in tmp_path.iterdir()] == ["clip.mov"]

    @pytest.mark.parametrize("hashed", [True, False])
    @pytest.mark.parametrize("part", [b"abcd", b"abcdefghij", b"abcdefghijklmn", b""])
    def test_a_part_of_another_version_is_not_used(
        self, server: Loopback, client: Client, tmp_path: Path, part: bytes, hashed: bool
    ) -> None:
        FileServer(server, {"clip.mov": b"0123456789"}, hashed=hashed)
        (tmp_path / ".VX-40-clip.mov.part").write_bytes(part)
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert path.read_bytes() == b"0123456789"

    @pytest.mark.parametrize("hashed", [True, False])
    def test_another_file_of_the_same_size_and_name(
        self, server: Loopback, client: Client, tmp_path: Path, hashed: bool
    ) -> None:
        FileServer(server, {"clip.mov": b"0123456789"}, hashed=hashed)
        (tmp_path / "clip.mov").write_bytes(b"abcdefghij")
        for _ in range(2):
            (path,) = client.media.download("VX-1", to=tmp_path)
            assert (path.read_bytes(), (tmp_path / "clip.mov").read_bytes()) == (b"0123456789", b"abcdefghij")

    @pytest.mark.parametrize("hashed", [True, False])
    def test_a_file_that_was_downloaded_before(
        self, server: Loopback, client: Client, tmp_path: Path, hashed: bool
    ) -> None:
        files = FileServer(server, {"clip.mov": b"0123456789"}, hashed=hashed)
        paths = [client.media.download("VX-1", to=tmp_path) for _ in range(2)]
        assert paths[0] == paths[1] == list(tmp_path.iterdir())
        assert len(files.requests) == (1 if hashed else 2)

    def test_a_wrong_hash(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        files = FileServer(server, {"clip.mov": b"0123456789"})
        files._content["VX-40"] = b"012345678x"
        with pytest.raises(
            ApiResponseError, match="file VX-40 does not have the size or the hash that the server states"
        ):
            client.media.download("VX-1", to=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_an_interrupted_download_without_a_hash_leaves_nothing(
        self, server: Loopback, client: Client, tmp_path: Path
    ) -> None:
        FileServer(server, {"clip.mov": b"0123456789"}, hashed=False)

        def interrupt(done: int, total: int | None) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            client.media.download("VX-1", to=tmp_path, on_progress=interrupt)
        assert list(tmp_path.iterdir()) == []

    def test_an_interrupted_download_leaves_its_part(self, server: Loopback, client: Client, tmp_path: Path) -> None:
        files = FileServer(server, {"clip.mov": b"0123456789"})

        def interrupt(done: int, total: int | None) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            client.media.download("VX-1", to=tmp_path, on_progress=interrupt)
        assert [each.name for each in tmp_path.iterdir()] == [".VX-40-clip.mov.part"]
        (path,) = client.media.download("VX-1", to=tmp_path)
        assert path.read_bytes() == b"0123456789"
        assert len(files.requests) == 1 or files.requests[1][1] is not None

    @pytest.mark.parametrize(("method", "path"), [("archive", "/item/VX-1/archive"), ("restore", "/item/VX-1/restore")])
    def test_archive_and_restore(self, server: Loopback, client: Client, method: str, path: str) -> None:
        job = {"jobId": "VX-5", "status": "FINISHED", "type": "ARCHIVE", "priority": "LOW"}
        server.otherwise = reply(job)
        assert getattr(client.media, method)("VX-1", "VX-3", priority="LOW").status == "FINISHED"
        (request, *polls) = server.requests
        assert request.path.endswith(path)
        assert dict(request.query) == {"storageId": "VX-3", "priority": "LOW"}
        assert len(polls) == 1
        assert getattr(client.media, method)("VX-1", wait=False).job_id == "VX-5"
        assert len(server.requests) == 3

    def test_a_failed_job(self, server: Loopback, client: Client) -> None:
        server.otherwise = reply({"jobId": "VX-5", "status": "FAILED_TOTAL", "type": "EXPORT", "priority": "LOW"})
        with pytest.raises(vidispine.JobFailedError):
            client.media.export("VX-1", to="s3://bucket/")


class TestJobs:
    def test_transcode(self, archive: Client, harbor: str) -> None:
        reached: list[float] = []
        job = archive.media.transcode(
            harbor, ["lowres"], on_progress=reached.append, priority="HIGH", poll_interval=0.05
        )
        assert (job.status, job.priority) == ("FINISHED", "HIGH")
        assert reached == sorted(reached)
        assert reached[-1] == 1
        assert archive.media.transcode(harbor, "lowres", wait=False).job_id

    def test_thumbnails(self, archive: Client, clip: Path, tmp_path: Path) -> None:
        item = archive.media.ingest(clip, metadata={"title": "Thumbnails"}, thumbnails=False)
        assert archive.media.thumbnails(item, create=False) == []
        pictures = archive.media.thumbnails(item)
        times = [image.time for image in pictures]
        assert times == sorted(times)
        assert pictures
        assert pictures[0].read()[:2] == b"\xff\xd8"
        assert pictures[0].save(tmp_path / "p.jpg").read_bytes() == pictures[0].read()

    def test_posters(self, archive: Client, harbor: str) -> None:
        pictures = archive.media.posters(harbor, ["100@PAL", TimeCode("50@PAL")])
        assert {TimeCode("50@PAL"), TimeCode("100@PAL")} <= {image.time for image in pictures}
        assert archive.media.posters(harbor)[0].read()

    def test_mistakes(self, server: Loopback, configuration: Any, tmp_path: Path) -> None:
        five: Any = 5
        with Client(configuration=configuration) as client:
            with pytest.raises(ApiTypeError, match="thumbnails has no parameter 'creat': did you mean 'create'"):
                client.media.thumbnails("VX-1", creat=True)
            with pytest.raises(ApiTypeError, match="times must be time codes, not int"):
                client.media.posters("VX-1", five)
            with pytest.raises(ApiTypeError, match="times must be time codes, such as '100@PAL', not 5"):
                client.media.posters("VX-1", ["100@PAL", five])
            with pytest.raises(ApiTypeError, match="export needs to, a path or URI, or location_name"):
                client.media.export("VX-1")
            with pytest.raises(ApiValueError, match="at least one shape tag"):
                client.media.transcode("VX-1", [])
        assert server.requests == []

    def test_a_picture_is_not_saved_to_a_missing_folder(self, tmp_path: Path) -> None:
        image = vidispine.media.Image(lambda: b"x", TimeCode("0@PAL"))
        with pytest.raises(ApiValueError, match="does not exist"):
            image.save(tmp_path / "none" / "a.jpg")
        for folder in (tmp_path, f"{tmp_path}/new/"):
            with pytest.raises(ApiValueError, match=r"is a folder: pass the path of a file, such as .*a\.jpg"):
                image.save(folder)
        assert list(tmp_path.iterdir()) == []

    def test_export(self, archive: Client, harbor: str, tmp_path: Path) -> None:
        assert archive.media.export(harbor, to=tmp_path, tag="original").status == "FINISHED"
        assert [path.suffix for path in tmp_path.iterdir()] == [".mov"]

    def test_move(self, archive: Client, clip: Path) -> None:
        item = archive.media.ingest(clip)
        storage = next(each.id for each in archive.storage.get_storages() if each.id != _storage(archive, item))
        assert storage is not None
        copied = archive.media.ingest(clip)
        (job,) = archive.media.move(copied, storage, copy=True)
        assert job.status == "FINISHED"
        assert archive.media.move(copied, storage, copy=True) == [], "the copy is there"
        assert len(archive.media.files(copied)) == 1, "two copies are one file"
        (job,) = archive.media.move(item, storage)
        assert job.status == "FINISHED"
        assert _storage(archive, item) == storage
        assert archive.media.move(item, storage) == []


def _storage(archive: Client, item: Any) -> str | None:
    component = archive.media.shape(item).container_component
    assert component is not None
    assert component.file is not None
    return component.file[0].storage


def test_nothing_is_sent_for_a_file_instead_of_a_folder(server: Loopback, configuration: Any) -> None:
    with Client(configuration=configuration) as client, pytest.raises(ApiValueError, match="is a file, not a folder"):
        client.media.download("VX-1", to=__file__)
    assert server.requests == []


@pytest.mark.parametrize(
    "call",
    [
        lambda media: media.transcode("VX-1", "lowres", timeout="5"),
        lambda media: media.transcode("VX-1", "lowres", on_progress=5),
        lambda media: media.export("VX-1", to="/out/", poll_interval=-1),
        lambda media: media.export("VX-1", to="/out/", on_progress="print"),
        lambda media: media.export("VX-1", to=""),
        lambda media: media.thumbnails("VX-1", create=True, stop=5),
        lambda media: media.posters("VX-1", ["100@PAL"], timeout=-1),
        lambda media: media.move("VX-1", "VX-2", timeout=True),
        lambda media: media.archive("VX-1", timeout="5"),
        lambda media: media.restore("VX-1", timeout="5"),
        lambda media: media.download("VX-1", tag=["lowres"]),
        lambda media: media.download("VX-1", to=""),
        lambda media: media.download("VX-1", on_progress=5),
        lambda media: media.shape("VX-1", None),
        lambda media: media.files("VX-1", 5),
    ],
)
def test_nothing_is_sent_for_wrong_arguments(server: Loopback, configuration: Any, call: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError), match="must"):
        call(Client(configuration=configuration).media)
    assert server.requests == []
