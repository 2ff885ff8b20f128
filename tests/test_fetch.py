"""Remote images: fetched once, under limits, never from the private network, and never waited for long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from studio import Studio, pixels

from cardbook.media import fetch as network
from cardbook.media.errors import Unreachable
from cardbook.media.fetch import fetch


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """An empty sources folder."""
    return Studio(tmp_path)


Answer = Callable[[BaseHTTPRequestHandler], None]


def reply(data: bytes, kind: str = "image/png", code: int = 200, **headers: str) -> Answer:
    """A handler that answers with `data`."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)

    return answer


def drip(request: BaseHTTPRequestHandler) -> None:
    """An answer that never ends."""
    request.send_response(200)
    request.end_headers()
    with pytest.MonkeyPatch.context():
        for _ in range(200):
            try:
                request.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)


@contextmanager
def serving(pages: dict[str, Answer]) -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine: its address, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            pages.get(self.path, reply(b"", "text/html", 404))(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_remote_image_is_fetched_once(studio: Studio) -> None:
    """It comes from the cache later, also without a network."""
    with serving({"/a.png": reply(pixels())}) as (base, asked):
        address = f"{base}/a.png"
        found = studio.gather(address, private=True)
        assert studio.gather(address, private=True) == found and list(found) == [address]
        assert asked == ["/a.png"]
    assert studio.gather(address, offline=True) == found


def test_offline_asks_nobody(studio: Studio) -> None:
    """What is not in the cache is a placeholder and a warning."""
    with serving({"/a.png": reply(pixels())}) as (base, asked):
        assert studio.gather(f"{base}/a.png", offline=True, private=True) == {}
        assert asked == []
    assert studio.codes() == ["image-unreachable"]


def test_a_web_page_is_no_image_and_is_not_kept(studio: Studio) -> None:
    """The login page of a hotel network must not stand in the cache for good."""
    pages = {"/a.png": reply(b"<html>hello</html>", "text/html"), "/b.png": reply(b"<html>hello</html>")}
    with serving(pages) as (base, _):
        assert studio.gather(f"{base}/a.png", f"{base}/b.png", f"{base}/404.png", private=True) == {}
        assert studio.codes() == ["image-broken", "image-unreachable", "image-unreachable"]
        pages["/b.png"] = reply(pixels())
        assert len(studio.gather(f"{base}/b.png", private=True)) == 1


def test_redirects_are_followed_so_far_and_no_further(studio: Studio) -> None:
    """Three hops at most, to the web only."""
    hops = {f"/{i}": reply(b"", code=302, Location=f"/{i + 1}") for i in range(9)}
    hops |= {"/8": reply(pixels()), "/f": reply(b"", code=302, Location="file:///etc/passwd")}
    with serving(hops) as (base, _):
        assert list(studio.gather(f"{base}/5", f"{base}/1", f"{base}/f", private=True)) == [f"{base}/5"]
    assert studio.codes() == ["image-unreachable"] * 2


def test_a_server_that_drips_or_floods_is_left(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an answer without end nor one without measure holds the build."""
    monkeypatch.setattr(network, "FETCH_SECONDS", 1.0)
    monkeypatch.setattr(network, "MAX_IMAGE_BYTES", 100_000)
    with serving({"/slow": drip, "/big": reply(b"x" * 2_000_000)}) as (base, _):
        started = time.monotonic()
        assert studio.gather(f"{base}/slow", f"{base}/big", private=True) == {}
        assert time.monotonic() - started < 10
    assert studio.codes() == ["image-unreachable"] * 2


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1",
    "255.255.255.255"])  # fmt: skip
def test_no_private_address_is_public(address: str) -> None:
    """Loopback, private, link-local, shared, multicast, and IPv6 addresses that hide one of them."""
    assert not network._is_public(address)


def test_a_private_server_is_not_asked(studio: Studio) -> None:
    """Also not by its name, also not behind a redirect; `private_images` allows it."""
    with serving({"/a.png": reply(pixels())}) as (base, asked):
        port = base.rpartition(":")[2]
        addresses = (f"{base}/a.png", f"http://localhost:{port}/a.png", f"http://2130706433:{port}/a.png")
        assert studio.gather(*addresses) == {}
        assert asked == []
    assert set(studio.codes()) == {"image-unreachable"}
    assert any("private_images" in found.message for found in studio.log)


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was checked: the name is asked for once."""
    lookups: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        lookups.append(host)
        address = "93.184.216.34" if len(lookups) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(network.socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(network, "create_connection", connect)
    found = fetch(["http://rebind.example/a.png"])
    assert isinstance(found["http://rebind.example/a.png"], Unreachable)
    assert connected == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with two addresses is refused for the worse one."""
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_, **__: both)
    (outcome,) = fetch(["http://two.example/a.png"]).values()
    assert "private network" in str(outcome)


def test_a_dead_server_does_not_cost_every_image_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few silent attempts the rest of its images is skipped, and says so; others are still fetched."""
    monkeypatch.setattr(network, "FETCHES_AT_ONCE", 2)
    attempts: list[str] = []

    def refuse(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        attempts.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(
        network.socket, "getaddrinfo", lambda host, *_, **__: [(2, 1, 6, "", ("93.184.216.34", 80))]
    )
    monkeypatch.setattr(network, "create_connection", refuse)
    found = fetch([f"http://dead.example/{i}" for i in range(60)])
    assert len(attempts) <= network.HOST_FAILURES + 1
    assert sum("skipped" in str(outcome) for outcome in found.values()) >= 56


def test_without_a_network_the_build_goes_on_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody at all answers, the images on servers not tried yet are skipped too."""
    monkeypatch.setattr(network, "NETWORK_SECONDS", 0.2)

    def hang(*_: object, **__: object) -> None:
        time.sleep(0.15)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(network.socket, "getaddrinfo", hang)
    started = time.monotonic()
    found = fetch([f"http://host{i}.example/x.png" for i in range(200)])
    assert time.monotonic() - started < 10 and len(found) == 200
    assert any("network" in str(outcome) for outcome in found.values())


@pytest.mark.parametrize(
    "address", ["http://", "http://[::1", "http://a b/x.png", "http://e.com:99999/x", "https://\u2028/x"]
)
def test_addresses_that_are_none_cost_only_themselves(studio: Studio, address: str) -> None:
    """Whatever stands in the notes, there is a warning and no traceback."""
    assert studio.gather(address) == {}
    assert studio.codes() == ["image-unreachable"]
