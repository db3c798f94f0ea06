"""The effects of jobs, which requests define and which are stored with the job."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
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


@dataclass
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


@dataclass
class Outputs:
    """What an import creates of the imported file."""

    transcode: list[str] = field(default_factory=list)
    """Shape tags of the renditions."""
    images: Images = field(default_factory=Images)
    original: str | None = None
    """Shape tag of the rendition that becomes the original."""
    storage: str | None = None
    """Id of the storage for the renditions."""


@dataclass
class ExportPart:
    """A shape that is exported: the one with a serial number, or the one with a tag."""

    item: str
    tag: str = ""
    version: int | None = None
    shape: int | None = None


@dataclass
class Effect:
    """The effect of a job. Actions may change it while the job runs; the changes are stored."""

    def to_document(self) -> dict[str, Any]:
        """Return the effect as JSON object, with the name of the class in the member ``do``."""
        return {"do": type(self).__name__, **asdict(self)}


@dataclass
class ImportEffect(Effect):
    """An import of files to an item."""

    item: str
    sources: list[Source]
    new: bool = field(default=False, init=False)
    """Whether the item was created for this import."""


@dataclass
class ImportMedia(ImportEffect):
    """Create a shape of a file, its renditions and images."""

    tags: list[str]
    outputs: Outputs = field(default_factory=Outputs)
    version: bool = False
    """Whether to create an essence version."""


@dataclass
class FillPlaceholder(ImportEffect):
    """Attach files to the components of a placeholder shape."""

    shape: int
    outputs: Outputs


@dataclass
class AttachSidecar(ImportEffect):
    """Attach a sidecar file to an item."""


@dataclass
class AddComponent(ImportEffect):
    """Add the components of a file to a shape."""

    shape: int


@dataclass
class Transcode(Effect):
    """Create renditions of a shape; by default, of the original."""

    item: str
    shape: int | None
    tags: list[str]
    images: Images
    storage: str | None = None
    destination: str | None = None
    """Id of the item that gets the renditions. Default: the same."""


@dataclass
class CreateImages(Effect):
    """Create images of a shape; by default, of the first one with one of the tags, or the original."""

    item: str
    shape: int | None
    tags: list[str]
    images: Images


@dataclass
class UpdateShape(Effect):
    """Probe the files of a shape again."""

    item: str
    shape: int


@dataclass
class Export(Effect):
    """Write files to a URI."""

    uri: str
    parts: list[ExportPart]
    metadata: bool
    """Whether to write the metadata, too."""
    allow_missing: bool
    use_original_filename: bool


@dataclass
class CopyFile(Effect):
    """Copy or move a file to a storage."""

    file: int
    storage: str
    move: bool
    path: str | None


@dataclass
class DeleteFile(Effect):
    """Delete a file and its content."""

    file: int


@dataclass
class DeleteLibraries(Effect):
    """Delete libraries, by their ids."""

    libraries: list[str]


@dataclass
class UpdateLibrary(Effect):
    """Change the metadata of all items in a library."""

    library: str
    document: dict[str, Any]


_PARTS = {"sources": Source, "images": Images, "parts": ExportPart, "outputs": Outputs}
"""Classes of members that are not plain values."""


def effect_of(document: dict[str, Any]) -> Effect:
    """Create an effect from the result of :meth:`Effect.to_document`."""
    effect_class: Any = globals()[document.pop("do")]
    is_new = document.pop("new", False)
    effect: Effect = effect_class(**_members(document))
    if isinstance(effect, ImportEffect):
        effect.new = is_new
    return effect


def _members(document: dict[str, Any]) -> dict[str, Any]:
    found = dict(document)
    for name in document.keys() & _PARTS.keys():
        value, part_class = document[name], _PARTS[name]
        if isinstance(value, list):
            found[name] = [part_class(**_members(part)) for part in value]
        else:
            found[name] = part_class(**_members(value))
    return found
