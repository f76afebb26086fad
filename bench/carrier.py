"""A carrier for the benchmarks: TLS, HTTP/1.1, as fast as it can, and it counts what it is given.

`python -m bench.carrier PORT LATENCY_MS CERTIFICATE KEY` answers each POST with 201 and a SID after
the latency. A GET of /taken gives what it has seen: how many posts, how many different texts, and
when each came (seconds on the machine's clock), and begins anew.
"""

import asyncio
import datetime as dt
import ipaddress
import json
import ssl
import sys
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HEAD = "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"


class Taken:
    """What came since the last look."""

    def __init__(self) -> None:
        self.total = 0
        self.begin_anew()

    def begin_anew(self) -> None:
        self.bodies: set[bytes] = set()
        self.times: list[float] = []


class Connection(asyncio.Protocol):
    """One connection, kept for many requests, one after the other."""

    def __init__(self, taken: Taken, latency: float) -> None:
        self._taken, self._latency = taken, latency
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            length = 0
            at = head.lower().find(b"content-length:")
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(rest) < length:
                return
            body, self._buffer = rest[:length], rest[length:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            seen = {
                "posts": len(self._taken.times),
                "different": len(self._taken.bodies),
                "times": self._taken.times,
            }
            self._taken.begin_anew()
            self._write("200 OK", json.dumps(seen))
            return
        self._taken.times.append(time.time())
        self._taken.bodies.add(body[body.index(b"Body=") :].split(b"&", 1)[0])
        self._taken.total += 1
        said = json.dumps(
            {
                "sid": f"SM{self._taken.total:032x}",
                "status": "queued",
                "account_sid": "AC" + "0" * 32,
                "num_segments": "1",
                "error_code": None,
                "date_created": "Mon, 23 Nov 2026 15:00:00 +0000",
            }
        )
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, "201 CREATED", said)
        else:
            self._write("201 CREATED", said)

    def _write(self, status: str, said: str) -> None:
        if not self._transport.is_closing():
            head = _HEAD.format(status=status, length=len(said))
            self._transport.write(head.encode() + said.encode())


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "carrier.crt", folder / "carrier.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def serve(port: int, latency: float, certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    taken = Taken()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(taken, latency), "127.0.0.1", port, ssl=context, backlog=256
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000, sys.argv[3], sys.argv[4]))
