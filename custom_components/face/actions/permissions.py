"""Who may do what: the user who called, for what is not open to everybody."""
# ruff: noqa: TID252

from enum import Enum
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser

from ..const import CONF_EVERYBODY_TEACHES


class May(Enum):
    """Who may do something: everybody, whoever may say who somebody is, or administrators."""

    ALL = "all"
    TEACH = "teach"
    ADMINISTER = "administer"


async def async_require(hass: HomeAssistant, entry: ConfigEntry[Any], context: Context, may: May) -> None:
    """Refuse a signed-in user who may not do this: a face that is taught as Dad's opens Dad's doors."""
    if may is May.ADMINISTER or (may is May.TEACH and not entry.options.get(CONF_EVERYBODY_TEACHES)):
        await async_require_admin(hass, context)


async def async_require_admin(hass: HomeAssistant, context: Context) -> None:
    """Refuse a signed-in user who is not an administrator; automations have no user and may."""
    user = await _user(hass, context)
    if user is not None and not user.is_admin:
        raise Unauthorized(context=context)


async def async_require_view(hass: HomeAssistant, context: Context, entity_id: str) -> None:
    """Refuse a signed-in user who may not see this entity."""
    user = await _user(hass, context)
    if user is not None and not user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(context=context, entity_id=entity_id, permission=POLICY_READ)


async def _user(hass: HomeAssistant, context: Context) -> User | None:
    user = None if context.user_id is None else await hass.auth.async_get_user(context.user_id)
    if user is None and context.user_id is not None:
        raise UnknownUser(context=context)
    return user
