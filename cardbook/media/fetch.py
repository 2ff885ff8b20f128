"""Remote images: fetched a few at once, under limits, and never from a machine of the private network.

Notes of strangers name the addresses. So a name is resolved once, every address that it has is checked, and
the connection goes to the checked one: a second answer of the name server (DNS rebinding) has no effect.
Redirects are followed by hand, each hop under the same rules.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from cardbook.limits import (
    CONNECT_SECONDS,
    FETCH_SECONDS,
    FETCHES_AT_ONCE,
    HOST_FAILURES,
    MAX_IMAGE_BYTES,
    MAX_REDIRECTS,
    NETWORK_SECONDS,
)
from cardbook.media.errors import Unreachable

_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; cardbook)",
    "Accept": "image/*,*/*;q=0.5",
    # A compressed answer could unpack to any size.
    "Accept-Encoding": "identity",
}
_PIECE = 1 << 16


class UnknownName(Unreachable):
    """There is no such server, or nobody to ask for it."""


def fetch(addresses: Iterable[str], *, private: bool = False) -> dict[str, bytes | Unreachable]:
    """The content at each address, or why it could not be had.

    `private` allows loopback and private addresses. A server that does not answer costs a few attempts, not one
    an image; without any network the whole call ends within `NETWORK_SECONDS` + `CONNECT_SECONDS`.
    """
    return _Round(private, deque(dict.fromkeys(addresses))).run()


@dataclass(slots=True)
class _Round:
    """The state of one call: what waits, what is on its way (with its deadline), and who answered."""

    private: bool
    waiting: deque[str]
    running: dict[str, float] = field(default_factory=dict)
    found: dict[str, bytes | Unreachable] = field(default_factory=dict)
    silent: Counter[str] = field(default_factory=Counter)
    answered: bool = False
    began: float = field(default_factory=time.monotonic)
    results: queue.SimpleQueue[tuple[str, bytes | Unreachable]] = field(default_factory=queue.SimpleQueue)

    def run(self) -> dict[str, bytes | Unreachable]:
        while self.waiting or self.running:
            self._start()
            self._collect()
        return self.found

    def _start(self) -> None:
        while self.waiting and len(self.running) < FETCHES_AT_ONCE:
            address = self.waiting.popleft()
            if reason := self._hopeless(address):
                self.found[address] = Unreachable(reason)
                continue
            self.running[address] = time.monotonic() + FETCH_SECONDS
            # A daemon: nothing can end a thread that waits for a name server, so it may be left behind.
            threading.Thread(target=self._work, args=(address,), daemon=True).start()

    def _work(self, address: str) -> None:
        self.results.put((address, _outcome(address, self.private)))

    def _collect(self) -> None:
        if not self.running:
            return
        try:
            self._record(*self.results.get(timeout=max(0.01, min(self.running.values()) - time.monotonic())))
        except queue.Empty:
            now = time.monotonic()
            for address in [late for late, deadline in self.running.items() if deadline <= now]:
                reason = f"it took more than {FETCH_SECONDS:.0f} seconds"
                self._record(address, Unreachable(reason, silent=True))

    def _record(self, address: str, outcome: bytes | Unreachable) -> None:
        if self.running.pop(address, None) is None:
            return  # came after its deadline
        self.found[address] = outcome
        silent = isinstance(outcome, Unreachable) and outcome.silent
        self.answered = self.answered or not silent
        self.silent[_host(address)] += silent

    def _hopeless(self, address: str) -> str:
        if self.silent[_host(address)] >= HOST_FAILURES:
            return f"skipped, since {_host(address)} did not answer {HOST_FAILURES} times"
        if not self.answered and self.silent and time.monotonic() - self.began > NETWORK_SECONDS:
            return "skipped, since no server at all answered; is there a network?"
        return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _outcome(address: str, private: bool) -> bytes | Unreachable:
    try:
        return _get(address, private, time.monotonic() + FETCH_SECONDS)
    except Unreachable as error:
        return error
    except requests.exceptions.SSLError:
        return Unreachable("its certificate is not valid")
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        return Unreachable("the address is not valid")
    except (requests.RequestException, OSError) as error:
        return Unreachable(_plain_reason(error), silent=True)
    except Exception as error:  # a server may answer anything; it must not cost more than its image
        return Unreachable(f"the answer could not be read ({type(error).__name__})")


def _plain_reason(error: Exception) -> str:
    text = str(error)
    if "timed out" in text.lower() or isinstance(error, TimeoutError):
        return "its server did not answer in time"
    return "its server could not be reached"


def _get(address: str, private: bool, deadline: float) -> bytes:
    with requests.Session() as session:
        if not private:
            session.mount("http://", _PublicAdapter())
            session.mount("https://", _PublicAdapter())
        for _ in range(MAX_REDIRECTS + 1):
            answer = _ask(session, address, private)
            with answer:
                target = session.get_redirect_target(answer)
                if target is None:
                    return _content(answer, deadline)
                address = urljoin(address, target)
    raise Unreachable(f"it was redirected more than {MAX_REDIRECTS} times")


def _ask(session: requests.Session, address: str, private: bool) -> requests.Response:
    if urlsplit(address).scheme not in ("http", "https"):
        raise Unreachable("it was redirected to an address that is not of the web")
    if not private and select_proxy(address, get_environ_proxies(address)):
        _check_behind_proxy(_host(address))
    return session.get(
        address,
        headers=_HEADERS,
        timeout=CONNECT_SECONDS,
        stream=True,
        allow_redirects=False,
        auth=_no_password,
    )


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from looking into ~/.netrc: notes name the servers, not the user."""
    return request


def _content(answer: requests.Response, deadline: float) -> bytes:
    if answer.status_code != 200:
        raise Unreachable(f"its server answered {answer.status_code} {answer.reason or ''}".rstrip())
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith("text/") and kind not in ("text/plain", "text/xml"):
        raise Unreachable(f"its server answered with {kind}, not with an image")
    body = bytearray()
    # read1 returns what has come, so that a server that drips cannot hold us beyond the deadline.
    while piece := answer.raw.read1(_PIECE):
        body += piece
        if len(body) > MAX_IMAGE_BYTES:
            raise Unreachable(f"it is larger than {MAX_IMAGE_BYTES >> 20} MB")
        if time.monotonic() > deadline:
            raise Unreachable(f"it took more than {FETCH_SECONDS:.0f} seconds", silent=True)
    return bytes(body)


def _public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises `Unreachable` when one of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise UnknownName(f"the name server knows no {host}; is there a network?", silent=True) from error
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    if not all(map(_is_public, addresses)):
        raise Unreachable(
            "its server is on a private network (`private_images: true` in cardbook.yaml allows that)"
        )
    return addresses


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1] or _nat64(ip)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    inside = ip in ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if inside else None


def _check_behind_proxy(host: str) -> None:
    """A proxy connects for us; what we can check is the name, where it is known here."""
    with contextlib.suppress(UnknownName):
        _public_addresses(host, 0)


class _PublicConnection:
    """Connects to an address that was checked, under the name that was asked for."""

    host: str
    port: int
    timeout: Any
    source_address: Any
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        error: OSError = OSError("no address")
        for address in _public_addresses(self.host, self.port):
            try:
                return create_connection(
                    (address, self.port), self.timeout, self.source_address, self.socket_options
                )
            except OSError as failed:
                error = failed
        raise error


class _PublicHTTP(_PublicConnection, HTTPConnection):
    pass


class _PublicHTTPS(_PublicConnection, HTTPSConnection):
    pass


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTP


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS


class _PublicAdapter(HTTPAdapter):
    """Uses the connections above, except through a proxy of the user's, which may well be a private machine."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}
