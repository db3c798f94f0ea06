"""The effects of jobs, which requests define and which are stored with the job."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from vidispine._documents.json import load_json


@dataclass(eq=False)
class Source:
    """A file that is imported. Either ``uri`` or ``file`` is set; afterwards, ``file`` is."""

    uri: str | None = None
    file: int | None = None
    """Serial number of a file on a storage."""
    storage: str | None = None
    """Id of the storage that it is copied to."""
    name: str | None = None
    """Its original name."""
    made: bool = False
    """Whether the file was created for this import."""
    component: int | None = None
    """Serial number of the placeholder component that the file is for."""


@dataclass(eq=False)
class Images:
    """The images that are created."""

    thumbnails: bool = False
    posters: list[str] = field(default_factory=list)
    """Time codes."""
    period: float | None = None
    """Seconds between two thumbnails."""
    thumbnail: list[int] | None = None
    """Width and height in pixels."""
    poster: list[int] | None = None


@dataclass(eq=False)
class Outputs:
    """What an import creates of the imported file."""

    transcode: list[str] = field(default_factory=list)
    """Shape tags of the renditions."""
    images: Images = field(default_factory=Images)
    original: str | None = None
    """Shape tag of the rendition that becomes the original."""
    storage: str | None = None
    """Id of the storage for the renditions."""


@dataclass(eq=False)
class ExportPart:
    """A shape that is exported: the one with a serial number, or the one with a tag."""

    item: str
    tag: str = ""
    version: int | None = None
    shape: int | None = None


@dataclass(eq=False)
class Effect:
    """The effect of a job. Actions may change it while the job runs; the changes are stored."""

    kinds: ClassVar[dict[str, type[Effect]]] = {}
    """All classes of effects, by name."""

    def __init_subclass__(cls) -> None:
        Effect.kinds[cls.__name__] = cls

    def to_json(self) -> str:
        """Return the effect as JSON, for the database, with the name of the class in the member ``do``."""
        return json.dumps({"do": type(self).__name__, **vars(self)}, default=vars)


@dataclass(eq=False)
class ImportEffect(Effect):
    """An import of files to an item."""

    item: str
    sources: list[Source]
    new: bool = field(default=False, init=False)
    """Whether the item was created for this import."""


@dataclass(eq=False)
class ImportMedia(ImportEffect):
    """Create a shape of a file, its renditions and images."""

    tags: list[str]
    outputs: Outputs = field(default_factory=Outputs)
    version: bool = False
    """Whether to create an essence version."""


@dataclass(eq=False)
class FillPlaceholder(ImportEffect):
    """Attach files to the components of a placeholder shape."""

    shape: int
    outputs: Outputs


@dataclass(eq=False)
class AttachSidecar(ImportEffect):
    """Attach a sidecar file to an item."""


@dataclass(eq=False)
class AddComponent(ImportEffect):
    """Add the components of a file to a shape."""

    shape: int


@dataclass(eq=False)
class Transcode(Effect):
    """Create renditions of a shape; by default, of the original."""

    item: str
    shape: int | None
    tags: list[str]
    images: Images
    storage: str | None = None
    destination: str | None = None
    """Id of the item that gets the renditions. Default: the same."""


@dataclass(eq=False)
class CreateImages(Effect):
    """Create images of a shape; by default, of the first one with one of the tags, or the original."""

    item: str
    shape: int | None
    tags: list[str]
    images: Images


@dataclass(eq=False)
class UpdateShape(Effect):
    """Probe the files of a shape again."""

    item: str
    shape: int


@dataclass(eq=False)
class Export(Effect):
    """Write files to a URI."""

    uri: str
    parts: list[ExportPart]
    metadata: bool
    """Whether to write the metadata, too."""
    allow_missing: bool
    use_original_filename: bool


@dataclass(eq=False)
class CopyFile(Effect):
    """Copy or move a file to a storage."""

    file: int
    storage: str
    move: bool
    path: str | None


@dataclass(eq=False)
class DeleteFile(Effect):
    """Delete a file and its content."""

    file: int


@dataclass(eq=False)
class DeleteLibraries(Effect):
    """Delete libraries, by their ids."""

    libraries: list[str]


@dataclass(eq=False)
class UpdateLibrary(Effect):
    """Change the metadata of all items in a library."""

    library: str
    document: dict[str, Any]


_PARTS: dict[str, type[Any]] = {"sources": Source, "images": Images, "parts": ExportPart, "outputs": Outputs}
"""Classes of members that are not plain values."""


def effect_of(text: str) -> Effect:
    """Return the effect that :meth:`Effect.to_json` wrote."""
    members = load_json(text)
    # Without the constructor, which does not take all members.
    effect = object.__new__(Effect.kinds[members.pop("do")])
    vars(effect).update(_restored(members))
    return effect


def _restored(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members of an effect or of a part of it, with its parts as objects."""
    restored = {}
    for name, value in members.items():
        part = _PARTS.get(name)
        if part is None:
            restored[name] = value
        elif isinstance(value, list):
            restored[name] = [part(**_restored(each)) for each in value]
        else:
            restored[name] = part(**_restored(value))
    return restored
