"""Fixtures of the integration's tests: a scripted face server, and Home Assistant that may load `custom_components`."""

# First of all, or the harness's own custom_components folder wins.
import custom_components  # noqa: F401  # isort: skip

from collections.abc import AsyncIterator

import pytest

from .peer import Peer


@pytest.fixture
async def peer(socket_enabled: None) -> AsyncIterator[Peer]:  # noqa: ARG001
    """Give a scripted server that listens on this machine."""
    async with Peer() as running:
        yield running
