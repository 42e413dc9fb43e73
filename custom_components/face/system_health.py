"""How the face servers are, for Home Assistant's system information."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import FaceCoordinator


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Tell servers, people, cameras and latency, over all of them."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)
    coordinators: list[FaceCoordinator] = [
        entry.runtime_data for entry in entries if entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready
    ]
    versions = {one.hello.server.version for one in coordinators if one.hello is not None}
    stats = [coordinator.data.stats for coordinator in coordinators if coordinator.data.stats is not None]
    return {
        "servers": len(entries),
        "connected": len(coordinators),
        "versions": ", ".join(sorted(versions)) or "-",
        "people": sum(len(coordinator.data.people) for coordinator in coordinators),
        "cameras": sum(len(coordinator.feeds) for coordinator in coordinators),
        "slowest_ms": max((round(one.latency_p95_ms) for one in stats), default=0),
    }
