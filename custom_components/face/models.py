"""The server's messages as typed values: JSON objects in, frozen dataclasses out.

Used by `client` and everything above it; must not know Home Assistant. Unknown fields are ignored, since answers and
events may grow within a protocol version; a missing or wrongly typed field raises `KeyError`, `TypeError` or
`ValueError`, which `client` reports as a broken message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    type Wire = Mapping[str, Any]


class Role(StrEnum):
    """What a token may do."""

    TRIGGER = "trigger"
    PUSH = "push"
    READ = "read"
    ADMIN = "admin"


class Grade(StrEnum):
    """How firmly a person was recognised."""

    SEEN = "seen"
    CONFIRMED = "confirmed"


class Purpose(StrEnum):
    """Why a picture is sent."""

    OBSERVE = "observe"
    ASK = "ask"


class Override(StrEnum):
    """A refusal of an enrolment that a person may override."""

    DUPLICATE = "duplicate"
    LOOKS_LIKE_SOMEONE_ELSE = "looks_like_someone_else"


def instant(text: str) -> datetime:
    """Read RFC 3339; digits beyond microseconds are dropped."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        message = f"{text} has no zone"
        raise ValueError(message)
    return value


def _maybe_instant(text: str | None) -> datetime | None:
    return None if text is None else instant(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The server's first message."""

    protocol_min: int
    protocol_max: int
    features: tuple[str, ...]
    server_id: str
    server_version: str
    model_name: str
    model_hash: str
    max_image_bytes: int
    max_pixels: int

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a `hello`."""
        if data["type"] != "hello":
            message = f"expected hello, got {data['type']}"
            raise ValueError(message)
        return cls(
            protocol_min=int(data["protocol"]["min"]),
            protocol_max=int(data["protocol"]["max"]),
            features=tuple(data["features"]),
            server_id=str(data["server"]["id"]),
            server_version=str(data["server"]["version"]),
            model_name=str(data["model"]["name"]),
            model_hash=str(data["model"]["hash"]),
            max_image_bytes=int(data["limits"]["max_image_bytes"]),
            max_pixels=int(data["limits"]["max_pixels"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle in pixels of the upright picture."""

    x: float
    y: float
    w: float
    h: float

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a box."""
        return cls(x=float(data["x"]), y=float(data["y"]), w=float(data["w"]), h=float(data["h"]))

    def to_wire(self) -> dict[str, float]:
        """Write a box."""
        return {"x": self.x, "y": self.y, "w": self.w, "h": self.h}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    """A person, short."""

    id: str
    name: str

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a person's id and name."""
        return cls(id=str(data["id"]), name=str(data["name"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Where a person is."""

    present: bool
    home: bool
    camera: str | None
    area: str | None
    since: datetime | None
    last_seen: datetime | None
    probability: float | None

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a presence."""
        probability = data.get("probability")
        return cls(
            present=bool(data["present"]),
            home=bool(data["home"]),
            camera=data.get("camera"),
            area=data.get("area"),
            since=_maybe_instant(data.get("since")),
            last_seen=_maybe_instant(data.get("last_seen")),
            probability=None if probability is None else float(probability),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, and where they are."""

    id: str
    name: str
    photos: int
    presence: Presence
    picture: str | None

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a person with presence."""
        return cls(
            id=str(data["id"]),
            name=str(data["name"]),
            photos=int(data["photos"]),
            presence=Presence.from_wire(data["presence"]),
            picture=data.get("picture"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraState:
    """A camera, and who is there."""

    camera: str
    name: str
    area: str | None
    counts_as_home: bool
    faces: int
    present: tuple[PersonRef, ...]
    unknown_present: bool
    last_picture_at: datetime | None
    annotated: str | None

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a camera's state."""
        return cls(
            camera=str(data["camera"]),
            name=str(data["name"]),
            area=data.get("area"),
            counts_as_home=bool(data["counts_as_home"]),
            faces=int(data["faces"]),
            present=tuple(PersonRef.from_wire(person) for person in data["present"]),
            unknown_present=bool(data["unknown_present"]),
            last_picture_at=_maybe_instant(data.get("last_picture_at")),
            annotated=data.get("annotated"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """What the server should know of one of this client's cameras."""

    camera: str
    name: str
    area: str | None = None
    counts_as_home: bool = False
    presence_timeout_s: int | None = None
    min_face_px: int | None = None

    def to_wire(self) -> dict[str, Any]:
        """Write the settings; what is not set is left to the server."""
        fields: dict[str, Any] = {"camera": self.camera, "name": self.name, "counts_as_home": self.counts_as_home}
        for key in ("area", "presence_timeout_s", "min_face_px"):
            if (value := getattr(self, key)) is not None:
                fields[key] = value
        return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How usable a face is; 0..1, 1 best, but `size_px` in pixels."""

    overall: float
    size_px: float
    sharpness: float
    pose: float
    light: float
    reasons: tuple[str, ...]

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a quality; of the reasons the words for people are kept."""
        return cls(
            overall=float(data["overall"]),
            size_px=float(data["size_px"]),
            sharpness=float(data["sharpness"]),
            pose=float(data["pose"]),
            light=float(data["light"]),
            reasons=tuple(str(reason["message"]) for reason in data["reasons"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody enrolled."""

    person: PersonRef
    probability: float
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Not decided: perhaps `person`."""

    person: PersonRef
    probability: float
    settle_by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody enrolled."""

    unknown_id: str | None
    ignored: bool


type Identity = Known | Unsure | Unknown


def identity_from_wire(data: Wire) -> Identity:
    """Read who a face is; a kind of a later version counts as unknown."""
    match data["kind"]:
        case "known":
            return Known(
                person=PersonRef.from_wire(data["person"]),
                probability=float(data["probability"]),
                grade=Grade(data["grade"]),
            )
        case "unsure":
            return Unsure(
                person=PersonRef.from_wire(data["person"]),
                probability=float(data["probability"]),
                settle_by=tuple(data["settle_by"]),
                reason=str(data["reason"]),
            )
        case _:
            return Unknown(unknown_id=data.get("unknown_id"), ignored=bool(data.get("ignored", False)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """How alike a person is: cosine similarity, -1..1, higher is closer."""

    person: PersonRef
    similarity: float

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a candidate."""
        return cls(person=PersonRef.from_wire(data["person"]), similarity=float(data["similarity"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face and who it is."""

    box: Box
    score: float
    quality: Quality
    identity: Identity
    nearest: tuple[Candidate, ...]

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a face."""
        return cls(
            box=Box.from_wire(data["box"]),
            score=float(data["score"]),
            quality=Quality.from_wire(data["quality"]),
            identity=identity_from_wire(data["identity"]),
            nearest=tuple(Candidate.from_wire(candidate) for candidate in data["nearest"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a picture showed."""

    camera: str | None
    captured_at: datetime
    width: int
    height: int
    faces: tuple[Face, ...]
    repeated: bool
    settled: bool
    annotated: str | None

    @property
    def unsure(self) -> bool:
        """Whether somebody is not decided whom more pictures may settle."""
        return any(isinstance(face.identity, Unsure) and face.identity.settle_by for face in self.faces)

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read an answer to `recognize`."""
        return cls(
            camera=data.get("camera"),
            captured_at=instant(data["captured_at"]),
            width=int(data["width"]),
            height=int(data["height"]),
            faces=tuple(Face.from_wire(face) for face in data["faces"]),
            repeated=bool(data.get("repeated", False)),
            settled=bool(data.get("settled", False)),
            annotated=data.get("annotated"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A photo that is safely on the server's disk and known from now on."""

    person: PersonRef
    photo_id: str
    photos: int
    box: Box
    quality: Quality
    advice: tuple[str, ...]

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read an answer to `enroll`."""
        return cls(
            person=PersonRef.from_wire(data["person"]),
            photo_id=str(data["photo_id"]),
            photos=int(data["photos"]),
            box=Box.from_wire(data["face"]["box"]),
            quality=Quality.from_wire(data["face"]["quality"]),
            advice=tuple(data["advice"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPerson:
    """An unknown person seen lately."""

    unknown_id: str
    times_seen: int
    first_seen: datetime
    last_seen: datetime
    camera: str
    ignored: bool
    picture: str

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read an unknown person."""
        return cls(
            unknown_id=str(data["unknown_id"]),
            times_seen=int(data["times_seen"]),
            first_seen=instant(data["first_seen"]),
            last_seen=instant(data["last_seen"]),
            camera=str(data["camera"]),
            ignored=bool(data["ignored"]),
            picture=str(data["picture"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A past sighting."""

    sighting_id: str
    at: datetime
    camera: str
    person: PersonRef
    grade: Grade
    probability: float
    picture: str
    corrected: bool

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read a sighting."""
        return cls(
            sighting_id=str(data["sighting_id"]),
            at=instant(data["at"]),
            camera=str(data["camera"]),
            person=PersonRef.from_wire(data["person"]),
            grade=Grade(data["grade"]),
            probability=float(data["probability"]),
            picture=str(data["picture"]),
            corrected=bool(data["corrected"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything a client shows."""

    people: tuple[Person, ...]
    cameras: tuple[CameraState, ...]
    # Where `people/list` goes on, when there are too many people for one message.
    people_cursor: str | None

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read the full state."""
        return cls(
            people=tuple(Person.from_wire(person) for person in data["people"]),
            cameras=tuple(CameraState.from_wire(camera) for camera in data["cameras"]),
            people_cursor=data.get("people_cursor"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a client is in a server's stream of events."""

    run: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """Answer to `subscribe`: with a gap `state` holds everything, without one the missed events follow."""

    position: Position
    gap: bool
    state: State | None

    @classmethod
    def from_wire(cls, data: Wire) -> Self:
        """Read the answer."""
        state = data.get("state")
        return cls(
            position=Position(run=str(data["run"]), seq=int(data["seq"])),
            gap=bool(data["gap"]),
            state=None if state is None else State.from_wire(state),
        )
