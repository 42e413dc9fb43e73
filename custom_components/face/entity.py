"""The three kinds of devices, and how their entities hang on the coordinator: the server, its people, our cameras."""
# ruff: noqa: D107

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from . import ids
from .cameras.feed import CameraFeed
from .client.wire import CameraInfo, EventMessage, PersonInfo
from .coordinator import SIGNAL_EVENT, FaceConfigEntry, FaceCoordinator

PERSON_MODEL = "Person"
CAMERA_MODEL = "Camera"


def server_device(coordinator: FaceCoordinator) -> DeviceInfo:
    """Describe the server."""
    return DeviceInfo(
        identifiers={ids.identifier(coordinator.config_entry)},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer="Face",
        model="face-server",
        name=coordinator.config_entry.title,
        **({} if coordinator.hello is None else {"sw_version": coordinator.hello.server.version}),
    )


def known_people(hass: HomeAssistant, entry: FaceConfigEntry) -> dict[str, str] | None:
    """The people whom a server knew when it was last there, by their devices: id → name; `None` if it never was."""
    prefix = f"{ids.unique_id(entry)}_"
    known = {
        own_id.removeprefix(prefix): device.name or ""
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        if device.model == PERSON_MODEL
        for _, own_id in device.identifiers
    }
    return None if not known and ids.device_id(hass, entry) is None else known


class FaceEntity(CoordinatorEntity[FaceCoordinator]):
    """Anything of a face server."""

    _attr_has_entity_name = True
    _written: object = None

    @property
    def basis(self) -> object:
        """What the state rests on; as long as it stays the same, nothing is written."""
        return object()

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.ready

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state where it may be another: every event comes here, and a house may know hundreds of people."""
        if (basis := self.basis) != self._written:
            self._written = basis
            super()._handle_coordinator_update()


class FaceServerEntity(FaceEntity):
    """Something of the server itself."""

    def __init__(self, coordinator: FaceCoordinator, key: str) -> None:
        super().__init__(coordinator)
        self._attr_translation_key = key
        self._attr_unique_id = ids.unique_id(coordinator.config_entry, key)
        self._attr_device_info = server_device(coordinator)


class FacePersonEntity(FaceEntity, RestoreEntity):
    """Something of a person; gone when the person is, unknown when the server is away for long."""

    _last_state: State | None = None

    def __init__(self, coordinator: FaceCoordinator, person_id: str, key: str) -> None:
        super().__init__(coordinator)
        self.person_id = person_id
        self._attr_translation_key = key
        self._attr_unique_id = ids.unique_id(coordinator.config_entry, person_id, key)
        self._person_device = DeviceInfo(
            identifiers={ids.identifier(coordinator.config_entry, person_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Face",
            model=PERSON_MODEL,
            name=coordinator.data.people[person_id].name,
            via_device_id=coordinator.device_id,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Remember what the state was, in case that the server is not there yet."""
        self._last_state = await self.async_get_last_state()
        await super().async_added_to_hass()

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """The person's device; as a property, since the device tracker's base class has it so."""
        return self._person_device

    @property
    @override
    def available(self) -> bool:
        """Whether the server still knows the person; that it is away for a while changes nobody."""
        return self.person_id in self.coordinator.data.people

    @property
    @override
    def basis(self) -> object:
        """The person, whether that still counts, and how people call the camera that saw them last."""
        coordinator = self.coordinator
        person = coordinator.data.people.get(self.person_id)
        camera = person and coordinator.camera_name(person.presence.camera)
        return coordinator.people_are_known, coordinator.hello is None, coordinator.ready, person, camera

    @property
    def person(self) -> PersonInfo:
        """The person as they are now."""
        return self.coordinator.data.people[self.person_id]

    @property
    def remembered(self) -> State | None:
        """The state from before Home Assistant's restart, until the first connection says how it is now."""
        return self._last_state if self.coordinator.hello is None else None


class FaceCameraEntity(FaceEntity):
    """Something of a camera that is pushed to the server."""

    def __init__(self, coordinator: FaceCoordinator, subentry: ConfigSubentry, key: str) -> None:
        super().__init__(coordinator)
        self._subentry_id = subentry.subentry_id
        self.full_camera_id = coordinator.full_camera_id(subentry)
        self._attr_translation_key = key
        self._attr_unique_id = ids.unique_id(coordinator.config_entry, str(subentry.unique_id), key)
        area = coordinator.area_of(subentry)
        self._attr_device_info = DeviceInfo(
            identifiers={ids.identifier(coordinator.config_entry, str(subentry.unique_id))},
            suggested_area=None if area is None else area.name,
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Face",
            model=CAMERA_MODEL,
            name=subentry.title,
            via_device_id=coordinator.device_id,
        )

    @property
    @override
    def basis(self) -> object:
        """The camera as the server sees it, as it is set, and how fast it is."""
        # A camera that somebody just removed has no settings any more; its entities follow it in a moment.
        settings = self.coordinator.config_entry.subentries.get(self._subentry_id)
        return self.available, self.camera_state, settings and settings.data, self.feed.snapshot_latency_s

    @property
    def subentry(self) -> ConfigSubentry:
        """The camera's settings."""
        return self.coordinator.config_entry.subentries[self._subentry_id]

    @property
    def feed(self) -> CameraFeed:
        """The camera's way to the server."""
        return self.coordinator.feeds[self._subentry_id]

    @property
    def camera_state(self) -> CameraInfo | None:
        """What the server says of the camera, once it has said something."""
        return self.coordinator.data.cameras.get(self.full_camera_id)


class HearsEvents(FaceEntity):
    """Receives what happens, beside how things are."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, SIGNAL_EVENT, self._hear))

    @callback
    def _hear(self, coordinator: FaceCoordinator, message: EventMessage) -> None:
        if coordinator is self.coordinator:
            self.happened(message)

    def happened(self, message: EventMessage) -> None:
        """Take an event of this server."""
        raise NotImplementedError


def adds(
    *,
    server: Callable[[FaceCoordinator], Iterable[Entity]] | None = None,
    people: Callable[[FaceCoordinator, str], Iterable[Entity]] | None = None,
    cameras: Callable[[FaceCoordinator, ConfigSubentry], Iterable[Entity]] | None = None,
) -> Callable[[HomeAssistant, FaceConfigEntry, AddConfigEntryEntitiesCallback], Awaitable[None]]:
    """Make a platform's `async_setup_entry`, which adds these entities of the server, of everybody, of each camera."""

    async def async_setup_entry(
        _hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback
    ) -> None:
        coordinator = entry.runtime_data
        if server is not None:
            add(server(coordinator))
        if people is not None:
            await _add_people(coordinator, add, people)
        if cameras is not None:
            for subentry in coordinator.cameras():
                add(cameras(coordinator, subentry), config_subentry_id=subentry.subentry_id)

    return async_setup_entry


async def _add_people(
    coordinator: FaceCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[FaceCoordinator, str], Iterable[Entity]],
) -> None:
    """Add everybody's entities, with a breath after each person, since there may be many; later those of new people."""
    known: set[str] = set()

    @callback
    def add(people: Iterable[str]) -> None:
        new = sorted(set(people) - known)
        known.update(new)
        if new:
            async_add_entities([entity for person_id in new for entity in make(coordinator, person_id)])

    @callback
    def follow() -> None:
        known.intersection_update(coordinator.data.people)
        add(coordinator.data.people)

    for person_id in sorted(coordinator.data.people):
        if person_id in coordinator.data.people:
            add([person_id])
            await asyncio.sleep(0)
    follow()
    coordinator.config_entry.async_on_unload(coordinator.async_add_listener(follow))


@callback
def async_follow_people(hass: HomeAssistant, coordinator: FaceCoordinator) -> None:
    """Remove the devices of people whom the server forgot, and follow renames."""
    registry = dr.async_get(hass)
    names = {ids.identifier(coordinator.config_entry, who.id): who.name for who in coordinator.data.people.values()}
    for device in dr.async_entries_for_config_entry(registry, coordinator.config_entry.entry_id):
        if device.model != PERSON_MODEL:
            continue
        name = next((names[identifier] for identifier in device.identifiers if identifier in names), None)
        if name is None:
            registry.async_remove_device(device.id)
        elif name != device.name:
            registry.async_update_device(device.id, name=name)
