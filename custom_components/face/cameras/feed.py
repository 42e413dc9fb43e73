"""Carries one camera's pictures to the server: a burst when a trigger fires, one now and then, one on a button.

One picture is in flight at a time: the next is taken when the server has answered, so a busy server slows the camera
down and nothing queues up. Made and kept by the coordinator; knows nothing of faces but whether the server is settled.
"""
# ruff: noqa: TID252

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_registry import EventEntityRegistryUpdatedData
from homeassistant.helpers.event import (
    async_track_entity_registry_updated_event,
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ..client.errors import BusyError, ConnectionLostError, FaceError, SupersededError
from ..client.wire import Recognition, UnsureIdentity
from ..const import (
    CONF_CAMERA,
    CONF_COOLDOWN,
    CONF_ENABLED,
    CONF_INTERVAL,
    CONF_PICTURES,
    CONF_SPACING,
    CONF_TRIGGERS,
    DOMAIN,
    LOGGER,
)
from .snapshot import async_take_picture, is_image, is_switched_off, resolve_entity

type Observe = Callable[[str, bytes, datetime], Awaitable[Recognition]]

# Domains whose state is the moment of the last event, not on or off.
EVENT_DOMAINS = frozenset({"button", "event", "image", "input_button"})
TRIGGER_DOMAINS = ["binary_sensor", "button", "event", "image", "input_boolean", "input_button", "sensor", "switch"]
# The pause between two pictures of somebody who is learned: a camera shows a few different ones per second.
LOOK_ON_EVERY_S = 0.3
# One picture that fails may be chance.
FAILURES_UNTIL_UNREACHABLE = 3


class CameraFeed:
    """One camera's way to the server."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        subentry: ConfigSubentry,
        observe: Observe,
        changed: Callable[[], None],
    ) -> None:
        """Take how a picture is shown to the server, and whom to tell of what changed; `async_start` listens."""
        self._hass = hass
        self._entry = entry
        self._subentry_id = subentry.subentry_id
        self._observe = observe
        self._changed = changed
        self.entity_id = resolve_entity(hass, subentry.data[CONF_CAMERA])
        # Home Assistant does not have the camera any more.
        self.missing = "." not in self.entity_id
        self._triggers = [resolve_entity(hass, one) for one in subentry.data[CONF_TRIGGERS]]
        if is_image(self.entity_id):
            # A new picture of an image entity is a reason to look by itself.
            self._triggers.append(self.entity_id)
        self._looking: asyncio.Task[None] | None = None
        # A trigger fired that no burst has answered yet; and it was a doorbell, which waits for no cooldown.
        self._called = False
        self._rung = asyncio.Event()
        self._last_digest: bytes | None = None
        self._failures = 0
        # Why there have been no pictures several times in a row.
        self.problem: str | None = None
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._listeners: list[Callable[[Recognition], None]] = []
        self.snapshot_latency_s: float | None = None

    @property
    def subentry(self) -> ConfigSubentry:
        """The camera's settings as they are now."""
        return self._entry.subentries[self._subentry_id]

    @callback
    def async_start(self) -> None:
        """Listen to the triggers and the clock."""
        watched = {self.entity_id, *self._triggers}
        self._unsubscribe.append(async_track_entity_registry_updated_event(self._hass, watched, self._entity_changed))
        self._unsubscribe.append(async_track_state_change_event(self._hass, [self.entity_id], self._camera_changed))
        if self._triggers:
            self._unsubscribe.append(async_track_state_change_event(self._hass, self._triggers, self._trigger_changed))
        if interval := self.subentry.data[CONF_INTERVAL]:
            self._unsubscribe.append(
                async_track_time_interval(self._hass, self._interval_passed, timedelta(seconds=interval))
            )

    @callback
    def async_stop(self) -> None:
        """Stop listening; a running burst ends."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self._looking is not None:
            self._looking.cancel()

    @callback
    def async_add_listener(self, listener: Callable[[Recognition], None]) -> CALLBACK_TYPE:
        """Tell this listener every answer of the server to a picture of this camera."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _entity_changed(self, event: Event[EventEntityRegistryUpdatedData]) -> None:
        """Follow the camera, or a trigger, to another entity id; or notice that the camera is gone."""
        if event.data["action"] == "update" and "entity_id" in event.data["changes"]:
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
        if event.data["action"] == "remove" and event.data["entity_id"] == self.entity_id:
            self.missing = True
            self._changed()

    @callback
    def _camera_changed(self, event: Event[EventStateChangedData]) -> None:
        """Forget the trouble with a camera that is switched off or back, and follow its name unless ours is our own."""
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None:
            return
        if old.name != new.name and self.subentry.title == old.name:
            self._hass.config_entries.async_update_subentry(self._entry, self.subentry, title=new.name)
        if self.problem is not None and (STATE_UNAVAILABLE in (old.state, new.state) or self._is_off()):
            self._pictures_come()

    def _is_off(self) -> bool:
        return is_switched_off(self._hass, self.entity_id)

    @callback
    def _pictures_come(self) -> None:
        self._failures = 0
        if self.problem is not None:
            self.problem = None
            self._changed()

    async def async_try_again(self) -> None:
        """Look whether a camera that gave no pictures gives some again, though nothing has set it off since."""
        if self.problem is not None:
            if self._is_off():
                self._pictures_come()
            else:
                with suppress(HomeAssistantError):
                    await self.async_picture()

    @callback
    def _trigger_changed(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None and self.subentry.data[CONF_ENABLED] and _fired(event.data["old_state"], new):
            self._called = True
            if new.domain in EVENT_DOMAINS:
                self._rung.set()
            self._start()

    @callback
    def _interval_passed(self, _now: datetime) -> None:
        if self.subentry.data[CONF_ENABLED]:
            self._start()

    @callback
    def _start(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = self._entry.async_create_background_task(
                self._hass, self._look(), f"{DOMAIN} pictures of {self.entity_id}"
            )

    @callback
    def async_look_on(self, wanted: Callable[[], Awaitable[bool]]) -> None:
        """Take one picture after another for as long as they are wanted, instead of a burst."""
        if self._looking is not None:
            self._looking.cancel()
        # What it shows now may be what it showed last.
        self._last_digest = None
        self._looking = self._entry.async_create_background_task(
            self._hass, self._look_on(wanted), f"{DOMAIN} somebody is learned at {self.entity_id}"
        )

    async def _look_on(self, wanted: Callable[[], Awaitable[bool]]) -> None:
        while await wanted():
            await self._shows_somebody()
            await asyncio.sleep(LOOK_ON_EVERY_S)

    async def _look(self) -> None:
        """Take a picture; and bursts for as long as a trigger is on, or fired while the last one went on.

        A face in a regular picture is a trigger, too: whoever passes would be gone before the next one.
        """
        if not self._called and await self._shows_somebody():
            self._called = True
        while self._called:
            self._called = False
            self._rung.clear()
            await self._one_burst()
            await self._rest()
            self._called = self.subentry.data[CONF_ENABLED] and (self._called or self._trigger_is_on())

    async def _shows_somebody(self) -> bool:
        """Take one picture; whether more of them would say more of whom it shows."""
        try:
            recognition = await self.async_observe()
        except (FaceError, HomeAssistantError) as error:
            LOGGER.debug("No picture of %s: %s", self.entity_id, error)
            return False
        return recognition is not None and bool(recognition.faces) and not recognition.settled

    async def _rest(self) -> None:
        """Wait for the cooldown, or until a doorbell rings."""
        settings = self.subentry.data
        with suppress(TimeoutError):
            async with asyncio.timeout(max(float(settings[CONF_COOLDOWN]), float(settings[CONF_SPACING]))):
                await self._rung.wait()

    def _trigger_is_on(self) -> bool:
        states = (self._hass.states.get(trigger) for trigger in self._triggers)
        return any(state is not None and (state.state == STATE_ON or _count(state) > 0) for state in states)

    async def _one_burst(self) -> None:
        """Take pictures until the server is settled; as many again where it is unsure of somebody after the last."""
        settings = self.subentry.data
        most = int(settings[CONF_PICTURES])
        unsure = False
        taken = 0
        why = "all are taken"
        LOGGER.debug("A burst of %s begins", self.entity_id)
        while taken < most or (unsure and taken < 2 * most):
            taken += 1
            started = self._hass.loop.time()
            pause = float(settings[CONF_SPACING])
            try:
                recognition = await self.async_observe()
                # A repeated picture says nothing new, and nobody in view settles nothing: they may be on their way.
                if recognition is not None:
                    if recognition.settled and recognition.faces:
                        why = "everybody is settled"
                        break
                    unsure = _may_settle(recognition)
            except BusyError as error:
                pause = max(pause, error.retry_after_s)
            except SupersededError:
                pass
            except ConnectionLostError:
                why = "the connection is lost"
                break
            except (FaceError, HomeAssistantError) as error:
                LOGGER.debug("A picture of %s is left out: %s", self.entity_id, error)
            await asyncio.sleep(max(0.0, pause - (self._hass.loop.time() - started)))
        LOGGER.debug("A burst of %s ends after %d pictures of %d: %s", self.entity_id, taken, most, why)

    async def async_picture(self) -> bytes:
        """Take a picture, and keep an eye on the camera's health."""
        try:
            picture, self.snapshot_latency_s = await async_take_picture(self._hass, self.entity_id)
        except HomeAssistantError as error:
            self._failures += 1
            if self._failures >= FAILURES_UNTIL_UNREACHABLE and self.problem is None and not self._is_off():
                self.problem = str(error)
                self._changed()
            raise
        self._pictures_come()
        return picture

    async def async_observe(self) -> Recognition | None:
        """Show the server what the camera sees now; `None` where the camera repeats its last picture."""
        return await self.async_observe_picture(await self.async_picture())

    async def async_observe_picture(self, picture: bytes, *, again: bool = False) -> Recognition | None:
        """Show the server a picture of this camera; `None` where it is the last one, and need not be shown again."""
        captured_at = dt_util.utcnow()
        digest = blake2b(picture, digest_size=16).digest()
        if digest == self._last_digest and not again:
            return None
        recognition = await self._observe(str(self.subentry.unique_id), picture, captured_at)
        self._last_digest = digest
        for listener in list(self._listeners):
            listener(recognition)
        self._changed()
        return recognition


def _may_settle(recognition: Recognition) -> bool:
    """Whether somebody is not decided whom more pictures may settle."""
    return any(isinstance(face.identity, UnsureIdentity) and face.identity.settle_by for face in recognition.faces)


def _fired(old: State | None, new: State) -> bool:
    """Whether a change of a trigger means that somebody may be there."""
    if old is None or new.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
        return False
    if new.domain in EVENT_DOMAINS:
        # A state that comes back after a restart is not a new event.
        return old.state not in (new.state, STATE_UNAVAILABLE)
    if new.domain == "sensor":
        # A count that rises, or a word that changes, as an NVR's last face.
        if old.state in (STATE_UNAVAILABLE, STATE_UNKNOWN) or old.state == new.state:
            return False
        return _count(new) > _count(old) if _is_count(new) else bool(new.state)
    return new.state == STATE_ON and old.state not in (STATE_ON, STATE_UNAVAILABLE)


def _is_count(state: State) -> bool:
    try:
        float(state.state)
    except ValueError:
        return False
    return state.domain == "sensor"


def _count(state: State) -> float:
    return float(state.state) if _is_count(state) else 0.0
