"""What helps to find a fault, without names, addresses, tokens or anything of a face."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .const import CONF_AREA, CONF_CAMERA, CONF_TRIGGERS
from .coordinator import FaceConfigEntry
from .people.links import links

TO_REDACT = {CONF_AREA, CONF_CAMERA, CONF_TRIGGERS}


async def async_get_config_entry_diagnostics(_hass: HomeAssistant, entry: FaceConfigEntry) -> dict[str, Any]:
    """Tell the state of a server's connection, people by number, cameras by their settings."""
    if entry.state is not ConfigEntryState.LOADED:
        # The reason may name the server's address; its kind is in Home Assistant's log.
        return {"connected": False, "state": str(entry.state), "reason": entry.error_reason_translation_key}
    coordinator = entry.runtime_data
    people = coordinator.data.people.values()
    return {
        "connected": coordinator.ready,
        "server": None
        if (hello := coordinator.hello) is None
        else {
            "version": hello.server.version,
            "protocol": [hello.protocol.min, hello.protocol.max],
            "features": list(hello.features),
            "model": hello.model.name,
            "model_hash": hello.model.hash,
            "max_image_bytes": hello.limits.max_image_bytes,
        },
        "stats": None if coordinator.data.stats is None else asdict(coordinator.data.stats),
        "people": {
            "known": len(people),
            "present": sum(person.presence.present for person in people),
            "without_photos": sum(person.photos == 0 for person in people),
            "linked": sum(bool(home_person) for home_person in links(entry).values()),
        },
        "cameras": [
            async_redact_data(dict(subentry.data), TO_REDACT)
            | {
                "triggers": len(subentry.data[CONF_TRIGGERS]),
                "known_to_server": coordinator.full_camera_id(subentry) in coordinator.data.cameras,
                "snapshot_latency_s": coordinator.feeds[subentry.subentry_id].snapshot_latency_s,
            }
            for subentry in coordinator.cameras()
        ],
    }
