"""The addresses that a person may type or paste: a host, a URL, or the pairing line with its token and fingerprint."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
import re
import ssl
from typing import Self

from yarl import URL

from .errors import CannotConnectError, InvalidAddressError, PlainTextError

DEFAULT_PORT = 8765
HTTP_PORT = 80
HTTPS_PORT = 443
FINGERPRINT_TIMEOUT_S = 8.0
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https", "faces": "https"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is, and how to know it again: by the SHA-256 of its certificate, or by the authorities' word."""

    url: str
    token: str | None = None
    fingerprint: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `face://host:port/?token=…&fingerprint=…`, `http://host:port`, `host:port` or `host`.

        Where nothing is said of it, TLS is meant, but on this machine.
        """
        text = text.strip()
        with suppress(ValueError):
            text = f"[{IPv6Address(text)}]"
        try:
            url = URL(text if "://" in text else f"//{text}")
            host, port = url.host or "", url.explicit_port
            fingerprint = url.query.get("fingerprint")
            if url.scheme == "face":
                scheme = "https" if fingerprint or url.query.get("tls") == "verify" else "http"
            else:
                scheme = _SCHEMES[url.scheme] if url.scheme else "http" if _is_here(host) else "https"
            port = port or (HTTPS_PORT if url.scheme in ("https", "wss") else DEFAULT_PORT)
            base = str(URL.build(scheme=scheme, host=host, port=port)).rstrip("/")
            if scheme == "http" and port == HTTP_PORT:
                base += ":80"  # Without it, the port would be ours when this is read again.
        except (ValueError, KeyError) as error:
            raise InvalidAddressError(f"expected face://host:port/?token=…, host:port or host: {error}") from error
        if not _is_host(host) or (fingerprint is not None and not re.fullmatch("[0-9a-f]{64}", fingerprint)):
            raise InvalidAddressError("the address has no host, or its fingerprint is incomplete")
        if url.path not in ("", "/"):
            raise InvalidAddressError(f"a server is at the root of its address, not at {url.path}")
        return cls(url=base, token=url.query.get("token"), fingerprint=fingerprint)


def is_plain(url: str) -> bool:
    """Whether what is said there can be read on the way: no TLS, and not on this machine."""
    return URL(url).scheme == "http" and not _is_here(URL(url).host or "")


async def fingerprint_of(url: str) -> str:
    """Ask a server for its certificate's fingerprint, without saying anything to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    address = URL(url)
    try:
        async with asyncio.timeout(FINGERPRINT_TIMEOUT_S):
            _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    except ssl.SSLError as error:
        raise PlainTextError(f"{url} does not speak TLS") from error
    except (OSError, TimeoutError) as error:
        raise CannotConnectError(str(error) or type(error).__name__) from error
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(FINGERPRINT_TIMEOUT_S):
            await writer.wait_closed()
    return sha256(certificate).hexdigest()


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host) is not None
    return True


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
