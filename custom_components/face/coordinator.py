"""One face server as Home Assistant knows it: its people, cameras and load, kept current by pushed events.

Holds the connection and makes a new one, with growing pauses, when it is lost; resumes the events where they broke off.
Used by the platforms, actions, triggers and conditions; decides nothing about who is there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
import random
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import area_registry as ar, instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.signal_type import SignalType

from . import repairs
from .client import FaceClient
from .const import (
    CONF_AREA,
    CONF_COUNTS_AS_HOME,
    CONF_MIN_FACE,
    DOMAIN,
    LOGGER,
    RECONNECT_FIRST_S,
    RECONNECT_LONGEST_S,
    STATS_INTERVAL,
    SUBENTRY_CAMERA,
)
from .errors import ConnectionLostError, FaceError, IncompatibleServerError, InvalidTokenError
from .events import CameraChanged, Departed, EventMessage, PersonChanged, PersonRemoved, SightingMade
from .happenings import async_fire_on_bus
from .models import CameraSettings, CameraState, Hello, Person, Position
from .server_state import Stats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from homeassistant.config_entries import ConfigSubentry
    from homeassistant.core import Event, HomeAssistant

    from .camera_feed import CameraFeed

type FaceConfigEntry = ConfigEntry[FaceCoordinator]

# A server and what happened there just now; replayed events never come this way.
SIGNAL_EVENT: SignalType[FaceCoordinator, EventMessage] = SignalType(f"{DOMAIN}_event")


@dataclass(slots=True, kw_only=True)
class FaceData:
    """Everything that is known of a server."""

    people: dict[str, Person] = field(default_factory=dict)
    cameras: dict[str, CameraState] = field(default_factory=dict)
    stats: Stats | None = None


class FaceCoordinator(DataUpdateCoordinator[FaceData]):
    """Keeps one server's state."""

    config_entry: FaceConfigEntry
    client: FaceClient
    hello: Hello

    def __init__(self, hass: HomeAssistant, entry: FaceConfigEntry) -> None:
        """Start with nothing known."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title, update_interval=STATS_INTERVAL)
        self.data = FaceData()
        self.client_id = ""
        self.device_id = ""
        self.feeds: dict[str, CameraFeed] = {}
        self.ready = False
        # When each person was last seen at each camera, as far as that was told since the start.
        self.seen_at: dict[tuple[str, str], datetime] = {}
        # When each person's presence ended last.
        self.departed_at: dict[str, datetime] = {}
        self._position: Position | None = None
        self._early: list[EventMessage] | None = None

    @property
    def server_id(self) -> str:
        """The server's lasting id."""
        return str(self.config_entry.unique_id)

    async def async_start(self) -> None:
        """Connect for the first time, and keep the connection from then on."""
        self.client_id = await instance_id.async_get(self.hass)
        try:
            await self._connect()
        except InvalidTokenError as error:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="invalid_token") from error
        except IncompatibleServerError as error:
            repairs.async_incompatible_server(self.hass, self.config_entry, error)
            raise ConfigEntryError(
                translation_domain=DOMAIN,
                translation_key="incompatible_server",
                translation_placeholders={"reason": str(error)},
            ) from error
        except FaceError as error:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key="cannot_connect",
                translation_placeholders={"reason": str(error)},
            ) from error
        self.config_entry.async_create_background_task(self.hass, self._stay_connected(), f"{DOMAIN} connection")

    async def async_stop(self) -> None:
        """Hang up."""
        await self.client.close()

    async def _connect(self) -> None:
        entry = self.config_entry
        client = FaceClient(
            async_get_clientsession(self.hass),
            entry.data[CONF_URL],
            entry.data[CONF_TOKEN],
            self.client_id,
            self._take_event,
        )
        hello = await client.connect()
        self.client, self.hello = client, hello
        try:
            await client.configure_cameras(self._camera_settings())
            # Events may come on the heels of the answer; they count from the state that it brings.
            self._early = []
            subscribed = await client.subscribe(self._position)
            if (state := subscribed.state) is not None:
                self._position = subscribed.position
                self._take_state(state.cameras, state.people if state.people_cursor is None else await client.people())
            early, self._early = self._early, None
            for message in early:
                self._take_event(message)
            self.data.stats = await client.stats()
        except FaceError:
            self._early = None
            await client.close()
            raise
        self.ready = True
        repairs.async_compatible_server(self.hass, entry)

    async def _stay_connected(self) -> None:
        while True:
            await self.client.wait_closed()
            await self.client.close()
            self.ready = False
            self.last_update_success = False
            LOGGER.warning("The connection to %s is lost; trying again", self.name)
            self.async_update_listeners()
            if not await self._reconnect():
                return
            LOGGER.info("Connected to %s again", self.name)
            self.async_set_updated_data(self.data)

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
            except IncompatibleServerError as error:
                repairs.async_incompatible_server(self.hass, self.config_entry, error)
            except FaceError as error:
                LOGGER.debug("No connection to %s yet: %s", self.name, error)
            else:
                return True

    @override
    async def _async_update_data(self) -> FaceData:
        """Ask for the load; everything else is pushed."""
        if not self.ready:
            raise _no_answer("not connected")
        try:
            self.data.stats = await self.client.stats()
        except ConnectionLostError as error:
            # That the connection is gone is told where it is noticed, and only there.
            self.last_update_success = False
            raise _no_answer(str(error)) from error
        except FaceError as error:
            raise _no_answer(str(error)) from error
        return self.data

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

    def person_by_name(self, name: str) -> Person | None:
        """The person of this name, whatever its case."""
        return next((who for who in self.data.people.values() if who.name.casefold() == name.casefold()), None)

    async def async_configure_camera(self, subentry: ConfigSubentry) -> None:
        """Tell the server about a camera whose settings changed."""
        await self.client.configure_cameras([self._settings_of(subentry)])

    async def async_area_changed(self, event: Event[ar.EventAreaRegistryUpdatedData]) -> None:
        """Tell the server about the cameras of an area that was renamed or removed."""
        area_id = event.data["area_id"]
        concerned = [self._settings_of(one) for one in self.cameras() if one.data.get(CONF_AREA) == area_id]
        if area_id is None or not concerned or not self.ready:
            return
        try:
            await self.client.configure_cameras(concerned)
        except FaceError as error:
            # It is told again with the next connection.
            LOGGER.debug("The server was not told of a changed area: %s", error)

    def _camera_settings(self) -> list[CameraSettings]:
        return [self._settings_of(subentry) for subentry in self.cameras()]

    def _settings_of(self, subentry: ConfigSubentry) -> CameraSettings:
        area = ar.async_get(self.hass).async_get_area(subentry.data.get(CONF_AREA) or "")
        return CameraSettings(
            camera=str(subentry.unique_id),
            name=subentry.title,
            area=None if area is None else area.name,
            counts_as_home=subentry.data[CONF_COUNTS_AS_HOME],
            min_face_px=subentry.data.get(CONF_MIN_FACE),
        )

    @callback
    def _take_state(self, cameras: Iterable[CameraState], people: Iterable[Person]) -> None:
        self.data.people = {who.id: who for who in people}
        self.data.cameras = {one.camera: one for one in cameras}
        for person in self.data.people.values():
            self._note_sighting(person.id, person.presence.camera, person.presence.last_seen)

    def _note_sighting(self, person_id: str, camera: str | None, at: datetime | None) -> None:
        if camera is not None and at is not None:
            known = self.seen_at.get((person_id, camera))
            self.seen_at[person_id, camera] = at if known is None else max(known, at)

    @callback
    def _take_event(self, message: EventMessage) -> None:
        if self._early is not None:
            self._early.append(message)
            return
        self._position = message.position
        match message.event:
            case SightingMade(person=who, camera=where):
                self._note_sighting(who.id, where, message.at)
            case Departed(person=who):
                self.departed_at[who.id] = message.at
            case PersonChanged(person=person):
                self.data.people[person.id] = person
                self._note_sighting(person.id, person.presence.camera, person.presence.last_seen)
            case PersonRemoved(person_id=person_id):
                self.data.people.pop(person_id, None)
            case CameraChanged(camera=camera):
                self.data.cameras[camera.camera] = camera
        if message.event is not None and not message.replayed:
            async_dispatcher_send(self.hass, SIGNAL_EVENT, self, message)
            async_fire_on_bus(self.hass, self, message)
        self.async_update_listeners()


def _no_answer(reason: str) -> UpdateFailed:
    return UpdateFailed(
        translation_domain=DOMAIN, translation_key="no_answer", translation_placeholders={"reason": reason}
    )
