"""The Faces panel in the sidebar and the card for dashboards: serves their scripts, and answers what they ask.

The scripts in `bundle` are built from `panel/` at the root of the repository. They speak to `commands` and `pictures`
over Home Assistant's own connection, with its login; the server's token stays here.
"""
# ruff: noqa: TID252

from hashlib import sha256
from pathlib import Path

from homeassistant.components import panel_custom
from homeassistant.components.frontend import DATA_PANELS, add_extra_js_url, async_remove_panel
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from . import commands, pictures

URL_PATH = "faces"
STATIC_URL = "/face_panel"
BUNDLE = Path(__file__).parent / "bundle"
PANEL, CARD = "face-panel.js", "face-card.js"
ICON = "mdi:face-recognition"


async def async_setup(hass: HomeAssistant) -> None:
    """Serve the scripts, offer the card, and answer from now on."""
    await hass.http.async_register_static_paths([StaticPathConfig(STATIC_URL, str(BUNDLE), cache_headers=True)])
    add_extra_js_url(hass, await _script_url(hass, CARD))
    commands.async_register(hass)
    hass.http.register_view(pictures.TeachView)
    hass.http.register_view(pictures.AskView)
    hass.http.register_view(pictures.LibraryView)
    hass.http.register_view(pictures.SearchView)
    hass.http.register_view(pictures.SitView)


async def async_show(hass: HomeAssistant) -> None:
    """Put the panel into the sidebar, unless it is there."""
    if URL_PATH in hass.data.get(DATA_PANELS, {}):
        return
    words = await async_get_translations(hass, hass.config.language, "common", {DOMAIN})
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=URL_PATH,
        webcomponent_name="face-panel",
        sidebar_title=words.get(f"component.{DOMAIN}.common.panel_title"),
        sidebar_icon=ICON,
        module_url=await _script_url(hass, PANEL),
    )


def async_hide(hass: HomeAssistant) -> None:
    """Take it out again: the last server is gone."""
    async_remove_panel(hass, URL_PATH, warn_if_unknown=False)


async def _script_url(hass: HomeAssistant, name: str) -> str:
    """Where a script is served; browsers keep it, so another content is another address."""
    content = await hass.async_add_executor_job((BUNDLE / name).read_bytes)
    return f"{STATIC_URL}/{name}?v={sha256(content).hexdigest()[:16]}"
