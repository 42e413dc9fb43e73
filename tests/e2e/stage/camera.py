"""Cameras that show a file: a missing or broken one when they falter, none while they are switched off."""

from __future__ import annotations

from pathlib import Path
from typing import Any, override

from homeassistant.components.camera import Camera
from homeassistant.components.camera.const import CameraEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback


async def async_setup_platform(
    _hass: HomeAssistant,
    config: dict[str, Any],
    async_add_entities: AddEntitiesCallback,
    _discovery_info: dict[str, Any] | None = None,
) -> None:
    """Add one camera for each file."""
    async_add_entities(StageCamera(name, Path(file)) for name, file in config["files"].items())


class StageCamera(Camera):
    """One camera."""

    _attr_supported_features = CameraEntityFeature.ON_OFF

    def __init__(self, name: str, file: Path) -> None:
        """Take its file."""
        super().__init__()
        self._attr_name = name
        self._attr_unique_id = f"stage_{name}"
        self._file = file

    @override
    def camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Give the file as it is now."""
        return self._file.read_bytes() if self._file.exists() else None

    @override
    async def async_turn_on(self) -> None:
        """Look again."""
        self._attr_is_on = True
        self.async_write_ha_state()

    @override
    async def async_turn_off(self) -> None:
        """Look no more."""
        self._attr_is_on = False
        self.async_write_ha_state()
