"""The staff pages under `/admin/`: for people who have signed in and may see the page.

Served without JavaScript. Who may see which page is the table in `access`.
"""

from flask import Blueprint, Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from smsbot.services.sign_in import SignIn
from smsbot.web.admin import (
    access,
    accounts,
    answers,
    audit_page,
    campaign_pages,
    consent,
    drafts,
    editor,
    imports,
    kit,
    me,
    people_pages,
    second_factor_pages,
    settings_page,
    signing,
    times,
    workflow,
)
from smsbot.web.admin.faults import answer_faults
from smsbot.web.system import Clock


def add_staff_pages(app: Flask, clock: Clock, *, is_https: bool) -> None:
    """Register the pages with what they need of the app: sessions, sign-in, form tokens."""
    app.config.update(
        # The prefix binds the cookie to this host, this path and https; browsers refuse it else.
        SESSION_COOKIE_NAME="__Host-smsbot" if is_https else "smsbot",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Only the staff pages have forms; they check the token themselves, in `access`.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        # Our pages send no referrer, so it can't be compared; the token can.
        WTF_CSRF_SSL_STRICT=False,
    )
    tokens = CSRFProtect(app)
    people = LoginManager()
    people.session_protection = None
    people.init_app(app, add_context_processor=False)
    people.user_loader(access.load_user)
    staff_pages = Blueprint(
        "admin",
        "smsbot.web",
        url_prefix="/admin",
        static_folder="static/admin",
        static_url_path="/static",
    )
    door = SignIn()
    staff_pages.before_request(access.Guard(clock, tokens.protect, door))
    staff_pages.context_processor(access.for_every_page)
    staff_pages.app_template_filter("local_time")(times.local_time)
    staff_pages.app_template_filter("local_day")(times.local_day)
    signing.Signing(door, clock).add_to(staff_pages)
    me.Me(door, clock).add_to(staff_pages)
    second_factor_pages.SecondFactor(clock).add_to(staff_pages)
    accounts.Accounts(clock).add_to(staff_pages)
    audit_page.AuditPages(clock).add_to(staff_pages)
    settings_page.add_to(staff_pages)
    people_pages.add_to(staff_pages, clock)
    answers.Answers(clock).add_to(staff_pages)
    editor.Editor(clock).add_to(staff_pages)
    drafts.Drafts(clock).add_to(staff_pages)
    drafts.OwnNumber(clock).add_to(staff_pages)
    imports.Imports(clock).add_to(staff_pages)
    workflow.add_to(staff_pages, clock)
    for outreach in (campaign_pages, consent):
        outreach.add_to(staff_pages, clock)
    kit.KitPages(clock).add_to(staff_pages)
    answer_faults(staff_pages)
    app.register_blueprint(staff_pages)
