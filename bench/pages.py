"""Every staff page over real HTTP, with a million texts and ten thousand answers behind it.

The pages are those of the running program's own table of routes; a new page is measured with the
next run. The lists are asked once more with filters, and far from their beginning.
"""

import http.cookiejar
import re
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.routing import Rule

from bench.inbound import Say
from bench.load import BadAnswer
from bench.outbound import databases, open_store
from bench.pages_fill import PASSWORD, fill, name_of
from bench.pages_outreach import TOPIC, Outreach, fill_outreach
from bench.servers import cpu_seconds, smsbot
from bench.table import table
from smsbot.core.editorial.roles import Role, may
from smsbot.web import create_app
from smsbot.web.admin.needs import NEEDS
from tests.staff_site import SAMPLES
from tests.web.fake_system import FakeSystem

BAR_MS = 300
_SKIPPED = frozenset({"admin.static", "admin.sign_in", "admin.second_step"})
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much there is, and how often each page is asked for."""

    texts: int = 1_000_000
    answers: int = 10_000
    times: int = 25


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """Milliseconds of each page on both databases.

    Raises:
        NoPostgres, NotStarted, BadAnswer: the run is void.
    """
    rows: list[dict[str, Any]] = []
    with databases() as both:
        for one in both:
            store = open_store(one.url)
            started = time.perf_counter()
            draft = fill(store, plan.texts, plan.answers)
            outreach = fill_outreach(store, datetime.now(UTC))
            store.close()
            took = time.perf_counter() - started
            say(f"pages: {plan.texts:,} texts in {one.name} after {took:.0f} s")
            with (
                tempfile.TemporaryDirectory() as folder,
                smsbot("pages", one.url, "embedded", 4, Path(folder), None) as server,
            ):
                readers = {role: Reader(server.port) for role in Role}
                for role, reader in readers.items():
                    reader.sign_in(name_of(role))
                for name, path, role in addresses(plan, draft, outreach):
                    reader = readers[role]
                    spent = server.cpu_seconds() + _cpu(one.pid)
                    row = reader.timed(name, path, plan.times)
                    spent = server.cpu_seconds() + _cpu(one.pid) - spent
                    cpu_ms = round(spent * 1000 / (plan.times + 1))
                    rows.append({"database": one.name, **row, "cpu_ms": cpu_ms})
            say(f"pages: measured on {one.name}")
    return {"texts": plan.texts, "answers": plan.answers, "bar_ms": BAR_MS, "results": rows}


def tables(report: dict[str, Any]) -> Iterator[str]:
    """The figures as a person reads them."""
    if "pages" not in report:
        return
    found = report["pages"]
    yield (
        f"\nStaff pages with {found['texts']:,} texts and {found['answers']:,} answers, "
        "milliseconds over HTTP, and of processor time with the database's:"
    )
    yield from table(
        ["page", "database", "status", "kB", "CPU", "p50", "p95", f"within {found['bar_ms']}"],
        [
            (
                row["page"], row["database"], row["status"], row["kb"], row["cpu_ms"],
                row["p50_ms"],
                row["p95_ms"], "yes" if row["p95_ms"] < found["bar_ms"] else "NO",
            )
            for row in found["results"]
        ],
    )  # fmt: skip


def _cpu(pid: int | None) -> float:
    return cpu_seconds(pid) if pid is not None else 0.0


def addresses(plan: Plan, draft: int, outreach: Outreach) -> Iterator[tuple[str, str, Role]]:
    """What is asked for: a name, the path with its query, and a role that may see it."""
    app = create_app(FakeSystem(), clock=lambda: datetime.now(UTC))
    arguments: dict[str, Any] = {**SAMPLES, "keyword": "TOPIC7", "contact_id": 8, "number": 3}
    arguments |= {"revision_id": draft, **asdict(outreach)}
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
            if _is_page(rule):
                values = {name: arguments[name] for name in rule.arguments}
                if rule.rule.startswith("/admin/consent/topics"):
                    values |= dict.fromkeys(values, TOPIC)
                name = rule.endpoint.removeprefix("admin.")
                yield name, app.url_for(rule.endpoint, **values), _reader_of(rule.endpoint)
    middle = plan.texts // 2
    week_ago = (datetime.now(UTC) - timedelta(days=7)).date()
    for name, path in (
        ("inbox, far back", f"inbox?before={middle}"),
        ("inbox, a step", "inbox?step=crisis"),
        ("inbox, a tier", "inbox?tier=active"),
        ("inbox, a tier nobody had", "inbox?tier=violence"),
        ("inbox, a topic", "inbox?topic=TOPIC7"),
        ("inbox, a topic nobody had", "inbox?topic=NOSUCH"),
        ("inbox, a language", "inbox?lang=es"),
        ("inbox, late ones", "inbox?late=1"),
        ("inbox, a day", f"inbox?day={week_ago}"),
        ("inbox, not reached", "inbox?reply=not_reached"),
        ("inbox, much at once", "inbox?topic=TOPIC7&lang=es&tier=soft&step=question"),
        ("contacts, opted out", "contacts?show=out"),
        ("contacts, in care", "contacts?show=care"),
        ("contacts, a language", "contacts?lang=es"),
        ("outbox, delivered", "outbox?state=delivered"),
        ("outbox, failed", "outbox?state=failed"),
        ("outbox, being sent", "outbox?state=sending"),
        ("alerts, all", "alerts?show=all"),
        ("reports, a year", "reports?days=365"),
        ("answers, sought", "answers?q=topic7"),
        ("answers, overdue", "answers?only=overdue"),
    ):
        yield name, f"/admin/{path}", Role.ADMIN


def _reader_of(endpoint: str) -> Role:
    """An admin if that is enough, else the first role that is."""
    wanted = NEEDS.get(endpoint)
    roles = (Role.ADMIN, *Role)
    return next((one for one in roles if wanted is None or may(one, wanted)), Role.ADMIN)


def _is_page(rule: Rule) -> bool:
    return (
        rule.rule.startswith("/admin")
        and "GET" in (rule.methods or ())
        and rule.endpoint not in _SKIPPED
    )


class Reader:
    """A signed-in browser, without the drawing."""

    def __init__(self, port: int) -> None:
        """To the server on this port."""
        self._base = f"http://127.0.0.1:{port}"
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _Quiet(),
        )

    def sign_in(self, name: str) -> None:
        """Give a name and the password of `pages_fill`.

        Raises:
            BadAnswer: they did not let us in.
        """
        page = self._get("/admin/sign-in")[1].decode()
        token = _TOKEN.search(page)
        form = {"name": name, "password": PASSWORD, "csrf_token": token[1] if token else ""}
        data = urllib.parse.urlencode(form).encode()
        self._opener.open(f"{self._base}/admin/sign-in", data, timeout=60).read()
        status, body = self._get("/admin/")
        if status != 200 or b"Sign out" not in body:
            raise BadAnswer("the staff pages did not let the benchmark in")

    def timed(self, name: str, path: str, times: int) -> dict[str, Any]:
        """Ask for a page so often, once more before; milliseconds."""
        status, body = self._get(path)
        if status >= 500:
            raise BadAnswer(f"{path} answered {status}")
        spent = []
        for _ in range(times):
            started = time.perf_counter()
            self._get(path)
            spent.append((time.perf_counter() - started) * 1000)
        spent.sort()
        return {
            "page": name,
            "status": status,
            "kb": round(len(body) / 1024),
            "p50_ms": round(spent[len(spent) // 2], 1),
            "p95_ms": round(spent[min(int(len(spent) * 0.95), len(spent) - 1)], 1),
        }

    def _get(self, path: str) -> tuple[int, bytes]:
        with self._opener.open(self._base + path, timeout=60) as answer:
            return answer.status, answer.read()


class _Quiet(urllib.request.HTTPErrorProcessor):
    """A refusal is an answer too, and where it sends us is not looked at."""

    def http_response(self, request: Any, response: Any) -> Any:  # noqa: ARG002
        """Every answer as it came."""
        return response
