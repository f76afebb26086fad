"""Mails crisis alerts to the addresses that staff have set. The mail holds no text and no number.

SMTP as in RFC 5321; encrypted by TLS from the start (smtps://) or before anything is said
(STARTTLS, smtp://), RFC 8314 (read 2026-11-23). Plain only on this machine.
"""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

import structlog

TIMEOUT = 5.0
"""Seconds for each step of the talk with the server."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"smtp": 587, "smtps": 465}

_log = structlog.get_logger(__name__)


class AlertEmail:
    """One mail server and those who are told. The server's address may hold a password."""

    def __init__(self, server: str, sender: str, to: tuple[str, ...], pages: str) -> None:
        """Mail through `server`: smtp(s)://user:password@host:port.

        `pages` is the address of the alerts page, which the mail names.
        """
        self._server = urlsplit(server)
        self._sender = sender
        self._to = to
        self._pages = pages

    def post(self, alert: Mapping[str, object]) -> bool:
        """Whether the server took it for everybody. Never raises; what failed is logged."""
        try:
            with self._connect() as server:
                refused = server.send_message(self._message(alert))
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # The text of the error may name the server's user, or an address.
            _log.warning("alert_not_mailed", reason=type(error).__name__)
            return False
        if refused:
            _log.warning("alert_not_mailed_to_all", refused=len(refused))
        return True

    def _connect(self) -> smtplib.SMTP:
        host = self._server.hostname or ""
        port = self._server.port or _PORTS[self._server.scheme]
        secure = ssl.create_default_context()
        if self._server.scheme == "smtps":
            talk: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=secure)
        else:
            talk = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            if self._server.scheme == "smtp" and host not in _LOOPBACK:
                talk.starttls(context=secure)
            if self._server.username:
                talk.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            talk.close()
            raise
        return talk

    def _message(self, alert: Mapping[str, object]) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = f"Crisis alert ({alert['tier']}), {alert['count_today']} today"
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._to)
        mail["Message-ID"] = make_msgid(domain="smsbot.invalid")
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(
            "Somebody texted in a crisis. The 988 Lifeline was sent to them at once.\n\n"
            f"What the screen found: {alert['tier']}\n"
            f"When: {alert['at']}\n"
            f"Crisis alerts since midnight UTC: {alert['count_today']}\n\n"
            f"Look at it and say that you have: {self._pages}\n\n"
            "This mail holds nothing of what was written, and no number.\n"
        )
        return mail
