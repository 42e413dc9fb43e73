"""One face server as Home Assistant knows it: its people, cameras and load, kept current by pushed events.

Holds the connection and makes a new one, with growing pauses, when it is lost; resumes the events where they broke off.
Used by the platforms, actions, triggers and conditions; decides nothing about who is there, but for how long it counts
while the server is away.
"""
# ruff: noqa: D107

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
import random
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.signal_type import SignalType

from . import ids
from .cameras.feed import CameraFeed
from .cameras.snapshot import area_of, resolve_entity
from .client import Address, FaceClient
from .client.errors import (
    AnotherServerError,
    FaceError,
    IncompatibleServerError,
    InvalidTokenError,
    RequestFailedError,
)
from .client.wire import (
    CameraChange,
    CameraChangedEvent,
    CameraInfo,
    EventMessage,
    Hello,
    LibraryChangedEvent,
    LibraryInfo,
    PersonChangedEvent,
    PersonInfo,
    PersonRemovedEvent,
    PresenceInfo,
    Recognition,
    Rect,
    SightingCorrectedEvent,
    SightingEvent,
    Since,
    Stats,
)
from .const import (
    CONF_AREA,
    CONF_CAMERA,
    CONF_COUNTS_AS_HOME,
    CONF_FINGERPRINT,
    CONF_IGNORED_AREAS,
    CONF_LOCAL,
    CONF_MIN_FACE,
    CONF_ROTATE,
    DOMAIN,
    LOGGER,
    RECONNECT_FIRST_S,
    RECONNECT_LONGEST_S,
    STATS_INTERVAL,
    SUBENTRY_CAMERA,
)
from .error_text import translated
from .local.server import async_get

type FaceConfigEntry = ConfigEntry[FaceCoordinator]

# A server and what happened there just now; replayed events never come this way. Whoever wants to know listens to it:
# Home Assistant's bus, event entities, triggers.
SIGNAL_EVENT: SignalType[FaceCoordinator, EventMessage] = SignalType(f"{DOMAIN}_event")
# How long people stay what they were while the server is away: a restart, an update, a lost connection.
GRACE_S = 120.0
# Of the past, this much is asked for.
MOST_SIGHTINGS = 2000


@dataclass(slots=True, kw_only=True)
class FaceData:
    """Everything that is known of a server."""

    people: dict[str, PersonInfo] = field(default_factory=dict)
    cameras: dict[str, CameraInfo] = field(default_factory=dict)
    library: LibraryInfo = field(default_factory=lambda: LibraryInfo(problems=0))
    stats: Stats | None = None


class FaceCoordinator(DataUpdateCoordinator[FaceData]):
    """Keeps one server's state."""

    config_entry: FaceConfigEntry
    hello: Hello | None = None
    # Connected, and the state is the server's.
    ready = False
    # Why the server cannot be spoken to until somebody does something about it.
    trouble: AnotherServerError | IncompatibleServerError | None = None

    def __init__(self, hass: HomeAssistant, entry: FaceConfigEntry, client_id: str) -> None:
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title, update_interval=STATS_INTERVAL)
        self.data = FaceData()
        self.client_id = client_id
        self.client = self._new_client()
        self.device_id = ""
        self.feeds: dict[str, CameraFeed] = {}
        # When each person was last seen at each camera.
        self.seen_at: dict[tuple[str, str], datetime] = {}
        # What the server was told of each camera.
        self._told: dict[str, CameraChange] = {}
        self._position: Since | None = None
        self._early: list[EventMessage] | None = None
        self._grace: CALLBACK_TYPE | None = None

    @property
    def server_id(self) -> str:
        """The server's lasting id."""
        return str(self.config_entry.unique_id)

    @property
    def people_are_known(self) -> bool:
        """Whether what is known of people still counts: the server is there, or only just away."""
        return self.ready or self._grace is not None

    async def async_start(self, known: Mapping[str, str] | None) -> None:
        """Connect, and keep the connection from then on; a server that was there before may come later."""
        try:
            await self._connect()
        except InvalidTokenError, IncompatibleServerError:
            raise
        except FaceError:
            if known is None:
                raise
            nowhere = PresenceInfo(present=False, home=False)
            self.data.people = {
                own_id: PersonInfo(id=own_id, name=name, photos=0, presence=nowhere) for own_id, name in known.items()
            }
            self._lost()
        self.config_entry.async_create_background_task(self.hass, self._stay_connected(), f"{DOMAIN} connection")

    async def async_stop(self) -> None:
        """Hang up."""
        self._end_grace()
        await self.client.close()

    def _new_client(self) -> FaceClient:
        address = self._address()
        return FaceClient(
            async_get_clientsession(self.hass),
            address.url,
            address.token or "",
            self.client_id,
            self._take_event,
            fingerprint=address.fingerprint,
            server_id=self.server_id,
        )

    def _address(self) -> Address:
        data = self.config_entry.data
        if data.get(CONF_LOCAL):
            return async_get(self.hass).address
        return Address(url=data[CONF_URL], token=data[CONF_TOKEN], fingerprint=data.get(CONF_FINGERPRINT))

    async def _connect(self) -> None:
        client = self._new_client()
        hello = await client.connect()
        self.client, self.hello = client, hello
        try:
            self._told = {subentry.subentry_id: self._settings_of(subentry) for subentry in self.cameras()}
            await client.configure_cameras(self._told.values())
            # Events may come on the heels of the answer; they count from the state that it brings.
            self._early = []
            subscribed = await client.subscribe(self._position)
            if (state := subscribed.state) is not None:
                self._position = Since(run=subscribed.run, seq=subscribed.seq)
                self.data.library = state.library
                self._take_state(state.cameras, state.people if state.people_cursor is None else await client.people())
                await self._learn_sightings()
            early, self._early = self._early, None
            for message in early:
                self._take_event(message)
        except FaceError:
            self._early = None
            await client.close()
            raise
        await self._ask_for_load()
        self.ready = True
        self.trouble = None
        self._end_grace()

    async def _stay_connected(self) -> None:
        while True:
            if self.ready:
                await self.client.wait_closed()
                await self.client.close()
                self._lost()
            if not await self._reconnect():
                return
            LOGGER.info("Connected to %s again", self.name)
            self.async_update_listeners()

    @callback
    def _lost(self) -> None:
        LOGGER.info("The connection to %s is lost; trying again", self.name)
        self.ready = False
        self._grace = async_call_later(self.hass, GRACE_S, self._grace_is_over)
        self.async_update_listeners()

    @callback
    def _grace_is_over(self, _now: datetime) -> None:
        self._grace = None
        self.async_update_listeners()

    @callback
    def _end_grace(self) -> None:
        if self._grace is not None:
            self._grace()
            self._grace = None

    async def _reconnect(self) -> bool:
        pause = RECONNECT_FIRST_S
        while True:
            # Scattered, so that several clients of a server that restarts do not come at once.
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311
            pause = min(2 * pause, RECONNECT_LONGEST_S)
            try:
                await self._connect()
            except InvalidTokenError:
                self.config_entry.async_start_reauth(self.hass)
                return False
            except (AnotherServerError, IncompatibleServerError) as error:
                self.trouble = error
                self.async_update_listeners()
            except FaceError as error:
                LOGGER.debug("No connection to %s yet: %s", self.name, error)
            else:
                return True

    @override
    async def _async_update_data(self) -> FaceData:
        await self._ask_for_load()
        for feed in self.feeds.values():
            await feed.async_try_again()
        return self.data

    async def _ask_for_load(self) -> None:
        try:
            self.data.stats = await self.client.stats()
        except FaceError as error:
            # Nothing but the diagnostics rests on it.
            self.data.stats = None
            LOGGER.debug("The load of %s is not known: %s", self.name, error)

    async def _learn_sightings(self) -> None:
        """Ask when everybody was last seen where, as far back as the server remembers."""
        seen_at: dict[tuple[str, str], datetime] = {}
        for sighting in await self.client.sightings(most=MOST_SIGHTINGS):
            if not sighting.corrected:
                seen_at.setdefault((sighting.person.id, sighting.camera), sighting.at)
        self.seen_at = seen_at
        for person in self.data.people.values():
            self._note_presence(person)

    async def async_observe(self, camera: str, picture: bytes, captured_at: datetime) -> Recognition:
        """Show the server what a camera sees."""
        if self.hello is not None and len(picture) > (most := self.hello.limits.max_image_bytes):
            raise RequestFailedError(
                "too_large", f"the picture has {len(picture)} bytes, the server takes {most} at most"
            )
        return await self.client.observe(camera, picture, captured_at)

    def cameras(self) -> Iterable[ConfigSubentry]:
        """The cameras that Home Assistant pushes to this server."""
        return (one for one in self.config_entry.subentries.values() if one.subentry_type == SUBENTRY_CAMERA)

    def full_camera_id(self, subentry: ConfigSubentry) -> str:
        """The server's name of a pushed camera."""
        return f"{self.client_id}/{subentry.unique_id}"

    def camera_subentry(self, full_id: str) -> ConfigSubentry | None:
        """The pushed camera of this full id, if it is one of ours."""
        return next((one for one in self.cameras() if self.full_camera_id(one) == full_id), None)

    def camera_name(self, full_id: str | None) -> str | None:
        """How people call a camera."""
        if full_id is None:
            return None
        if (subentry := self.camera_subentry(full_id)) is not None:
            return subentry.title
        known = self.data.cameras.get(full_id)
        return full_id if known is None else known.name

    def camera_area(self, full_id: str | None) -> str | None:
        """Where a camera looks."""
        known = self.data.cameras.get(full_id or "")
        return None if known is None else known.area

    def person_by_name(self, name: str) -> PersonInfo | None:
        """The person of this name, whatever its case."""
        return next((who for who in self.data.people.values() if who.name.casefold() == name.casefold()), None)

    async def async_change_camera(self, subentry: ConfigSubentry, change: Mapping[str, Any]) -> None:
        """Change a camera's settings while it runs; the server decides by some of them, so it is told at once."""
        data = {**subentry.data, **change}
        self.hass.config_entries.async_update_subentry(self.config_entry, subentry, data=data)
        self.async_update_listeners()
        if CONF_COUNTS_AS_HOME in change:
            await self.client.configure_cameras([self._settings_of(subentry)])

    def area_of(self, subentry: ConfigSubentry) -> ar.AreaEntry | None:
        """Where a camera looks: the area that was chosen, or the camera's own."""
        area_id = subentry.data.get(CONF_AREA) or area_of(
            self.hass, resolve_entity(self.hass, subentry.data[CONF_CAMERA])
        )
        return ar.async_get(self.hass).async_get_area(area_id or "")

    async def async_follow_cameras(self, _event: Event[Any] | None = None) -> None:
        """Follow the names and areas of the cameras: tell the server, and take our devices along."""
        devices = dr.async_get(self.hass)
        changed = []
        for subentry in self.cameras():
            before, now = self._told.get(subentry.subentry_id), self._settings_of(subentry)
            if before is None or (now.name, now.area) == (before.name, before.area):
                continue
            changed.append(now)
            self._told[subentry.subentry_id] = now
            device_id = ids.device_id(self.hass, self.config_entry, str(subentry.unique_id))
            if device_id is not None and (device := devices.async_get(device_id)) is not None:
                area, own = self.area_of(subentry), ar.async_get(self.hass).async_get_area(device.area_id or "")
                devices.async_update_device(device.id, name=now.name)
                if own is None or own.name in (before.area, now.area):
                    devices.async_update_device(device.id, area_id=None if area is None else area.id)
        if changed and self.ready:
            # What fails here is told again with the next connection.
            with suppress(FaceError):
                await self.client.configure_cameras(changed)
        if changed:
            self.async_update_listeners()

    def _settings_of(self, subentry: ConfigSubentry) -> CameraChange:
        """All that is set here, also what was cleared; what can only be set elsewhere stays."""
        area = self.area_of(subentry)
        return CameraChange(
            camera=str(subentry.unique_id),
            name=subentry.title,
            area="" if area is None else area.name,
            counts_as_home=subentry.data[CONF_COUNTS_AS_HOME],
            min_face_px=subentry.data.get(CONF_MIN_FACE) or 0,
            ignored_areas=tuple(Rect(**one) for one in subentry.data.get(CONF_IGNORED_AREAS, ())),
            rotate=int(subentry.data.get(CONF_ROTATE, 0)),
        )

    @callback
    def _take_state(self, cameras: Iterable[CameraInfo], people: Iterable[PersonInfo]) -> None:
        self.data.people = {who.id: who for who in people if not who.sample}
        self.data.cameras = {one.camera: one for one in cameras}

    def _note_presence(self, person: PersonInfo) -> None:
        if person.presence.camera is not None and person.presence.last_seen is not None:
            self._note_sighting(person.id, person.presence.camera, person.presence.last_seen)

    def _note_sighting(self, person_id: str, camera: str, at: datetime) -> None:
        known = self.seen_at.get((person_id, camera))
        self.seen_at[person_id, camera] = at if known is None else max(known, at)

    @callback
    def _take_event(self, message: EventMessage) -> None:
        if self._early is not None:
            self._early.append(message)
            return
        self._position = Since(run=message.run, seq=message.seq)
        match message.event:
            case SightingEvent(person=who, camera=where):
                self._note_sighting(who.id, where, message.at)
            case SightingCorrectedEvent():
                self.config_entry.async_create_background_task(
                    self.hass, self._forget_correction(), f"{DOMAIN} sightings"
                )
            case PersonChangedEvent(person=person) if not person.sample:
                self.data.people[person.id] = person
                self._note_presence(person)
            case PersonRemovedEvent(person_id=person_id):
                self.data.people.pop(person_id, None)
            case LibraryChangedEvent(library=library):
                self.data.library = library
            case CameraChangedEvent(camera=camera):
                self.data.cameras[camera.camera] = camera
        if message.event is not None and not message.replayed:
            async_dispatcher_send(self.hass, SIGNAL_EVENT, self, message)
        self.async_update_listeners()

    async def _forget_correction(self) -> None:
        with suppress(FaceError):
            await self._learn_sightings()


def loaded(entry: FaceConfigEntry) -> FaceCoordinator:
    """Find the server of an entry, or refuse where it is not set up."""
    if entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(**translated("server_not_loaded", server=entry.title))
    return entry.runtime_data
