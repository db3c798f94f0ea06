"""Creates the sample archive: a small newsroom, through the public HTTP API of the simulator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.media.folders import local_path
from vidispine.simulator.media.media_files import encode_media
from vidispine.simulator.sample_data.local_api import BINARY, LocalApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vidispine.simulator.jobs.control import JobControl

FIRST_IDS = {
    "item": 93,
    "collection": 110,
    "storage": 3,
    "storage_method": 49,
    "file": 40,
    "shape": 56,
    "component": 101,
    "job": 25,
    "access_control": 28,
    "change_set": 792,
    "notification": 6,
    "library": 12,
    "relation": 8,
}
"""Numbers in the first ids of the sample archive, by table. The examples of the reference name these ids."""

SHARED_PERSON = "7e9bd6e2-53a0-4b69-8e3b-0a6bf0a4d5c1"
"""UUID of the group in the global metadata."""

SAVED_SEARCH = "5f3a1c"
"""Hash of the saved search for everything."""


class Clip(NamedTuple):
    """An item of the archive."""

    title: str
    genre: str
    keywords: str
    """Separated by spaces."""
    seconds: float
    rating: int
    comment: str = ""
    """On a part of the clip."""
    extension: str = "mov"


CLIPS = (
    Clip("Harbor at dawn", "documentary", "harbor sea live", 95.2, 5, "Boom in picture"),
    Clip("Marathon 2024: the start", "sports", "marathon live city", 184, 4, "Crane shot"),
    Clip("Marathon 2024: the finish", "sports", "marathon top city", 312.4, 5, "Winner crosses the line"),
    Clip("Marathon 2024 trailer", "promo", "marathon", 30, 3, "Logo"),
    Clip("Evening news", "news", "top election parliament", 1500, 4, "Headlines"),
    Clip("Evening news: weather", "news", "weather", 120, 3, "Map"),
    Clip("Morning news", "news", "live traffic", 900, 3, "Traffic report"),
    Clip("Late news", "news", "budget election", 720, 4, "Interview"),
    Clip("News in one minute", "news", "top", 60, 3, "Countdown"),
    Clip("Local news: new tram line", "news", "city traffic", 145.6, 3, "Ribbon is cut"),
    Clip("Local news: school reopens", "news", "school city", 98, 2, "Headmaster"),
    Clip("Election night news special", "news", "election live top", 3600, 5, "First result"),
    Clip("News archive: the 1994 storm", "archive", "storm weather", 240, 3, "Damaged roofs"),
    Clip("News archive: opening of the bridge", "archive", "bridge city", 185, 3, "Mayor speaks"),
    Clip("News bulletin 12:00", "news", "bulletin", 55, 2, "Headlines"),
    Clip("News bulletin 18:00", "news", "bulletin top", 58, 2, "Headlines"),
    Clip("Sports news", "sports", "football live", 420, 4, "Goal"),
    Clip("Business news", "business", "budget bank", 300, 3, "Stock ticker"),
    Clip("Breaking news: power cut", "news", "live top power", 45, 4, "Dark streets"),
    Clip("Debate: the budget", "debate", "budget parliament live", 2700, 4, "Applause"),
    Clip("Interview with the prime minister", "interview", "election parliament", 610, 5, "Question on taxes"),
    Clip("Interview: a nurse on night shift", "interview", "hospital", 330, 4, "Close-up of hands"),
    Clip("Fishing boats return", "documentary", "harbor sea fish", 75, 4, "Seagulls"),
    Clip("The lighthouse keeper", "documentary", "sea coast", 1320, 5, "Storm breaks"),
    Clip("Winter in the mountains", "documentary", "snow mountains", 1810, 4, "Avalanche"),
    Clip("City from above", "stock", "city drone", 62, 4, "Sunset"),
    Clip("Traffic at rush hour", "stock", "city traffic", 41, 2, "Ambulance"),
    Clip("Forest fire, raw footage", "raw", "fire live", 512, 3, "Helicopter"),
    Clip("Parliament, raw footage", "raw", "parliament", 1205, 2, "Vote"),
    Clip("Football: the final", "sports", "football top", 5400, 5, "Penalty"),
    Clip("Football: half-time analysis", "sports", "football studio", 480, 3, "Replay"),
    Clip("Ice hockey highlights", "sports", "hockey", 210, 3, "Overtime"),
    Clip("Opera gala", "culture", "opera music", 4210, 4, "Curtain"),
    Clip("Street musicians", "culture", "music city", 133, 3, "Violin solo"),
    Clip("Book fair report", "culture", "books", 167, 3, "Signing"),
    Clip("Recipe of the week: fish soup", "magazine", "food fish", 254, 3, "Knife work"),
    Clip("Gardening in small spaces", "magazine", "garden", 388, 2, "Before and after"),
    Clip("How tides work", "science", "sea science", 275, 4, "Animation"),
    Clip("Telescope opens", "science", "science space", 142, 4, "First picture"),
    Clip("Weather jingle", "music", "weather jingle", 8, 3, "Fade", "wav"),
    Clip("News theme", "music", "jingle top", 21.5, 4, "Drums", "wav"),
    Clip("Radio: voices of the harbor", "radio", "harbor radio", 600, 4, "Ship's horn", "wav"),
    Clip("Reporter's phone clip", "raw", "live city", 17.3, 2, "Shaky", "mp4"),
    Clip("Portrait of the mayor", "photo", "city portrait", 0, 3, "", "jpg"),
)


def create_sample_data(application: Callable[..., Iterable[bytes]], jobs: JobControl, user: str, password: str) -> None:
    """Create the sample archive in a new simulator.

    :param application: the WSGI application of the simulator
    :param jobs: sets the behavior of the jobs of the archive
    :param user: name of an administrator
    :raises SimulatorError: a request fails
    """
    api = LocalApi(application, user, password)
    _create_fields(api)
    _create_accounts(api)
    _create_tags(api)
    _create_storages(api)
    _create_jobs(api, jobs)
    _create_items(api, jobs)
    _create_files(api)
    _create_collections(api)
    _create_links(api)


# Metadata fields


FIELDS = {
    "acme_keyword": "string",
    "acme_genre": "string-exact",
    "acme_comment": "string",
    "acme_rating": "integer",
    "acme_name": "string",
    "acme_role": "string-exact",
    "acme_email": "string-exact",
    "acme_city": "string-exact",
    "acme_language": "string-exact",
    "acme_licensor": "string",
    "acme_priority": "integer",
    "acme_season": "integer",
    "acme_series": "string",
}
GROUPS: dict[str, tuple[list[str], list[str]]] = {
    "acme_contact": (["acme_email"], []),
    "acme_person": (["acme_name", "acme_role"], ["acme_contact"]),
    "acme_marker": (["acme_comment"], []),
    "acme_programme": (["title", "acme_season"], ["acme_person"]),
}
"""Fields and inner groups of each group, inner groups first."""


def _create_fields(api: LocalApi) -> None:
    for name, kind in FIELDS.items():
        api("PUT", f"/metadata-field/{name}", {"type": kind, "data": _label(name)})
    languages = _pairs(sv_SE="Swedish", en_GB="English", de_DE="German")
    api("PUT", "/metadata-field/acme_language/values", languages)
    for name, (fields, groups) in GROUPS.items():
        document = {"field": [{"name": field} for field in fields], "group": [{"name": group} for group in groups]}
        api("PUT", f"/metadata-field/field-group/{name}", {"data": _label(name), **document})


def _label(name: str) -> list[dict[str, str]]:
    return [{"key": "acme_label", "value": name.partition("_")[2].capitalize()}]


def _pairs(**pairs: str) -> dict[str, Any]:
    return {"field": [{"key": key, "value": value} for key, value in pairs.items()]}


def _metadata(fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": _fields(fields), **more}]}


def _fields(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": [{"value": str(value)} for value in (values if isinstance(values, list) else [values])]}
        for name, values in fields.items()
    ]


# Users and groups


USERS = {
    "alice": ("Alice Berg", ["editors"]),
    "bob": ("Bob Smith", ["editors"]),
    "chief_editor": ("Carla Diaz", ["editors", "staff"]),
    "archive_bot": ("Archive service", ["archive_readers"]),
    "playout_service": ("Playout service", ["staff"]),
    "freelancer_7": ("Dan Fox", []),
}
"""Real names of the users, and their groups. The password of each user is the name of the user."""

USER_GROUPS = {
    "staff": ("Everybody at the station", ["_job_read", "_metadata_read", "_collection_read", "_thumbnail_read"]),
    "newsroom": ("The newsroom", ["_file_read", "_item_shape_read", "_shape_tag_read", "_storage_read"]),
    "editors": ("Editors of the news desk; ask Alice", ["newsroom", "staff", "_job_write", "_import", "_export"]),
    "sports_desk": ("The sports desk", ["staff"]),
    "sports_editors": ("Editors of the sports desk", ["sports_desk"]),
    "archive_readers": ("May read the archive", ["staff"]),
    "summer_interns": ("Interns in summer", []),
    "winter_interns": ("Interns in winter", []),
}
"""Descriptions of the groups, and the groups and roles that they are in."""


def _create_accounts(api: LocalApi) -> None:
    for name, (description, parents) in USER_GROUPS.items():
        document = {"description": description, "metadata": _pairs(cost_center="4711")}
        api("PUT", f"/group/{name}", {**document, "parentGroupList": _groups(parents)})
    for name, (real_name, groups) in USERS.items():
        document = {
            "userName": name,
            "realName": real_name,
            "password": name,
            "groupList": _groups(groups),
            "metadata": _pairs(department="news"),
        }
        api("POST", "/user", document, passwordType="raw")
    api("POST", "/user/playout_service/key", name="playout-2023")


def _groups(names: Iterable[str]) -> dict[str, Any]:
    return {"group": [{"groupName": name} for name in names]}


# Storages and files


PRESETS = {
    "lowres": {
        "description": "Browse proxy",
        "format": "mp4",
        "video": {"codec": "h264", "bitrate": 800_000, "scaling": {"width": 480, "height": 270}},
        "audio": {"codec": "aac", "bitrate": 128_000},
    },
    "xdcamhd50": {"description": "Playout", "format": "mov", "video": {"codec": "h264"}, "audio": {"codec": "aac"}},
    "proxy-2019": {"description": "Proxy of earlier years", "format": "mp4", "video": {"codec": "h264"}},
}
FILE_STATES = {
    "rec/camera1.mxf": "OPEN",
    "rec/camera2.mxf": "TO_APPEAR",
    "in/upload.mov": "NONE",
    "in/moved.mov": "MISSING",
    "old/gone.mov": "LOST",
    "old/unwanted.mov": "TO_BE_DELETED",
    "out/spot.mov": "BEING_READ",
    "tape/1994.mxf": "ARCHIVED",
    "remote/london.mov": "AWAITING_SYNC",
}
"""Files of the storage VX-3 that no item uses, and their states."""


def _create_tags(api: LocalApi) -> None:
    for name, preset in PRESETS.items():
        api("PUT", f"/shape-tag/{name}", preset)
    api("PUT", "/shape-tag/lowres/metadata", _pairs(purpose="browsing", owner="newsroom"))
    for key, value in (("concurrentJobs", "3"), ("userTokenMaxInterval", "60")):
        api("PUT", "/configuration/properties", {"key": key, "value": value})
    for location in ("playout", "archive_partner"):
        api("PUT", f"/export-location/{location}", {"uri": f"file:///srv/{location}/", "tag": ["original"]})


def _create_storages(api: LocalApi) -> None:
    """Create the storages VX-3 to VX-5. The clips are on VX-1, the storage that a simulator has from the start."""
    access = {"read": True, "write": True, "browse": True}
    room = {"metadata": _pairs(room="2.14", owner="news")}
    for kind, uri, capacity in (
        ("LOCAL", "file:///srv/media1/", 4_000_000_000_000),
        ("SHARED", "file:///srv/exchange/", 500_000_000_000),
        ("ARCHIVE", "file:///srv/tape/", 90_000_000_000_000),
    ):
        api("POST", "/storage", {"type": kind, "capacity": capacity, "method": [{"uri": uri, **access}], **room})
    api("PUT", "/storage/VX-3/method/VX-49/metadata", _pairs(network="playout", region="eu-north-1"))
    api("PUT", "/storage/storage-group/nearline")
    api("PUT", "/storage/storage-group/nearline/VX-3")
    api("PUT", "/storage/storage-group/nearline/metadata", _pairs(tier="2"))


def _create_files(api: LocalApi) -> None:
    interview = encode_media("mov", 64, (1280, 720), sound=True, seed="interview")
    api("POST", "/storage/VX-3/file/data", interview, BINARY, path="in/interview.mov", state="CLOSED")
    subtitles = b"1\n00:00:01,000 --> 00:00:03,000\nHello\n"
    api("POST", "/storage/VX-3/file/data", subtitles, BINARY, path="in/interview.srt", state="CLOSED")
    api("PUT", "/file/VX-40/metadata", _pairs(tape="A00412"))
    for path, state in FILE_STATES.items():
        api("POST", "/storage/VX-3/file", {"path": path, "state": state, "size": 1_000_000_000})


# Jobs


CUSTOM_TYPE = "ACME_REVIEW"
STORAGE_OFFLINE = {"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}
JOBS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("TRANSCODE", "MEDIUM", {"freeze": "READY"}),
    ("TRANSCODE", "HIGH", {"freeze": "STARTED"}),
    ("ANALYZE", "MEDIUM", {"freeze": "VIDINET_JOB"}),
    (CUSTOM_TYPE, "LOW", {"hold": True}),
    ("COPY_FILE", "HIGH", {"wait_for": STORAGE_OFFLINE}),
    ("EXPORT", "MEDIUM", {}),
    ("TRANSCODE", "MEDIUM", {"warn_at": 2, "message": "no audio before 0:02"}),
    ("TRANSCODE", "MEDIUM", {"fail_at": 2, "attempts": 2, "message": "no space left on storage VX-3"}),
    ("ARCHIVE", "LOWEST", {"hold": True}),
    ("EXPORT", "MEDIUM", {"freeze": "ABORTED_PENDING"}),
    (CUSTOM_TYPE, "MEDIUM", {"steps": ["Assigning an editor", "Reviewing"]}),
)
"""Types, priorities and behavior of the jobs VX-25 to VX-35: a job in each state, frozen unless it is final."""

ABORTED = {"VX-33": "wrong tape", "VX-34": "wrong clip"}
"""Reasons of the jobs that are aborted."""


def _create_jobs(api: LocalApi, jobs: JobControl) -> None:
    api("POST", f"/task-definition/jobtype/{CUSTOM_TYPE}", id=20000)
    for kind, priority, behavior in JOBS:
        jobs.behave(kind, seconds=0, **behavior)
        api("POST", "/job", type=kind, priority=priority, jobmetadata=["itemId=VX-93", "tags=lowres"])
        jobs.behave(kind)
    for job, reason in ABORTED.items():
        api("DELETE", f"/job/{job}", reason=reason, cleanup="false")


# Items


FIRST_ITEM = "VX-93"
SIZES = ((1280, 720), (960, 540), (640, 360))
PEOPLE = (("Ada", "host"), ("Bo", "reporter"), ("Cleo", "guest"))
IMPORTS = {"PLACEHOLDER_IMPORT": "Importing the file", "THUMBNAIL": "Extracting frames"}
"""Types of the jobs that create items, and their only step."""


def _create_items(api: LocalApi, jobs: JobControl) -> None:
    for kind, step in IMPORTS.items():
        jobs.behave(kind, steps=[step], seconds=0)
    root = api("GET", "/storage/VX-1")["method"][0]["uri"]
    names = [_write_file(root, number, clip) for number, clip in enumerate(CLIPS)]
    api("POST", "/storage/VX-1/rescan")
    for number, (clip, name) in enumerate(zip(CLIPS, names)):
        is_first = number == 0
        outputs: dict[str, Any] = {"tag": "lowres"} if number % 11 == 0 else {}
        metadata = _describe(number, clip)
        api("POST", "/import", metadata, uri=f"{root}{name}", createThumbnails=str(is_first).lower(), **outputs)
        if is_first:
            _complete_first_item(api)
    api("POST", "/item/VX-94/shape/VX-59/version")
    for kind in IMPORTS:
        jobs.behave(kind)


def _write_file(root: str, number: int, clip: Clip) -> str:
    """Write the media of a clip to the folder of the storage. Return its name."""
    folder = local_path(root)
    name = f"2024-{number // 28 + 3:02}-{number % 28 + 1:02}_{clip.title.lower().replace(' ', '_')}.{clip.extension}"
    name = "".join(character for character in name if character.isalnum() or character in "._-")
    data = encode_media(clip.extension, clip.seconds, SIZES[number % len(SIZES)], sound=True, seed=clip.title)
    (folder or Path()).joinpath(name).write_bytes(data)
    return name


def _describe(number: int, clip: Clip) -> dict[str, Any]:
    name, role = PEOPLE[number % len(PEOPLE)]
    contact = {"name": "acme_contact", "field": _fields({"acme_email": f"{name.lower()}@example.com"})}
    person = {"name": "acme_person", "field": _fields({"acme_name": name, "acme_role": role}), "group": [contact]}
    fields = {"title": clip.title, "acme_keyword": clip.keywords.split(), "acme_genre": clip.genre}
    document = _metadata({**fields, "acme_rating": clip.rating}, group=[person] if number % 4 == 0 else [])
    if clip.comment:
        comment = {"start": "100@PAL", "end": "250@PAL", "field": _fields({"acme_comment": clip.comment})}
        document["timespan"].append(comment)
    return document


def _complete_first_item(api: LocalApi) -> None:
    """Give the first item access entries, a poster, a history, a further shape and notifications."""
    item = f"/item/{FIRST_ITEM}"
    api("POST", f"{item}/access", {"permission": "READ", "group": "sports_editors", "recursive": True})
    api("POST", f"{item}/access", {"permission": "WRITE", "user": "alice"})
    api("POST", f"{item}/thumbnail", createPosters="250@PAL", createThumbnails="false")
    api("PUT", f"{item}/metadata", _metadata({"acme_city": "Gothenburg", "acme_rating": 4}))
    api("PUT", f"{item}/metadata", _metadata({"acme_city": "Gothenburg harbor", "acme_rating": 5}))
    api("PUT", f"{item}/shape/VX-56/metadata", _pairs(qcState="passed", acme_delivery="approved"))
    api("PUT", f"{item}/shape/VX-56/component/VX-103/metadata", _pairs(language="sv", mix="stereo"))
    http = {"url": "http://127.0.0.1:9/", "synchronous": False, "timeout": "1"}
    for path, trigger in (
        (f"{item}/notification", {"shape": {"delete": ""}}),
        ("/job/notification", {"job": {"stop": "", "filter": {"type": CUSTOM_TYPE}}}),
        ("/notification", {"job": {"stop": "", "placeholder": True}}),
    ):
        api("POST", path, {"action": {"http": http}, "trigger": trigger})
    api("POST", f"{item}/shape/placeholder", _pairs(order="OPS-1207"), container=1, video=1, audio=2)


# Collections and documents


COLLECTIONS: dict[str, tuple[list[str], list[str]]] = {
    "Trailers": (["VX-96"], []),
    "Marathon 2024": (["VX-94", "VX-93", "VX-95"], ["Trailers"]),
    "Sports": (["VX-109", "VX-122", "VX-123", "VX-124"], ["Marathon 2024"]),
    "Harbor": (["VX-93", "VX-115"], []),
    "Archive": ([], ["Sports", "Harbor"]),
}
"""Items and inner collections of each collection, from VX-110, inner collections first."""


def _create_collections(api: LocalApi) -> None:
    ids: dict[str, str] = {}
    for name, (items, inner) in COLLECTIONS.items():
        content = [{"id": item, "type": "item"} for item in items]
        content += [{"id": ids[each], "type": "collection"} for each in inner]
        ids[name] = api("POST", "/collection", {"content": content}, name=name)["id"]
    for entry in ({"permission": "READ", "group": "newsroom"}, {"permission": "WRITE", "user": "freelancer_7"}):
        api("POST", "/collection/VX-111/access", {**entry, "recursive": True})
    api("PUT", "/document/rights_marathon", _metadata({"acme_licensor": "Acme"}))
    api("PUT", "/document/rights_marathon", _metadata({"acme_licensor": "Acme Sports"}))


# Libraries, external ids, relations, shared metadata and secrets


def _create_links(api: LocalApi) -> None:
    for items in (["VX-93", "VX-94"], ["VX-96"]):
        api("POST", "/library", {"item": [{"id": id} for id in items]})
    api("PUT", "/library/VX-12/metadata", _pairs(owner_team="sports", purpose="weekly check"))
    query = {"field": [{"name": "acme_genre", "value": [{"value": "sports"}]}]}
    api("PUT", "/library/VX-13/settings", {"query": query, "autoRefresh": True, "updateFrequency": 60})
    api("PUT", "/external-id/housenumber", {"pattern": r"NEWS-\d{4}-\d{4}", "priority": 10})
    api("PUT", f"/item/{FIRST_ITEM}/external-id/NEWS-2024-0301")
    for target, kind in (("VX-94", "D"), ("VX-95", "U")):
        direction = {"type": kind, "source": FIRST_ITEM, "target": target}
        relation = {"id": "VX-0", "direction": direction, "value": [{"key": "type", "value": "trailer"}]}
        api("POST", "/relation", {"relation": [relation]})
    person = {"name": "acme_person", "field": _fields({"acme_name": "Ada", "acme_role": "host"})}
    api("PUT", "/metadata", _metadata({}, group=[person]))
    api("PUT", "/secret/acme-sftp")
    for key in ("username", "password"):
        api("PUT", f"/secret/acme-sftp/{key}", key.encode(), "text/plain")
