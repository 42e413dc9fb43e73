"""A component of the tests' Home Assistant: tells in its log how much processor time our steps of its event loop take.

asyncio's own warning about a slow step goes by the clock on the wall, so on a busy machine it also tells of steps that
only waited for a processor, which are nobody's fault. Here the processor's time counts. What
blocks without computing (files, sockets, sleeping) Home Assistant itself tells, as a "blocking call".
A step is ours if any function of custom_components/face ran in it, whoever's task it is.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from threading import get_ident
from time import thread_time
from types import CodeType
from typing import Any

from homeassistant.core import HomeAssistant

OURS = "/custom_components/face/"
LOGGER = logging.getLogger(__name__)


async def async_setup(_hass: HomeAssistant, _config: dict[str, Any]) -> bool:
    """Watch every step from now on."""
    loop_thread = get_ident()
    run = asyncio.Handle._run  # noqa: SLF001
    ours = False
    longest = collecting = collected = 0.0

    def entered(code: CodeType, _offset: int) -> object:
        nonlocal ours
        if OURS not in code.co_filename:
            return sys.monitoring.DISABLE
        ours = ours or get_ident() == loop_thread
        return None

    def garbage(phase: str, _info: dict[str, int]) -> None:
        """All of Home Assistant's objects are looked through now and then, in whatever step it happens to be."""
        nonlocal collecting, collected
        if get_ident() != loop_thread:
            return
        if phase == "start":
            collecting = thread_time()
        else:
            collected += thread_time() - collecting

    def timed(handle: asyncio.Handle) -> None:
        nonlocal ours, longest, collected
        if get_ident() != loop_thread:
            run(handle)
            return
        ours, collected = False, 0.0
        began = thread_time()
        run(handle)
        if ours and (took := thread_time() - began - collected) > longest:
            longest = took
            LOGGER.warning("Our longest step so far took %.3f s of the processor: %s", took, handle)

    monitoring = sys.monitoring
    watched = monitoring.events.PY_START | monitoring.events.PY_RESUME
    monitoring.use_tool_id(monitoring.PROFILER_ID, __name__)
    for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
        monitoring.register_callback(monitoring.PROFILER_ID, event, entered)
    monitoring.set_events(monitoring.PROFILER_ID, watched)
    gc.callbacks.append(garbage)
    asyncio.Handle._run = timed  # type: ignore[assignment, method-assign]  # noqa: SLF001
    return True
