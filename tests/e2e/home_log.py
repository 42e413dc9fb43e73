"""What Home Assistant's log says of us: which bursts of pictures ran, and whether the event loop was ever blocked."""

from __future__ import annotations

import asyncio
import re

from home_assistant import HomeAssistant

from .observer import PATIENCE_SECONDS

# asyncio's own limit in debug mode. Our longest steps, those that set a server up, take 10 to 25 ms.
SLOW_STEP_S = 0.1


async def lines(home: HomeAssistant, since: int | None = None) -> list[str]:
    """Give the lines since a length of the log; without one, since Home Assistant's own start was over."""
    log = await asyncio.to_thread(home.log.read_bytes)
    return log[home.log_when_started if since is None else since :].decode(errors="replace").splitlines()


async def nothing_was_blocked(home: HomeAssistant) -> float:
    """Check that nobody made a blocking call and no step of ours was slow; how long our longest took, in seconds."""
    told = await lines(home)
    assert any("DEBUG" in line and "custom_components.face" in line for line in told), "the log has our lines"
    assert not [line for line in told if "blocking call" in line]
    steps = [
        (float(found[1]), line) for line in told if (found := re.search(r"Our longest step .* (\d+\.\d+) s", line))
    ]
    assert steps, "our steps are measured"
    longest, line = max(steps)
    assert longest < SLOW_STEP_S, line
    return longest


async def burst_ends(home: HomeAssistant, camera: str, since: int | None = None) -> list[tuple[int, str]]:
    """Wait until no burst of a camera runs; how many pictures each took, and why it ended."""
    begins = f"A burst of camera.{camera} begins"
    ends = re.compile(rf"A burst of camera\.{camera} ends after (\d+) pictures of \d+: (.+)")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            told = await lines(home, since)
            ended = [(int(found[1]), found[2]) for line in told if (found := ends.search(line))]
            if len(ended) == sum(begins in line for line in told) and (ended or since is None):
                return ended
            # A file tells nobody that it grows.
            await asyncio.sleep(0.1)
