"""The messages as types, written by `scripts/wire_models.py` from the server's schema; do not edit."""

# ruff: noqa: D101, E501

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    min: int
    max: int

@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    id: str
    version: str

@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    name: str
    hash: str
    embedding_length: int

@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsInfo:
    max_image_bytes: int
    max_pixels: int
    max_photo_bytes: int
    max_photo_pixels: int

@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    protocol: VersionRange
    features: tuple[str, ...]
    server: ServerInfo
    model: ModelInfo
    limits: LimitsInfo

@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    id: str
    name: str

class Grade(StrEnum):
    SEEN = "seen"
    CONFIRMED = "confirmed"

@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    x: float
    y: float
    w: float
    h: float

@dataclass(frozen=True, slots=True, kw_only=True)
class SightingEvent:
    kind: ClassVar = "sighting"
    sighting_id: str
    camera: str
    person: PersonRef
    grade: Grade
    probability: float
    box: Rect
    picture: str
    annotated: str

@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownInfo:
    unknown_id: str
    times_seen: int
    first_seen: datetime
    last_seen: datetime
    camera: str
    ignored: bool
    picture: str

@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSeenEvent:
    kind: ClassVar = "unknown_seen"
    camera: str
    unknown: UnknownInfo
    annotated: str

@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedEvent:
    kind: ClassVar = "arrived"
    person: PersonRef
    camera: str
    home: bool
    departed_at: datetime | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class DepartedEvent:
    kind: ClassVar = "departed"
    person: PersonRef
    camera: str

@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceInfo:
    present: bool
    home: bool
    area: str | None = None
    camera: str | None = None
    departed_at: datetime | None = None
    last_seen: datetime | None = None
    probability: float | None = None
    since: datetime | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInfo:
    id: str
    name: str
    photos: int
    presence: PresenceInfo
    picture: str | None = None
    presence_timeout_s: int | None = None
    proposals: int = 0
    sample: bool = False

@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChangedEvent:
    kind: ClassVar = "person_changed"
    person: PersonInfo

@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemovedEvent:
    kind: ClassVar = "person_removed"
    person_id: str

@dataclass(frozen=True, slots=True, kw_only=True)
class CameraInfo:
    camera: str
    name: str
    counts_as_home: bool
    faces: int
    present: tuple[PersonRef, ...]
    unknown_present: bool
    annotated: str | None = None
    area: str | None = None
    last_picture_at: datetime | None = None
    rotate: int = 0
    suggested_rotate: int | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class CameraChangedEvent:
    kind: ClassVar = "camera_changed"
    camera: CameraInfo

@dataclass(frozen=True, slots=True, kw_only=True)
class SightingCorrectedEvent:
    kind: ClassVar = "sighting_corrected"
    sighting_id: str
    person: PersonRef

@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPeople:
    people: int
    of: int
    waited_s: int
    forgotten_after_s: int

@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryInfo:
    problems: int
    missing: MissingPeople | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChangedEvent:
    kind: ClassVar = "library_changed"
    library: LibraryInfo

@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    strangers_per_thousand: float
    presence_timeout_s: int
    in_view_timeout_s: int
    retention_days: int

@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChangedEvent:
    kind: ClassVar = "settings_changed"
    settings: Settings

type Event = SightingEvent | UnknownSeenEvent | ArrivedEvent | DepartedEvent | PersonChangedEvent | PersonRemovedEvent | CameraChangedEvent | SightingCorrectedEvent | LibraryChangedEvent | SettingsChangedEvent

@dataclass(frozen=True, slots=True, kw_only=True)
class EventMessage:
    run: str
    seq: int
    at: datetime
    event: Event | None
    replayed: bool = False

class Role(StrEnum):
    TRIGGER = "trigger"
    PUSH = "push"
    READ = "read"
    ADMIN = "admin"

class Purpose(StrEnum):
    OBSERVE = "observe"
    ASK = "ask"

class Override(StrEnum):
    DUPLICATE = "duplicate"
    LOOKS_LIKE_SOMEONE_ELSE = "looks_like_someone_else"

class AboutMissing(StrEnum):
    FORGET = "forget"
    WAIT = "wait"

@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    run: str
    seq: int

@dataclass(frozen=True, slots=True, kw_only=True)
class CameraChange:
    camera: str
    area: str | None = None
    counts_as_home: bool | None = None
    ignored_areas: tuple[Rect, ...] | None = None
    min_face_px: int | None = None
    name: str | None = None
    presence_timeout_s: int | None = None
    rotate: int | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class CamerasConfigured:
    cameras: tuple[CameraInfo, ...]

@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: str
    message: str

@dataclass(frozen=True, slots=True, kw_only=True)
class QualityInfo:
    overall: float
    size_px: float
    sharpness: float
    pose: float
    light: float
    reasons: tuple[Reason, ...]

@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledFace:
    box: Rect
    quality: QualityInfo

@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    person: PersonRef
    photo_id: str
    photos: int
    face: EnrolledFace
    advice: tuple[str, ...]

@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoInfo:
    photo_id: str
    file: str
    picture: str
    usable: bool
    problem: str | None = None
    quality: QualityInfo | None = None

class ProblemKind(StrEnum):
    SKIPPED = "skipped"
    UNUSABLE = "unusable"
    MISSING = "missing"
    SOMEBODY_ELSES = "somebody_elses"
    UNLIKE = "unlike"
    SAME_PERSON = "same_person"

@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemInfo:
    path: str
    kind: ProblemKind
    message: str
    person_id: str | None = None
    photo_id: str | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIdentity:
    kind: ClassVar = "known"
    person: PersonRef
    probability: float
    grade: Grade
    label: str

@dataclass(frozen=True, slots=True, kw_only=True)
class UnsureIdentity:
    kind: ClassVar = "unsure"
    person: PersonRef
    probability: float
    settle_by: tuple[str, ...]
    reason: str
    label: str

@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownIdentity:
    kind: ClassVar = "unknown"
    ignored: bool = False
    learning: bool = False
    unknown_id: str | None = None

type Identity = KnownIdentity | UnsureIdentity | UnknownIdentity

@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    person: PersonRef
    similarity: float
    photo_id: str

@dataclass(frozen=True, slots=True, kw_only=True)
class FaceInfo:
    box: Rect
    score: float
    quality: QualityInfo
    identity: Identity | None
    nearest: tuple[Candidate, ...]

@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    captured_at: datetime
    width: int
    height: int
    faces: tuple[FaceInfo, ...]
    annotated: str | None = None
    camera: str | None = None
    learning: bool = False
    repeated: bool = False
    settled: bool = False
    suggested_rotate: int | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class SightingInfo:
    sighting_id: str
    at: datetime
    camera: str
    person: PersonRef
    grade: Grade
    probability: float
    similarity: float
    corrected: bool
    picture: str

@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    uptime_s: int
    people: int
    photos: int
    photos_to_learn: int
    pictures: int
    superseded: int
    failed: int
    waiting: int
    waiting_bytes: int
    load: float
    latency_median_ms: float
    latency_p95_ms: float
    workers: int
    clients: int

@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    people: tuple[PersonInfo, ...]
    cameras: tuple[CameraInfo, ...]
    library: LibraryInfo = LibraryInfo(problems=0)
    people_cursor: str | None = None

@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    run: str
    seq: int
    gap: bool
    state: State | None = None
