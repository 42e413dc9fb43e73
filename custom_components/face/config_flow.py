"""The steps that connect a server: typed, discovered or announced; signed in again, moved, and its options."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_ZEROCONF,
    ConfigEntryState,
    ConfigFlow,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import BooleanSelector, TextSelector, TextSelectorConfig, TextSelectorType
import probatio
from yarl import URL

from .client import Address, FaceClient
from .client.address import fingerprint_of, is_plain
from .client.errors import (
    AnotherServerError,
    CannotConnectError,
    FaceError,
    IncompatibleServerError,
    InvalidAddressError,
    InvalidTokenError,
    NotAFaceServerError,
    PlainTextError,
    UnverifiedServerError,
)
from .client.wire import Role
from .const import (
    CONF_ADDRESS,
    CONF_COUNTS_AS_HOME,
    CONF_DISCOVERED,
    CONF_FINGERPRINT,
    CONF_LOCAL,
    DOMAIN,
    SUBENTRY_CAMERA,
)
from .flows import first_cameras
from .flows.camera import CameraFlow, title_of
from .flows.options import FaceOptionsFlow
from .local.server import async_get
from .local.wheel import Wheel, machine, none_released
from .panel import URL_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, ConfigSubentryData, ConfigSubentryFlow
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
CONF_PLAIN_TEXT = "plain_text"
_PLAIN_SCHEMA = _TOKEN_SCHEMA.extend({probatio.Required(CONF_PLAIN_TEXT, default=False): BooleanSelector()})

# Which words a failure gets; the first class that fits.
_WORDS: tuple[tuple[type[FaceError], str], ...] = (
    (AnotherServerError, "another_server"),
    (InvalidAddressError, "invalid_address"),
    (InvalidTokenError, "invalid_token"),
    (IncompatibleServerError, "incompatible_server"),
    (NotAFaceServerError, "not_a_face_server"),
    (PlainTextError, "plain_text"),
    (CannotConnectError, "cannot_connect"),
    (FaceError, "cannot_connect"),
)


class FaceConfigFlow(ConfigFlow, domain=DOMAIN):
    """Connects a server."""

    VERSION = 1
    MINOR_VERSION = 1

    _address = Address(url="")
    _token = ""
    _name = ""
    _seen = ""
    _reason = ""
    # Whether it is the server that runs here.
    _local = False

    def __init__(self) -> None:
        """Nothing is known yet."""
        # What went wrong after the server was trusted.
        self._errors: dict[str, str] = {}
        # The start of the server that runs here, while it lasts.
        self._starting: asyncio.Task[None] | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> FaceOptionsFlow:
        return FaceOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry[Any]) -> dict[str, type[ConfigSubentryFlow]]:
        return {SUBENTRY_CAMERA: CameraFlow}

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the server runs: here, or somewhere else."""
        return self.async_show_menu(step_id="user", menu_options=["here", "connect"])

    async def async_step_here(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Install and start the server that Home Assistant runs itself."""
        local = async_get(self.hass)
        others = (entry for entry in self._async_current_entries(include_ignore=False) if entry.data.get(CONF_LOCAL))
        if next(others, None) is not None:
            return self.async_abort(reason="already_here")
        if await self.hass.async_add_executor_job(Wheel.for_this_machine) is None:
            if await self.hass.async_add_executor_job(none_released):
                return await self.async_step_not_released()
            return await self.async_step_not_here()
        if self.source == SOURCE_RECONFIGURE and not await self.hass.async_add_executor_job(
            lambda: local.folder.has_database
        ):
            return await self.async_step_copy_first()
        if self._starting is None:
            self._starting = self.hass.async_create_task(local.async_start(), eager_start=False)
        if not self._starting.done():
            return self.async_show_progress(step_id="here", progress_action="start_here", progress_task=self._starting)
        error, self._starting = self._starting.exception(), None
        self._reason = "" if error is None else str(error)
        return self.async_show_progress_done(next_step_id="here_started" if error is None else "here_failed")

    async def async_step_not_here(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that no server runs on this machine, and offer the other way."""
        options = ["address" if self.source == SOURCE_RECONFIGURE else "connect"]
        return self.async_show_menu(
            step_id="not_here", menu_options=options, description_placeholders={"machine": machine()}
        )

    async def async_step_not_released(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that this copy of the integration names no server to download, and offer the other way."""
        options = ["address" if self.source == SOURCE_RECONFIGURE else "connect"]
        return self.async_show_menu(step_id="not_released", menu_options=options)

    async def async_step_here_started(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Connect to it."""
        self._local = True
        self._address = async_get(self.hass).address
        self._token = self._address.token or ""
        result, errors = await self._log_in()
        if result is not None:
            return result
        if errors["base"] == "another_server":
            await async_get(self.hass).async_stop()
            return await self.async_step_copy_first()
        self._reason = errors["base"]
        return await self.async_step_here_failed()

    async def async_step_here_failed(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say why it does not run, and offer to try again."""
        self._local = False
        options = ["here", "address" if self.source == SOURCE_RECONFIGURE else "connect"]
        return self.async_show_menu(
            step_id="here_failed", menu_options=options, description_placeholders={"reason": self._reason}
        )

    async def async_step_copy_first(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """People move with their folders; without these, it would be another server."""
        self._local = False
        folder = str(async_get(self.hass).folder.path)
        return self.async_show_menu(
            step_id="copy_first", menu_options=["here", "address"], description_placeholders={"folder": folder}
        )

    @callback
    @override
    def async_remove(self) -> None:
        """A server that was started for nothing is ended."""
        entries = self._async_current_entries(include_ignore=False)
        if (self._starting or self._local) and not any(entry.data.get(CONF_LOCAL) for entry in entries):
            self.hass.async_create_task(async_get(self.hass).async_stop())

    async def async_step_connect(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an address, or a pairing line that holds the token as well."""
        result, errors = await self._typed(user_input)
        return result or self.async_show_form(
            step_id="connect",
            data_schema=self.add_suggested_values_to_schema(_USER_SCHEMA, user_input),
            errors=errors,
        )

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Offer a server that announces itself on the network; anybody could, so nothing is sent to it by itself."""
        server_id = discovery_info.properties.get("id")
        if not server_id or discovery_info.port is None:
            return self.async_abort(reason="not_a_face_server")
        scheme = "https" if discovery_info.properties.get("tls") in ("1", "true") else "http"
        host = f"[{discovery_info.host}]" if ":" in discovery_info.host else discovery_info.host
        self._address = Address(url=f"{scheme}://{host}:{discovery_info.port}")
        if (entry := await self.async_set_unique_id(server_id)) is not None and _may_follow(entry, self._address.url):
            self.hass.config_entries.async_update_entry(entry, data=entry.data | {CONF_URL: self._address.url})
            if not entry.update_listeners:
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
        self._abort_if_unique_id_configured()
        self._name = discovery_info.name.removesuffix(f".{discovery_info.type}")
        self.context["title_placeholders"] = {"name": self._name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the token of a discovered server, or its pairing line; and whether plain text will do."""
        errors = self._errors
        plain = is_plain(self._address.url)
        if user_input is not None:
            self._token = user_input[CONF_TOKEN].strip()
            if "://" in self._token:
                result, errors = await self._typed({CONF_ADDRESS: self._token})
            elif plain and not user_input[CONF_PLAIN_TEXT]:
                result, errors = None, {CONF_PLAIN_TEXT: "plain_text"}
            else:
                result, errors = await self._log_in()
            if result is not None:
                return result
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=_PLAIN_SCHEMA if plain else _TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={"name": self._name, "url": self._address.url},
        )

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Offer the server of an app; the Supervisor brings its token, and both are on this machine."""
        config = discovery_info.config
        self._name = discovery_info.name
        scheme = "https" if config.get(CONF_FINGERPRINT) else "http"
        self._address = Address(
            url=f"{scheme}://{config['host']}:{config['port']}", fingerprint=config.get(CONF_FINGERPRINT)
        )
        self._token = config[CONF_TOKEN]
        server_id, errors = await self._who_is_there()
        if server_id is None:
            return self.async_abort(reason=errors["base"])
        await self.async_set_unique_id(server_id)
        self._abort_if_unique_id_configured(updates=self._data(), reload_on_update=False)
        self.context["title_placeholders"] = {"name": self._name}
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether to use it."""
        if user_input is not None:
            return await self.async_step_cameras()
        self._set_confirm_only()
        return self.async_show_form(step_id="hassio_confirm", description_placeholders={"name": self._name})

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin to sign in again: the server does not know the token any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new token."""
        data = self._get_reauth_entry().data
        errors: dict[str, str] = {}
        if user_input is not None:
            self._address = Address(url=data[CONF_URL], fingerprint=data.get(CONF_FINGERPRINT))
            self._token = user_input[CONF_TOKEN]
            result, errors = await self._log_in()
            if result is not None:
                return result
        return self.async_show_form(step_id="reauth_confirm", data_schema=_TOKEN_SCHEMA, errors=errors)

    async def async_step_reconfigure(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the same server is now: here, or somewhere else."""
        if self._get_reconfigure_entry().data.get(CONF_LOCAL):
            return await self.async_step_address()
        return self.async_show_menu(step_id="reconfigure", menu_options=["address", "here"])

    async def async_step_address(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Move to another address of the same server, or take another token."""
        data = self._get_reconfigure_entry().data
        result, errors = await self._typed(user_input, data.get(CONF_TOKEN, ""), data.get(CONF_FINGERPRINT))
        shown = user_input or {CONF_ADDRESS: data.get(CONF_URL, "")}
        return result or self.async_show_form(
            step_id="address",
            data_schema=self.add_suggested_values_to_schema(_USER_SCHEMA, shown),
            errors=errors,
        )

    async def async_step_trust(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the fingerprint of a server that nothing vouches for, before anything is said to it."""
        if user_input is not None:
            self._address = replace(self._address, fingerprint=self._seen)
            result, self._errors = await self._log_in()
            if result is not None:
                return result
            if self.source == SOURCE_RECONFIGURE:
                return await self.async_step_address()
            return await (
                self.async_step_discovery_confirm() if self.source == SOURCE_ZEROCONF else self.async_step_connect()
            )
        shown = " ".join(self._seen[at : at + 4] for at in range(0, len(self._seen), 4))
        return self.async_show_form(
            step_id="trust", description_placeholders={"url": self._address.url, "fingerprint": shown}
        )

    async def _typed(
        self, user_input: dict[str, Any] | None, token: str = "", fingerprint: str | None = None
    ) -> tuple[ConfigFlowResult | None, dict[str, str]]:
        """Log in with what was typed; a token that was typed wins over one in the pairing line."""
        if user_input is None:
            return None, self._errors
        try:
            self._address = Address.parse(user_input[CONF_ADDRESS])
        except InvalidAddressError:
            return None, {CONF_ADDRESS: "invalid_address"}
        if self._address.fingerprint is None and self._address.url.startswith("https:"):
            self._address = replace(self._address, fingerprint=fingerprint)
        self._token = user_input.get(CONF_TOKEN) or self._address.token or token
        return await self._log_in() if self._token else (None, {CONF_TOKEN: "token_missing"})

    async def _log_in(self) -> tuple[ConfigFlowResult | None, dict[str, str]]:
        """Log in at the address; the flow's next step or end, or what is wrong."""
        server_id, errors = await self._who_is_there()
        if self._seen and not self._address.fingerprint:
            return await self.async_step_trust(), {}
        return (None, errors) if server_id is None else (await self._finish(server_id), {})

    async def _who_is_there(self) -> tuple[str | None, dict[str, str]]:
        """Log in once; the id of the server, or why not. What vouches for nothing shows its fingerprint instead."""
        known: Any = None
        if self.source == SOURCE_REAUTH:
            known = self._get_reauth_entry().unique_id
        elif self.source == SOURCE_RECONFIGURE:
            known = self._get_reconfigure_entry().unique_id
        elif self.source == SOURCE_ZEROCONF:
            known = self.unique_id
        client = FaceClient(
            async_get_clientsession(self.hass),
            self._address.url,
            self._token,
            await instance_id.async_get(self.hass),
            fingerprint=self._address.fingerprint,
            server_id=known,
        )
        self._seen = ""
        try:
            try:
                hello = await client.connect()
            except UnverifiedServerError:
                self._seen = await fingerprint_of(self._address.url)
                return None, {}
        except FaceError as error:
            return None, {"base": next(words for kind, words in _WORDS if isinstance(error, kind))}
        await client.close()
        return (hello.server.id, {}) if client.role is Role.ADMIN else (None, {"base": "admin_token_needed"})

    async def _finish(self, server_id: str) -> ConfigFlowResult:
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            reauth = self.source == SOURCE_REAUTH
            entry = self._get_reauth_entry() if reauth else self._get_reconfigure_entry()
            data = dict(entry.data) | {CONF_TOKEN: self._token} if reauth else self._data()
            # A loaded entry reloads itself when it changes; one that could not be set up does not listen.
            if entry.update_listeners:
                return self.async_update_and_abort(entry, data=data)
            return self.async_update_reload_and_abort(entry, data=data)
        await self.async_set_unique_id(server_id, raise_on_progress=False)
        self._abort_if_unique_id_configured(updates=self._data(), reload_on_update=False)
        return await self.async_step_cameras()

    async def async_step_cameras(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the home's cameras, without which nobody is seen; a server may have cameras of its own besides."""
        shown = {first_cameras.CONF_CAMERAS: first_cameras.suggested(self.hass)}
        refused: dict[str, str] = {}
        if user_input is not None or not first_cameras.cameras_of(self.hass):
            shown = user_input or {first_cameras.CONF_CAMERAS: []}
            pace, refused = await first_cameras.async_try(self.hass, shown[first_cameras.CONF_CAMERAS])
            if not refused:
                home = shown.get(CONF_COUNTS_AS_HOME, ())
                return self._create(
                    first_cameras.subentry(self.hass, one, latency_s, counts_as_home=one in home)
                    for one, latency_s in pace.items()
                )
            # Sent again, the form leaves them out.
            shown = {key: [one for one in chosen if one not in refused] for key, chosen in shown.items()}
        return self.async_show_form(
            step_id="cameras",
            data_schema=self.add_suggested_values_to_schema(first_cameras.schema(self.hass), shown),
            errors={"base": "cameras_without_picture"} if refused else {},
            description_placeholders={
                "interval": str(first_cameras.INTERVAL_S),
                "refused": "; ".join(f"{title_of(self.hass, one)}: {why}" for one, why in refused.items()),
            },
        )

    def _create(self, cameras: Iterable[ConfigSubentryData] = ()) -> ConfigFlowResult:
        """Two servers have two names."""
        name = self._name or "Face"
        if any(entry.title == name for entry in self._async_current_entries(include_ignore=False)):
            name = f"{name} ({URL(self._address.url).host})"
        return self.async_create_entry(
            title=name,
            data=self._data(),
            description_placeholders={"panel": f"/{URL_PATH}"},
            subentries=list(cameras),
        )

    def _data(self) -> dict[str, Any]:
        """What is stored of the server; how it was known is part of it."""
        if self._local:
            return {CONF_LOCAL: True}
        return {
            CONF_URL: self._address.url,
            CONF_TOKEN: self._token,
            **({CONF_FINGERPRINT: self._address.fingerprint} if self._address.fingerprint else {}),
            **({CONF_DISCOVERED: True} if self.source == SOURCE_ZEROCONF and not self._address.token else {}),
        }


def _may_follow(entry: ConfigEntry[Any], url: str) -> bool:
    """Whether a server that announces itself under a known id may be looked for there.

    Not where a person typed the address, nor while the server is connected; and only where its certificate is known,
    since whoever announces the same id would be given the token otherwise.
    """
    known = entry.data.get(CONF_DISCOVERED) and entry.data.get(CONF_FINGERPRINT) and url.startswith("https:")
    connected = entry.state is ConfigEntryState.LOADED and entry.runtime_data.ready
    return bool(known) and not connected and entry.data[CONF_URL] != url
