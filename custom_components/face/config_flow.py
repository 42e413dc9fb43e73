"""The steps that connect a server: typed, discovered or announced; signed in again, moved, and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigFlow
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio

from .client import Address, FaceClient
from .client.errors import (
    CannotConnectError,
    FaceError,
    IncompatibleServerError,
    InvalidAddressError,
    InvalidTokenError,
    NotAFaceServerError,
)
from .client.wire import Hello, Role
from .const import CONF_ADDRESS, DOMAIN, SUBENTRY_CAMERA
from .flows.camera import CameraFlow
from .flows.options import FaceOptionsFlow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, ConfigSubentryFlow
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.service_info.hassio import HassioServiceInfo
    from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

_ADDRESS = TextSelector()
_TOKEN = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_USER_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_ADDRESS): _ADDRESS,
        probatio.Optional(probatio.Secret(CONF_TOKEN)): _TOKEN,
    }
)
_TOKEN_SCHEMA = probatio.Schema({probatio.Required(probatio.Secret(CONF_TOKEN)): _TOKEN})

# Which words a failure gets; the first class that fits.
_WORDS: tuple[tuple[type[FaceError], str], ...] = (
    (InvalidAddressError, "invalid_address"),
    (InvalidTokenError, "invalid_token"),
    (IncompatibleServerError, "incompatible_server"),
    (NotAFaceServerError, "not_a_face_server"),
    (CannotConnectError, "cannot_connect"),
    (FaceError, "cannot_connect"),
)


async def _try_to_log_in(hass: HomeAssistant, url: str, token: str) -> tuple[Hello | None, dict[str, str]]:
    """Log in once; who answered, or why not."""
    client = FaceClient(async_get_clientsession(hass), url, token, await instance_id.async_get(hass))
    try:
        hello = await client.connect()
    except FaceError as error:
        return None, {"base": next(words for kind, words in _WORDS if isinstance(error, kind))}
    await client.close()
    if client.role is not Role.ADMIN:
        return None, {"base": "admin_token_needed"}
    return hello, {}


class FaceConfigFlow(ConfigFlow, domain=DOMAIN):
    """Connects a server."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._url = ""
        self._token = ""
        self._name = "Face"

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> FaceOptionsFlow:
        """The server's settings, and who is who."""
        return FaceOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry[Any]) -> dict[str, type[ConfigSubentryFlow]]:
        """Cameras."""
        return {SUBENTRY_CAMERA: CameraFlow}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an address, or a pairing string that holds the token as well."""
        errors: dict[str, str] = {}
        if user_input is not None:
            url, token, errors = _address_and_token(user_input)
            if not errors:
                hello, errors = await _try_to_log_in(self.hass, url, token)
                if hello is not None:
                    await self.async_set_unique_id(hello.server.id, raise_on_progress=False)
                    self._abort_if_unique_id_configured(updates={CONF_URL: url, CONF_TOKEN: token})
                    return self._create(url, token)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(_USER_SCHEMA, user_input),
            errors=errors,
        )

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Offer a server that announces itself on the network."""
        server_id = discovery_info.properties.get("id")
        if not server_id or discovery_info.port is None:
            return self.async_abort(reason="not_a_face_server")
        scheme = "https" if discovery_info.properties.get("tls") in ("1", "true") else "http"
        host = f"[{discovery_info.host}]" if ":" in discovery_info.host else discovery_info.host
        self._url = f"{scheme}://{host}:{discovery_info.port}"
        await self.async_set_unique_id(server_id)
        self._abort_if_unique_id_configured(updates={CONF_URL: self._url})
        self._name = discovery_info.name.removesuffix(f".{discovery_info.type}") or self._name
        self.context["title_placeholders"] = {"name": self._name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the token of a discovered server."""
        errors: dict[str, str] = {}
        if user_input is not None:
            hello, errors = await _try_to_log_in(self.hass, self._url, user_input[CONF_TOKEN])
            if hello is not None and hello.server.id != self.unique_id:
                errors = {"base": "another_server"}
            elif hello is not None:
                return self._create(self._url, user_input[CONF_TOKEN])
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=_TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={"name": self._name, "url": self._url},
        )

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Offer the server of an app; the Supervisor brings its token."""
        config = discovery_info.config
        self._name = discovery_info.name
        self._url = f"http://{config['host']}:{config['port']}"
        self._token = config[CONF_TOKEN]
        hello, errors = await _try_to_log_in(self.hass, self._url, self._token)
        if hello is None:
            return self.async_abort(reason=errors["base"])
        await self.async_set_unique_id(hello.server.id)
        self._abort_if_unique_id_configured(updates={CONF_URL: self._url, CONF_TOKEN: self._token})
        self.context["title_placeholders"] = {"name": self._name}
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether to use it."""
        if user_input is not None:
            return self._create(self._url, self._token)
        self._set_confirm_only()
        return self.async_show_form(step_id="hassio_confirm", description_placeholders={"name": self._name})

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin to sign in again: the server does not know the token any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new token."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            token = user_input[CONF_TOKEN]
            hello, errors = await _try_to_log_in(self.hass, entry.data[CONF_URL], token)
            if hello is not None:
                await self.async_set_unique_id(hello.server.id)
                self._abort_if_unique_id_mismatch(reason="another_server")
                return self._update(entry, {CONF_TOKEN: token})
        return self.async_show_form(step_id="reauth_confirm", data_schema=_TOKEN_SCHEMA, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Move to another address of the same server, or take another token."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            url, token, errors = _address_and_token(user_input, entry.data[CONF_TOKEN])
            if not errors:
                hello, errors = await _try_to_log_in(self.hass, url, token)
                if hello is not None:
                    await self.async_set_unique_id(hello.server.id)
                    self._abort_if_unique_id_mismatch(reason="another_server")
                    return self._update(entry, {CONF_URL: url, CONF_TOKEN: token})
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                _USER_SCHEMA, user_input or {CONF_ADDRESS: entry.data[CONF_URL]}
            ),
            errors=errors,
        )

    def _create(self, url: str, token: str) -> ConfigFlowResult:
        return self.async_create_entry(title=self._name, data={CONF_URL: url, CONF_TOKEN: token})

    def _update(self, entry: ConfigEntry[Any], changes: dict[str, str]) -> ConfigFlowResult:
        # A loaded entry reloads itself when it changes; one that could not be set up does not listen.
        if entry.update_listeners:
            return self.async_update_and_abort(entry, data_updates=changes)
        return self.async_update_reload_and_abort(entry, data_updates=changes)


def _address_and_token(user_input: dict[str, Any], token_until_now: str = "") -> tuple[str, str, dict[str, str]]:
    """Read what was typed; a token that was typed wins over one in the pairing string."""
    try:
        address = Address.parse(user_input[CONF_ADDRESS])
    except InvalidAddressError:
        return "", "", {CONF_ADDRESS: "invalid_address"}
    token = user_input.get(CONF_TOKEN) or address.token or token_until_now
    return address.url, token, {} if token else {CONF_TOKEN: "token_missing"}
