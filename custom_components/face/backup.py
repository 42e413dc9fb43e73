"""Home Assistant's backups: while one is made, the server's database is held so that its copy is whole."""

from typing import TYPE_CHECKING

from .local.server import DATA_LOCAL

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Hold the database of the server that runs here."""
    if (server := hass.data.get(DATA_LOCAL)) is not None:
        await hass.async_add_executor_job(server.folder.hold)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let it go on as before."""
    if (server := hass.data.get(DATA_LOCAL)) is not None:
        await hass.async_add_executor_job(server.folder.release)
