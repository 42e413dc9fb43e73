"""Who may do what: the user who called, for what is not open to everybody."""
# ruff: noqa: TID252

from typing import Any

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser

from ..const import CONF_EVERYBODY_TEACHES


async def async_require_admin(hass: HomeAssistant, context: Context) -> None:
    """Refuse a signed-in user who is no administrator; automations have no user and may."""
    if context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    if not user.is_admin:
        raise Unauthorized(context=context)


async def async_require_teacher(hass: HomeAssistant, entry: ConfigEntry[Any], context: Context) -> None:
    """Refuse a signed-in user who may not say who somebody is: a face that is taught as Dad's opens Dad's doors."""
    if not entry.options.get(CONF_EVERYBODY_TEACHES):
        await async_require_admin(hass, context)


async def async_require_view(hass: HomeAssistant, context: Context, entity_id: str) -> None:
    """Refuse a signed-in user who may not see this entity."""
    if context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    if not user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(context=context, entity_id=entity_id, permission=POLICY_READ)
