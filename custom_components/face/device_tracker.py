"""A person's tracker: home while the server says so, then unknown, so that a phone's position is never overruled.

Disabled until the person is linked to a person of Home Assistant (see `people`).
"""

from typing import override

from homeassistant.components.device_tracker.const import SourceType
from homeassistant.components.device_tracker.entity import BaseScannerEntity
from homeassistant.const import STATE_HOME

from . import ids
from .entity import FacePersonEntity, adds

PARALLEL_UPDATES = 0


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


async_setup_entry = adds(people=lambda server, person_id: [Tracker(server, person_id, ids.TRACKER)])
