"""The judge of a family's day finds what is wrong, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image
import pytest

from .family.diary import Answered, Diary, Moved, Was, WentWrong
from .family.judge import Judge
from .family.record import Record, Shown, Written
from .family.scenes import Colour, colours
from .family.timetable import SERVER_RESTARTS, Settings, Timetable

BEGAN = 1_000_000.0
RED, GREEN = colours()[:2]
SETTINGS = Settings(
    presence_s=60,
    burst={},
    phone_of="Ann",
    recognised_within_s=10,
    clears_within_s=40,
    presence_slack_s=5,
    reconnects_within_s=15,
    grace_s=120,
)
TABLE = Timetable(
    settings=SETTINGS, ends=300, family=("Ann",), hanging={}, visits=(), disturbances=(), answers=(), phone=()
)


def cut_out(wall: Colour) -> bytes:
    """Draw what a server cuts out of a scene: a head before a wall."""
    view = Image.new("RGB", (90, 110), wall)
    view.paste((200, 160, 140), (25, 30, 65, 110))
    encoded = BytesIO()
    view.save(encoded, "JPEG")
    return encoded.getvalue()


def shown(at: float, wall: Colour, place: str = "Garden") -> Shown:
    """Make an alert."""
    picture = cut_out(wall)
    message = f"Somebody unknown is at {place}."
    return Shown(
        at=BEGAN + at,
        title="An unknown person",
        message=message,
        buttons=(),
        image="/x",
        picture=picture,
        later=picture,
    )


def row(entity_id: str, at: float, state: str, **attributes: object) -> Written:
    """Make a row of the recorder."""
    return Written(entity_id=entity_id, at=BEGAN + at, state=state, attributes=dict(attributes))


DIARY = Diary(
    began=BEGAN,
    ended=BEGAN + 300,
    visits=[
        Was(since=BEGAN + 20, until=BEGAN + 40, camera="front_door", people=("Ann",), walls=(GREEN,)),
        Was(since=BEGAN + 30, until=BEGAN + 50, camera="garden", people=("A stranger",), walls=(RED,)),
    ],
    phone=[Moved(at=BEGAN, home=False)],
)
TRUE = [
    row("device_tracker.ann", 0, "unknown"),
    row("device_tracker.ann", 23, "home"),
    row("device_tracker.ann", 101, "unknown"),
    row("person.ann", 0, "not_home"),
    row("person.ann", 23, "home"),
    row("person.ann", 101, "not_home"),
    row("zone.home", 0, "0"),
    row("zone.home", 23, "1"),
    row("zone.home", 101, "0"),
    row("event.ann_sighting", 0, "unknown"),
    row("event.ann_sighting", 23, "1", event_type="arrived"),
    row("event.ann_sighting", 24, "2", event_type="confirmed"),
    row("event.ann_sighting", 101, "3", event_type="departed"),
    row("binary_sensor.front_door_unknown_person", 0, "off"),
    row("binary_sensor.garden_unknown_person", 0, "off"),
    row("binary_sensor.garden_unknown_person", 35, "on"),
    row("binary_sensor.garden_unknown_person", 80, "off"),
    row("sensor.front_door_faces", 0, "0"),
    row("sensor.front_door_faces", 22, "1"),
    row("sensor.front_door_faces", 70, "0"),
    row("sensor.garden_faces", 0, "0"),
    row("sensor.garden_faces", 32, "1"),
    row("sensor.garden_faces", 80, "0"),
    row("sensor.front_door_people_present", 0, "0"),
    row("sensor.front_door_people_present", 23, "1"),
    row("sensor.front_door_people_present", 101, "0"),
    row("sensor.garden_people_present", 0, "0"),
]
ALERT = shown(36, RED)


def faults(
    states: list[Written], alerts: tuple[Shown, ...] = (ALERT,), diary: Diary = DIARY, table: Timetable = TABLE
) -> list[str]:
    """Judge."""
    ordered = tuple(sorted(states, key=lambda one: one.at))
    return [fault.what for fault in Judge(table, diary, Record(states=ordered, shown=alerts)).judge()]


def test_a_true_record_has_no_fault() -> None:
    """Everything was said, in time."""
    assert faults(TRUE) == []


@pytest.mark.parametrize(
    ("entity_id", "at", "state", "what"),
    [
        ("device_tracker.ann", 60, "unknown", "device_tracker.ann is unknown"),
        ("person.ann", 60, "unknown", "person.ann is unknown"),
        ("device_tracker.ann", 150, "home", "device_tracker.ann is home"),
        ("device_tracker.ann", 60, "unavailable", "device_tracker.ann is unavailable"),
        ("binary_sensor.garden_unknown_person", 120, "on", "unknown_person is on"),
        ("binary_sensor.front_door_unknown_person", 120, "on", "unknown_person is on"),
        ("sensor.garden_faces", 200, "1", "sensor.garden_faces is 1"),
        ("sensor.front_door_people_present", 200, "1", "people_present is 1"),
        ("zone.home", 60, "0", "zone.home says 0"),
    ],
)
def test_a_wrong_state_is_a_fault(entity_id: str, at: float, state: str, what: str) -> None:
    """For as long as it stood."""
    found = faults([*TRUE, row(entity_id, at, state)])
    assert any(what in one for one in found), found


def test_a_state_without_an_end_is_a_fault() -> None:
    """The garden's stranger has left."""
    stuck = [one for one in TRUE if (one.entity_id, one.state) != ("binary_sensor.garden_unknown_person", "off")]
    found = faults([row("binary_sensor.garden_unknown_person", 0, "off"), *stuck])
    assert any("unknown_person is on for" in one for one in found), found


@pytest.mark.parametrize("kind", ["arrived", "departed"])
def test_somebody_who_is_lost_is_a_fault(kind: str) -> None:
    """An arrival or a departure that nobody told of, or told twice."""
    lost = [one for one in TRUE if one.attributes.get("event_type") != kind]
    assert any(f"Ann {kind} once" in one for one in faults(lost))
    (there,) = [one for one in TRUE if one.attributes.get("event_type") == kind]
    twice = replace(there, at=there.at + 1, state="9")
    assert any(f"Ann {kind} once" in one for one in faults([*TRUE, twice]))


def test_a_sighting_of_somebody_who_was_not_there_is_a_fault() -> None:
    """Nobody was anywhere by then."""
    found = faults([*TRUE, row("event.ann_sighting", 200, "9", event_type="seen", camera="Garden")])
    assert any("was not there" in one for one in found), found


def test_a_photo_on_the_wall_may_be_seen_once() -> None:
    """As the person it shows; then it is known to stand still, also after a restart, and it is never confirmed."""
    hung = replace(TABLE, hanging={"garden": "Ann"})
    seen = [row("event.ann_sighting", at, str(at), event_type="seen") for at in (200, 250)]
    assert faults([*TRUE, seen[0]], table=hung) == []
    assert any("was not there" in one for one in faults([*TRUE, *seen], table=hung))
    started = replace(DIARY, wrong=[WentWrong(since=BEGAN + 220, until=BEGAN + 223, what=SERVER_RESTARTS, camera=None)])
    assert any("was not there" in one for one in faults([*TRUE, *seen], diary=started, table=hung))
    confirmed = row("event.ann_sighting", 200, "200", event_type="confirmed")
    assert any("was confirmed" in one for one in faults([*TRUE, confirmed], table=hung))


def test_an_alert_that_is_lost_doubled_or_of_somebody_else_is_a_fault() -> None:
    """Each stranger once, with their own picture, also at the end of the day."""
    assert faults(TRUE, ())
    assert faults(TRUE, (ALERT, shown(38, RED)))
    assert faults(TRUE, (shown(36, GREEN),))
    assert faults(TRUE, (shown(36, RED, "Front door"),))
    assert faults(TRUE, (replace(ALERT, later=cut_out(GREEN)),))
    assert faults(TRUE, (replace(ALERT, later=None),))
    assert faults(TRUE, (replace(ALERT, picture=None),))
    assert faults(TRUE, (ALERT, shown(200, GREEN)))


def test_an_ignored_stranger_who_comes_again_is_no_alert() -> None:
    """And one who comes again without that is one."""
    again = Was(since=BEGAN + 150, until=BEGAN + 170, camera="garden", people=("A stranger",), walls=(GREEN,))
    seen = [row("sensor.garden_faces", 153, "1"), row("sensor.garden_faces", 200, "0")]
    ignored = Answered(at=BEGAN + 100, about="A stranger", button="Ignore", text=None)
    quiet = replace(DIARY, visits=[*DIARY.visits, again], answers=[ignored])
    assert faults([*TRUE, *seen], diary=quiet) == []
    assert any("0 alerts" in one for one in faults([*TRUE, *seen], diary=replace(quiet, answers=[])))


def test_what_a_restart_hides_is_excused_and_a_wrong_state_in_it_is_not() -> None:
    """People keep their state; a camera may be unavailable until the connection is back."""
    restart = WentWrong(since=BEGAN + 60, until=BEGAN + 63, what=SERVER_RESTARTS, camera=None)
    diary = replace(DIARY, wrong=[restart])
    camera = [row("sensor.garden_people_present", 61, "unavailable"), row("sensor.garden_people_present", 68, "0")]
    assert faults([*TRUE, *camera], diary=diary) == []
    person = [row("person.ann", 61, "unknown"), row("person.ann", 68, "home")]
    assert any("person.ann is unknown" in one for one in faults([*TRUE, *person], diary=diary))
