"""Compares what was written down with what truly happened; what does not agree is a fault, in words.

Nothing here knows how the product decides: only who was before which camera, what was broken, and what a person at home
would expect to read. Around each change a moment is left in which either is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from .diary import Diary, Was
from .record import Record, Shown
from .scenes import CAT, Colour, wall_of
from .timetable import CAMERA_FALTERS, CAMERA_OFF, HOME_ASSISTANT_RESTARTS, Timetable

UNAVAILABLE = "unavailable"
# What is right again before anybody could look.
SHORTEST_WRONG_S = 0.5


def slug(name: str) -> str:
    """Give the part of an entity id that a name becomes."""
    return name.lower().replace(" ", "_")


@dataclass
class Line:
    """What a state may be over time: later strokes cover earlier ones."""

    strokes: list[tuple[float, float, frozenset[str]]] = field(default_factory=list)

    def paint(self, since: float, until: float, *allowed: str) -> None:
        """Allow these, and nothing else, for a while."""
        if since < until:
            self.strokes.append((since, until, frozenset(allowed)))

    def also(self, since: float, until: float, *allowed: str) -> None:
        """Allow these, too, for a while."""
        edges = sorted({since, until, *(edge for one in self.strokes for edge in one[:2] if since < edge < until)})
        for begin, end in pairwise(edges):
            self.strokes.append((begin, end, self.at((begin + end) / 2) | frozenset(allowed)))

    def at(self, moment: float) -> frozenset[str]:
        """Tell what is allowed at a moment; nothing painted allows nothing."""
        for since, until, allowed in reversed(self.strokes):
            if since <= moment < until:
                return allowed
        return frozenset()

    def wrong(self, since: float, until: float, state: str) -> Iterator[tuple[float, float, frozenset[str]]]:
        """Give the parts of a time in which a state is not allowed; none of a time that is over before it begins."""
        if until <= since:
            return
        edges = sorted({since, until, *(edge for one in self.strokes for edge in one[:2] if since < edge < until)})
        for begin, end in pairwise(edges):
            allowed = self.at((begin + end) / 2)
            if state not in allowed and end - begin > SHORTEST_WRONG_S:
                yield begin, end, allowed


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that was written down, or missed, and is not true."""

    at: float
    what: str


class Judge:
    """One day's judge."""

    def __init__(self, table: Timetable, diary: Diary, record: Record) -> None:
        """Take what was meant, what was, and what was said."""
        self.table = table
        self.settings = table.settings
        self.diary = diary
        self.record = record
        self.faults: list[Fault] = []

    def judge(self) -> list[Fault]:
        """Look at everything."""
        for person in self._known_people():
            self._presence(person)
            self._comings_and_goings(person)
        for camera in ("front_door", "garden"):
            self._camera(camera)
        self._alerts()
        self._zone()
        return sorted(self.faults, key=lambda fault: fault.at)

    def _fault(self, at: float, what: str) -> None:
        self.faults.append(Fault(at=at, what=f"{at - self.diary.began:7.1f} s: {what}"))

    # Who is known, and when.

    def _known_people(self) -> list[str]:
        return [*self.table.family, *(one.text for one in self.diary.answers if one.text is not None)]

    def _known_as(self, who: str, at: float) -> str | None:
        """Tell by which name somebody is known at a moment; `None` for strangers."""
        if who in self.table.family:
            return who
        return next((one.text for one in self.diary.answers if one.about == who and one.text and one.at <= at), None)

    def _ignored(self, who: str, at: float) -> bool:
        return any(one.about == who and one.text is None and one.at <= at for one in self.diary.answers)

    def _strangers(self, visit: Was) -> list[tuple[str, Colour]]:
        return [
            (who, wall)
            for who, wall in zip(visit.people, visit.walls, strict=True)
            if who != CAT and self._known_as(who, visit.since) is None and not self._ignored(who, visit.since)
        ]

    def _visits_of(self, person: str) -> list[Was]:
        return [one for one in self._seen_visits() if any(self._known_as(w, one.since) == person for w in one.people)]

    # What went wrong.

    def _broken(self, visit: Was) -> bool:
        """Whether nobody could have seen a visit as it was: a line was down, or its camera was."""
        return any(
            one.since < visit.until
            and one.until + self.settings.reconnects_within_s > visit.since
            and one.camera in (None, visit.camera)
            for one in self.diary.wrong
        )

    def _seen_visits(self) -> list[Was]:
        return [one for one in self.diary.visits if not self._broken(one)]

    def _outages(self) -> list[tuple[float, float]]:
        """Give when Home Assistant could not reach the server, with the time to come back."""
        away = [one for one in self.diary.wrong if one.what not in (CAMERA_FALTERS, CAMERA_OFF)]
        return [(one.since, one.until + self.settings.reconnects_within_s) for one in away]

    def _restarts(self) -> list[tuple[float, float]]:
        return [(one.since, one.until) for one in self.diary.wrong if one.what == HOME_ASSISTANT_RESTARTS]

    # People.

    def _stays(self, visits: Iterable[Was]) -> list[tuple[float, float]]:
        """Join visits to the times somebody was present."""
        stays: list[tuple[float, float]] = []
        for one in sorted(visits, key=lambda visit: visit.since):
            until = one.until + self.settings.presence_s
            if stays and one.since < stays[-1][1]:
                stays[-1] = (stays[-1][0], max(stays[-1][1], until))
            else:
                stays.append((one.since, until))
        return stays

    def _by_cameras(self, visits: Iterable[Was], on: str, off: str) -> Line:
        """Draw what a state of presence may be."""
        line = Line()
        line.paint(self.diary.began, self.diary.ended, off)
        prompt, slack = self.settings.recognised_within_s, self.settings.presence_slack_s
        stays = self._stays(visits)
        for since, until in stays:
            line.paint(since, until + slack, on)
        for since, until in stays:
            line.also(since, since + prompt, off)
            line.also(until - slack, until + slack, off)
        # What began or ended unseen is said when there is somebody to say it.
        for visit in self.diary.visits:
            if self._broken(visit):
                line.also(visit.since, visit.until + self.settings.presence_s + slack, on, off)
        for begin, end in self._outages():
            if end - self.settings.reconnects_within_s - begin > self.settings.grace_s:
                line.paint(begin + self.settings.grace_s + slack, end - self.settings.reconnects_within_s, off)
                line.also(begin + self.settings.grace_s - slack, end, on, off)
            for _, until in stays:
                if begin <= until + slack and until - slack <= end:
                    line.also(min(begin, until - slack), end + slack, on, off)
        return line

    def _presence(self, person: str) -> None:
        """A person's tracker, and the person."""
        if person not in self.table.family:
            return
        at_home = [one for one in self._visits_of(person) if one.camera == "front_door"]
        tracker = self._by_cameras(at_home, "home", "unknown")
        self._compare(f"device_tracker.{slug(person)}", tracker)
        whole = self._by_cameras(at_home, "home", "unknown")
        if person == self.settings.phone_of:
            moves = [*self.diary.phone]
            for here, then in zip(moves, [*moves[1:], None], strict=True):
                until = self.diary.ended if then is None else then.at
                replaced = {"unknown": "home" if here.home else "not_home"}
                edges = sorted({here.at, until, *(e for one in whole.strokes for e in one[:2] if here.at < e < until)})
                for begin, end in pairwise(edges):
                    allowed = whole.at((begin + end) / 2)
                    whole.paint(begin, end, *{replaced.get(state, state) for state in allowed})
            for one in moves:
                whole.also(one.at - 2, one.at + 5, "home", "not_home", "unknown")
        self._compare(f"person.{slug(person)}", whole)

    def _zone(self) -> None:
        """`zone.home` counts as many as the people say."""
        # Home Assistant's own user is a person, too.
        people = {row.entity_id for row in self.record.states if row.entity_id.startswith("person.")}
        moments = sorted({row.at for entity in people for row in self.record.of(entity)} | {self.diary.ended})
        zone = self.record.of("zone.home")
        # Each restart ends what was said before it.
        moments = sorted({*moments, *(begin for begin, _ in self._restarts())})
        for moment, then in pairwise(moments):
            middle = (moment + then) / 2
            if then - moment < 3 or any(begin <= middle <= end + 30 for begin, end in self._restarts()):
                continue
            homes = sum(self._state_at(entity, middle) == "home" for entity in people)
            # Home Assistant counts a moment after somebody has come or gone.
            said = next((row.state for row in reversed(zone) if row.at < then), None)
            if said is not None and said != str(homes):
                self._fault(middle, f"zone.home says {said}, and {homes} are home")

    def _state_at(self, entity: str, moment: float) -> str | None:
        return next((row.state for row in reversed(self.record.of(entity)) if row.at <= moment), None)

    def _comings_and_goings(self, person: str) -> None:
        """One arrival and one departure for each stay, one confirmation for each visit."""
        entity = f"event.{slug(person)}_sighting"
        told = self.record.told(entity)
        stays = self._stays(self._visits_of(person))
        prompt, slack = self.settings.recognised_within_s, self.settings.presence_slack_s
        unseen = [
            (one.since, one.until + self.settings.presence_s + slack)
            for one in self.diary.visits
            if self._broken(one) and any(self._known_as(who, one.since) == person for who in one.people)
        ]
        broken = self._outages() + unseen
        for kind, wanted in (
            ("arrived", [(since, since + prompt) for since, _ in stays]),
            ("departed", [(until - slack, until + slack) for _, until in stays]),
        ):
            moments = [at for at, what, _ in told if what == kind]
            for since, until in wanted:
                found = [at for at in moments if since <= at <= until]
                moments = [at for at in moments if at not in found]
                excused = any(begin <= until and since <= end for begin, end in broken)
                if len(found) != 1 and not excused:
                    self._fault(since, f"{person} {kind} once, and that was told {len(found)} times")
            for at in moments:
                if not any(begin <= at <= end for begin, end in broken):
                    self._fault(at, f"{person} {kind}, says {entity}, and did not")
        # The first look at a photo on the wall may take it for them, the next not.
        photo_may_be_seen = person in self.table.hanging.values()
        for at, what, attributes in told:
            if what in ("seen", "confirmed") and not any(
                one.since <= at <= one.until + prompt
                and any(self._known_as(w, one.since) == person for w in one.people)
                for one in self.diary.visits
            ):
                if what == "seen" and photo_may_be_seen:
                    photo_may_be_seen = False
                    continue
                self._fault(at, f"{person} was {what}, says {entity}, and was not there: {attributes}")

    # Cameras.

    def _camera(self, camera: str) -> None:
        visits = [one for one in self.diary.visits if one.camera == camera]
        self._unknown_person(camera, visits)
        self._faces(camera, visits)
        self._people_present(camera)

    def _unknown_person(self, camera: str, visits: list[Was]) -> None:
        """On while a stranger is there; a visit that is seen must be said, one that nobody could see may be."""
        prompt, clears = self.settings.recognised_within_s, self.settings.clears_within_s
        line = Line()
        line.paint(self.diary.began, self.diary.ended, "off")
        for one in visits:
            if self._strangers(one):
                line.paint(one.since, one.until, "on")
                line.also(one.since, one.since + prompt, "off")
                line.also(one.until, one.until + clears, "on", "off")
            if self._broken(one):
                line.also(one.since, one.until + clears, "on", "off")
            # Somebody who is known or ignored may be unknown until they are recognised.
            if any(who != CAT for who in one.people):
                line.also(one.since, one.since + prompt, "on", "off")
        self._excuse_outages(line, visits, "on", "off")
        self._compare(f"binary_sensor.{camera}_unknown_person", line)

    def _faces(self, camera: str, visits: list[Was]) -> None:
        """As many as there are heads, at most; none soon after they left."""
        prompt, clears = self.settings.recognised_within_s, self.settings.clears_within_s
        line = Line()
        line.paint(self.diary.began, self.diary.ended, "0")
        hanging = int(camera in self.table.hanging)
        for one in visits:
            heads = sum(who != CAT for who in one.people)
            up_to = [str(number) for number in range(heads + hanging + 1)]
            line.paint(one.since, one.until, *up_to[heads:])
            # A single picture may show a turned head, or one that has just come or gone.
            line.also(one.since, one.since + prompt, *up_to)
            line.also(one.since, one.until + clears, *up_to)
        self._excuse_outages(line, visits, "0", "1", "2", "3")
        if hanging:
            # Whether a photo on the wall is a face in the picture is a matter of words; it is no visitor.
            line.also(self.diary.began, self.diary.ended, "1")
        self._compare(f"sensor.{camera}_faces", line)

    def _excuse_outages(self, line: Line, visits: list[Was], *states: str) -> None:
        """A camera's states may be missing while there is no connection, and what ends in it ends after it."""
        clears = self.settings.clears_within_s
        for begin, end in self._outages():
            line.also(begin, end, UNAVAILABLE, "unknown")
            for one in visits:
                if begin <= one.until + clears and one.since <= end:
                    line.also(begin, end + clears, *states)

    def _people_present(self, camera: str) -> None:
        """No more known people than there can be."""
        line = Line()
        line.paint(self.diary.began, self.diary.ended, "0")
        prompt, slack = self.settings.recognised_within_s, self.settings.presence_slack_s
        stays = []
        for one in self.diary.visits:
            known = [who for who in one.people if who != CAT and self._known_as(who, one.until) is not None]
            if one.camera == camera and known:
                stays.append((one.since, one.until + self.settings.presence_s + slack, len(known)))
        for since, until, _ in stays:
            most = sum(number for begin, end, number in stays if begin < until and since < end)
            line.also(since, until, *(str(number) for number in range(most + 1)))
        for one in self._seen_visits():
            seen = {self._known_as(who, one.since) for who in one.people if who != CAT} - {None}
            if one.camera == camera and seen:
                others = sum(n for begin, end, n in stays if begin < one.until and one.since < end)
                line.paint(
                    one.since + prompt, one.until, *(str(number) for number in range(len(seen), max(others, 1) + 1))
                )
        for begin, end in self._outages():
            line.also(begin, end, UNAVAILABLE, "unknown")
        self._compare(f"sensor.{camera}_people_present", line)

    # Everything.

    def _compare(self, entity_id: str, line: Line) -> None:
        """Hold each row, for as long as it stood, against what it may be."""
        rows = self.record.of(entity_id)
        if not rows:
            self._fault(self.diary.began, f"{entity_id} was never written down")
        for row, then in zip(rows, [*rows[1:], None], strict=True):
            until = self.diary.ended if then is None else then.at
            # Home Assistant writes nothing while it restarts, and its start writes what the registry knows.
            restart = next((one for one in self._restarts() if one[0] <= row.at < one[1]), None)
            if row.restored or restart is not None:
                continue
            stops = next((begin for begin, _ in self._restarts() if row.at < begin < until), until)
            since = max(row.at, self.diary.began)
            for begin, end, allowed in line.wrong(since, min(until, stops), str(row.state)):
                right = " or ".join(sorted(allowed)) or "nothing"
                self._fault(begin, f"{entity_id} is {row.state} for {end - begin:.1f} s, and that should be {right}")

    # Alerts.

    def _alerts(self) -> None:
        """Each stranger once a visit, with their own picture, then and later."""
        left = [one for one in self.record.shown if one.title == "An unknown person"]
        walls = tuple(wall for visit in self.diary.visits for wall in visit.walls)
        prompt = self.settings.recognised_within_s
        for visit in sorted(self.diary.visits, key=lambda one: one.since):
            mine = [one for one in left if visit.since <= one.at <= visit.until + prompt]
            mine = [one for one in mine if slug_of_place(one.message) == visit.camera]
            strangers = self._strangers(visit)
            for who, wall in strangers:
                own = [one for one in mine if one.picture is not None and wall_of(one.picture, walls) == wall]
                if not self._broken(visit) and len(own) != 1:
                    pictures = [name_of(one, walls) for one in mine]
                    self._fault(
                        visit.since,
                        f"{who} at {visit.camera}: {len(own)} alerts with their picture; there are {pictures}",
                    )
                for one in own:
                    mine.remove(one)
                    left.remove(one)
                    # Who has a name by then is no unknown person any more, and nothing of them is kept as one.
                    named = any(answer.about == who and answer.text is not None for answer in self.diary.answers)
                    if not named and (one.later is None or wall_of(one.later, walls) != wall):
                        self._fault(one.at, f"the picture of {who} is another, or gone, at the end of the day")
        for one in left:
            self._fault(one.at, f"an alert too many: {one.message} {name_of(one, walls)}")
        for one in self.record.shown:
            if one.picture is None:
                self._fault(one.at, f"the phone could not load {one.image}")


def name_of(one: Shown, walls: tuple[Colour, ...]) -> str:
    """Say whose picture it is."""
    return "no picture" if one.picture is None else f"picture before the wall {wall_of(one.picture, walls)}"


def slug_of_place(message: str) -> str:
    """Tell which camera an alert names."""
    return "front_door" if "Front door" in message else "garden" if "Garden" in message else message
