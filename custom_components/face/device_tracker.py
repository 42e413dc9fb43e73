"""A person's tracker: home while the server says so, then unknown, so that a phone's position is never overruled.

Disabled until the person is linked to a person of Home Assistant (see `people`).
"""

from typing import override

from homeassistant.components.device_tracker.const import SourceType
from homeassistant.components.device_tracker.entity import BaseScannerEntity
from homeassistant.const import STATE_HOME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ids
from .coordinator import FaceConfigEntry
from .entity import FacePersonEntity, async_add_people

PARALLEL_UPDATES = 0


async def async_setup_entry(_hass: HomeAssistant, entry: FaceConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Set up the trackers of a server's people."""
    coordinator = entry.runtime_data
    await async_add_people(coordinator, add, lambda person_id: (Tracker(coordinator, person_id, ids.TRACKER),))


class Tracker(FacePersonEntity, BaseScannerEntity):
    """Whether a person is home, as far as the cameras know."""

    _attr_entity_registry_enabled_default = False
    _attr_source_type = SourceType.ROUTER
    _attr_name = None

    @property
    @override
    def is_connected(self) -> bool | None:
        """True while home; a camera that sees nobody proves nothing, so never False."""
        if not self.coordinator.people_are_known:
            return None
        home = self.person.presence.home if self.remembered is None else self.remembered.state == STATE_HOME
        return True if home else None
