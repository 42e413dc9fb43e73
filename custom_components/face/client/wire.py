"""The messages as types, written by `scripts/wire_models.py` from the server's schema; do not edit."""

# ruff: noqa: D204, E501

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    """An inclusive range of protocol versions."""
    min: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """Who answers."""
    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """The recogniser in use."""
    name: str
    hash: str
    embedding_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsInfo:
    """What the server takes at most."""
    max_image_bytes: int
    max_pixels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The server's first message."""
    protocol: VersionRange
    features: tuple[str, ...]
    server: ServerInfo
    model: ModelInfo
    limits: LimitsInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    """A person, short."""
    id: str
    name: str


class Grade(StrEnum):
    """How firmly a person was recognised."""
    SEEN = "seen"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """An upright rectangle in pixels of the upright frame; it may reach over the picture's edge."""
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingEvent:
    """A person reached a grade on a camera: at most once a grade and visit."""
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
    """An unknown person."""
    unknown_id: str
    times_seen: int
    first_seen: datetime
    last_seen: datetime
    camera: str
    ignored: bool
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSeenEvent:
    """An unknown person (not an ignored one) is there: once a visit."""
    kind: ClassVar = "unknown_seen"
    camera: str
    unknown: UnknownInfo
    annotated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedEvent:
    """A person came (was not present before)."""
    kind: ClassVar = "arrived"
    person: PersonRef
    camera: str
    home: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartedEvent:
    """A person's presence ended."""
    kind: ClassVar = "departed"
    person: PersonRef
    camera: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceInfo:
    """Where a person is."""
    present: bool
    home: bool
    area: str | None = None
    camera: str | None = None
    last_seen: datetime | None = None
    probability: float | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInfo:
    """A person and where they are."""
    id: str
    name: str
    photos: int
    presence: PresenceInfo
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChangedEvent:
    """State: a person is new, was renamed, learned, moved, came or went."""
    kind: ClassVar = "person_changed"
    person: PersonInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemovedEvent:
    """A person was deleted or merged away."""
    kind: ClassVar = "person_removed"
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraInfo:
    """A camera and who is there."""
    camera: str
    name: str
    counts_as_home: bool
    faces: int
    present: tuple[PersonRef, ...]
    unknown_present: bool
    annotated: str | None = None
    area: str | None = None
    last_picture_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraChangedEvent:
    """State: a camera's faces, people or settings changed."""
    kind: ClassVar = "camera_changed"
    camera: CameraInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingCorrectedEvent:
    """A sighting was taken back."""
    kind: ClassVar = "sighting_corrected"
    sighting_id: str
    person: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Answer to settings/get and settings/set."""
    strangers_per_thousand: float
    presence_timeout_s: int
    retention_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChangedEvent:
    """State: settings changed."""
    kind: ClassVar = "settings_changed"
    settings: Settings


type Event = SightingEvent | UnknownSeenEvent | ArrivedEvent | DepartedEvent | PersonChangedEvent | PersonRemovedEvent | CameraChangedEvent | SightingCorrectedEvent | SettingsChangedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMessage:
    """One event."""
    run: str
    seq: int
    at: datetime
    event: Event | None
    replayed: bool = False


class Role(StrEnum):
    """What a token may do."""
    TRIGGER = "trigger"
    PUSH = "push"
    READ = "read"
    ADMIN = "admin"


class Purpose(StrEnum):
    """Why a picture is sent."""
    OBSERVE = "observe"
    ASK = "ask"


class Override(StrEnum):
    """A refusal of Enroll that a person may override."""
    DUPLICATE = "duplicate"
    LOOKS_LIKE_SOMEONE_ELSE = "looks_like_someone_else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Where a client left off."""
    run: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """What the server should know of a camera."""
    camera: str
    name: str
    area: str | None = None
    counts_as_home: bool = False
    min_face_px: int | None = None
    presence_timeout_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CamerasConfigured:
    """Answer to cameras/configure."""
    cameras: tuple[CameraInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason: a code for programs, words for people."""
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityInfo:
    """How usable a face is; 0..1, 1 best."""
    overall: float
    size_px: float
    sharpness: float
    pose: float
    light: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledFace:
    """The face that was learned."""
    box: Rect
    quality: QualityInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Answer to enroll: the photo is safely on disk and known from now on."""
    person: PersonRef
    photo_id: str
    photos: int
    face: EnrolledFace
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIdentity:
    """Somebody enrolled."""
    kind: ClassVar = "known"
    person: PersonRef
    probability: float
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsureIdentity:
    """Not decided: perhaps person."""
    kind: ClassVar = "unsure"
    person: PersonRef
    probability: float
    settle_by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownIdentity:
    """Nobody enrolled."""
    kind: ClassVar = "unknown"
    ignored: bool = False
    unknown_id: str | None = None


type Identity = KnownIdentity | UnsureIdentity | UnknownIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """How alike a person is."""
    person: PersonRef
    similarity: float
    photo_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceInfo:
    """One face."""
    box: Rect
    score: float
    quality: QualityInfo
    identity: Identity | None
    nearest: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Answer to recognize."""
    captured_at: datetime
    width: int
    height: int
    faces: tuple[FaceInfo, ...]
    annotated: str | None = None
    camera: str | None = None
    repeated: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingInfo:
    """A past sighting."""
    sighting_id: str
    at: datetime
    camera: str
    person: PersonRef
    grade: Grade
    probability: float
    similarity: float
    picture: str
    corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Answer to stats."""
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
    """Everything a client shows."""
    people: tuple[PersonInfo, ...]
    cameras: tuple[CameraInfo, ...]
    people_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """Answer to subscribe; events follow."""
    run: str
    seq: int
    gap: bool
    state: State | None = None
