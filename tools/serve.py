"""What `./dev run` becomes: the whole system on loopback, from database to simulated carrier."""

import contextlib
import ctypes
import hashlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("SMSBOT_VAR") or ROOT / "var").resolve()
HOST = "127.0.0.1"

START_SECONDS = 60.0
STOP_SECONDS = 6.0
"""How long a process may take to end before it is killed."""

Process = subprocess.Popen[str]

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main(port: int) -> int:
    """Serve until Ctrl-C or SIGTERM; leave no process behind."""
    if not is_free(port):
        return complain(f"port {port} is in use; try ./dev run --port {port + 1}")
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, leave)
    linux(PR_SET_CHILD_SUBREAPER, 1)  # orphans of ours become our children: end_children sees them
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        env = settings(port)
        return prepare(env) or serve(port, env)
    except KeyboardInterrupt:
        return 130
    finally:
        end_children()


def leave(signum: int, _frame: object) -> None:
    """Unwind as Ctrl-C does."""
    raise SystemExit(128 + signum)


def complain(what: str) -> int:
    """Say in one line what is wrong; the exit status for it."""
    print(f"dev: {what}", file=sys.stderr, flush=True)
    return 1


def is_free(port: int) -> bool:
    """Whether the web process can listen on this port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def settings(port: int) -> dict[str, str]:
    """Return the environment to develop in. What is set outside wins.

    Everything else has a default for development: the keys, SQLite in var/, and a Valkey that the
    worker starts.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        carrier_port = probe.getsockname()[1]
    defaults = {
        "SMSBOT_ENV": "development",
        "SMSBOT_HOST": HOST,
        "SMSBOT_VAR": str(VAR),
        "SMSBOT_PUBLIC_URLS": f"http://{HOST}:{port}",
        "TWILIO_API_URL": f"http://{HOST}:{carrier_port}",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return defaults | given | {"PORT": str(port)}


def procfile() -> dict[str, str]:
    """Return the Procfile's commands by name."""
    return dict(re.findall(r"^(\w+):\s*(.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))


def prepare(env: dict[str, str]) -> int:
    """Bring the database and its content up to date, as every release does.

    Starting the programs for it takes seconds, so it is left out where it can change nothing.
    """
    url = env.get("DATABASE_URL", "")
    stamp, wanted = VAR / "prepared", digest()
    ours = not url and (VAR / "smsbot.sqlite3").exists()
    if not url and not ours:
        shown(env).unlink(missing_ok=True)  # a new database knows no login yet
    if not (ours and stamp.is_file() and stamp.read_text() == wanted):
        if subprocess.run(procfile()["release"], shell=True, env=env, check=False).returncode:
            return complain("the database could not be prepared; the lines above say why")
        stamp.write_text(wanted)
    return 0


def shown(env: Mapping[str, str]) -> Path:
    """Return the file that is there when the logins of this database were printed."""
    url = env.get("DATABASE_URL", "")
    return VAR / f"demo-login-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def logins(env: Mapping[str, str]) -> str:
    """Make a staff login for each role, once a database; what there is to say of them."""
    if shown(env).exists():
        return (
            "Sign in as demo (admin), demo-author, demo-reviewer, demo-publisher, demo-sender\n"
            "or demo-auditor; the first start printed the passwords. Lost one?\n"
            ".venv/bin/smsbot staff password demo-author"
        )
    made = subprocess.run(
        ["smsbot", "staff", "demo"], env=env, check=False, stdout=subprocess.PIPE, text=True
    )
    shown(env).touch()
    return made.stdout


def digest() -> str:
    """Name all that the release depends on: code, migrations, content."""
    found = hashlib.sha256()
    for folder in ("smsbot", "migrations", "content"):
        for file in sorted((ROOT / folder).rglob("*.*")):
            if file.suffix in {".py", ".toml"}:
                found.update(str(file).encode() + file.read_bytes())
    return found.hexdigest()


def serve(port: int, env: dict[str, str]) -> int:
    """Run the Procfile's processes and the carrier until one of them ends."""
    # exec: the process itself, not a shell around it, is told to end.
    lines = {name: f"exec {line}" for name, line in procfile().items() if name != "release"}
    lines |= {"carrier": f"exec smsbot simulator --bind {env['TWILIO_API_URL'][7:]}"}
    # On two cores the worker's start would only hold up the site's: it waits for a line.
    lines["worker"] = f"read -r _ && {lines['worker']}"
    processes = {name: start(line, env) for name, line in lines.items()}
    for name, process in processes.items():
        threading.Thread(target=relay, args=(name, process), daemon=True).start()
    if fault := wait_for_site(port, processes):
        return fault
    begin(processes["worker"])
    announce(port, env)
    while not (ended := first_ended(processes)):
        time.sleep(0.1)
    return complain(f"{ended} ended by itself, so everything stops; the lines above say why")


def start(line: str, env: dict[str, str]) -> Process:
    """Start one line of the Procfile, out of Ctrl-C's reach: ending it is our business."""
    return subprocess.Popen(
        line,
        shell=True,
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs yet
    )


def begin(process: Process) -> None:
    """Give a process the line that it waits for."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it has ended: that is seen, and said, elsewhere
        process.stdin.write("\n")
        process.stdin.close()


def relay(name: str, process: Process) -> None:
    """Show what a process says, with its name before it."""
    assert process.stdout is not None
    for line in process.stdout:
        print(f"{name:8}| {line}", end="", flush=True)


def first_ended(processes: Mapping[str, Process]) -> str | None:
    """Return the name of a process that is no more, or None while all run."""
    return next((name for name, one in processes.items() if one.poll() is not None), None)


def wait_for_site(port: int, processes: Mapping[str, Process]) -> int:
    """Return once the web process answers; the exit status if it never will."""
    deadline = time.monotonic() + START_SECONDS
    while status(port, "/healthz") != http.client.OK:
        if ended := first_ended(processes):
            return complain(f"{ended} ended during the start; the lines above say why")
        if time.monotonic() > deadline:
            return complain(f"the site did not answer within {START_SECONDS:.0f} s; see above")
        time.sleep(0.05)
    return 0


def announce(port: int, env: Mapping[str, str]) -> None:
    """Print the addresses and the logins."""
    site = f"http://{HOST}:{port}"
    said = [f"\n  smsbot runs.  Phone: {site}/simulator/"]
    if status(port, "/admin/") not in {0, http.client.NOT_FOUND}:
        said += [f"  Staff pages:  {site}/admin/", indent(logins(env).rstrip(), " " * 16)]
    # In one go, so that no line of a process comes between.
    print("\n".join([*said, "  Ctrl-C stops it.\n"]), flush=True)


def status(port: int, path: str) -> int:
    """Return the status of a GET on loopback, or 0 when nobody answers."""
    site = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        site.request("GET", path)
        return site.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        site.close()


def linux(option: int, value: int) -> None:
    """Set an attribute of this process where the kernel is Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)


def die_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    linux(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_children() -> None:
    """End whatever is left below this process: politely, then for good."""
    for stop in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(stop, signal.SIG_IGN)
    started = time.monotonic()
    told: set[int] = set()
    while left := set(children()):
        late = time.monotonic() - started > STOP_SECONDS
        for pid in left if late else left - told:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        told |= left
        time.sleep(0.05)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def children() -> Iterator[int]:
    """Yield the processes whose parent is this one, ended ones not yet collected too."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == os.getpid():
                yield int(file.parent.name)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
