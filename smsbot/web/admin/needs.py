"""Which permission a staff page or action asks for: one table, and what is not in it is denied.

Keys are Flask's endpoints. A page that changes something has an endpoint of its own, so that
seeing and doing can be granted apart.
"""

from collections.abc import Mapping

from smsbot.core.editorial.roles import Permission

OPEN = frozenset({"admin.sign_in", "admin.second_step", "admin.static"})
"""For everybody."""

_SECOND_FACTOR = frozenset(
    {
        "admin.second_factor",
        "admin.second_factor_picture",
        "admin.begin_second_factor",
        "admin.confirm_second_factor",
    }
)
_PASSWORD = frozenset({"admin.me", "admin.change_password"})
FOR_ALL_STAFF = (
    frozenset(
        {"admin.nothing", "admin.sign_out", "admin.set_time_zone", "admin.new_recovery_codes"}
    )
    | _SECOND_FACTOR
    | _PASSWORD
)
"""For everybody who has signed in."""

BEFORE_A_PASSWORD = _PASSWORD | {"admin.sign_out"}
"""All that somebody whose password another person has seen gets to."""
BEFORE_A_SECOND_FACTOR = _SECOND_FACTOR | BEFORE_A_PASSWORD
"""All that somebody gets to whose role asks for a second factor, and who has none."""

_CHANGES_OF_ACCOUNTS = {
    "admin.add_account": Permission.MANAGE_STAFF,
    "admin.change_role": Permission.MANAGE_STAFF,
    "admin.disable_account": Permission.MANAGE_STAFF,
    "admin.enable_account": Permission.MANAGE_STAFF,
    "admin.replace_password": Permission.MANAGE_STAFF,
    "admin.reset_second_factor": Permission.MANAGE_STAFF,
    "admin.end_sessions": Permission.MANAGE_STAFF,
}
_ACCOUNTS = _CHANGES_OF_ACCOUNTS | {
    "admin.accounts": Permission.MANAGE_STAFF,
    "admin.new_account": Permission.MANAGE_STAFF,
    "admin.account": Permission.MANAGE_STAFF,
    "admin.ask_about_account": Permission.MANAGE_STAFF,
    "admin.audit_log": Permission.SEE_AUDIT,
    "admin.audit_log_csv": Permission.SEE_AUDIT,
    "admin.settings": Permission.SEE_SETTINGS,
}
CONFIRMED = frozenset(_CHANGES_OF_ACCOUNTS) | {
    "admin.begin_second_factor",
    "admin.new_recovery_codes",
}
"""Asks for the password again when it was last given more than ten minutes ago."""
_ANSWERS = {
    "admin.answers": Permission.SEE_ANSWERS,
    "admin.answer": Permission.SEE_ANSWERS,
}
_EDITOR = {
    "admin.new_answer": Permission.WRITE_DRAFT,
    "admin.begin_draft": Permission.WRITE_DRAFT,
    "admin.editor": Permission.WRITE_DRAFT,
    "admin.save_draft": Permission.WRITE_DRAFT,
    "admin.check_draft": Permission.WRITE_DRAFT,
    "admin.stay_in_draft": Permission.WRITE_DRAFT,
    "admin.submit_draft": Permission.SUBMIT,
    "admin.text_draft": Permission.WRITE_DRAFT,
    "admin.discard_draft": Permission.WRITE_DRAFT,
    "admin.own_number": Permission.WRITE_DRAFT,
    "admin.enter_own_number": Permission.WRITE_DRAFT,
    "admin.confirm_own_number": Permission.WRITE_DRAFT,
    "admin.forget_own_number": Permission.WRITE_DRAFT,
    "admin.imports": Permission.WRITE_DRAFT,
    "admin.import_look": Permission.WRITE_DRAFT,
    "admin.import_plan": Permission.WRITE_DRAFT,
    "admin.import_take": Permission.WRITE_DRAFT,
    "admin.import_forget": Permission.WRITE_DRAFT,
    "admin.import_bad": Permission.WRITE_DRAFT,
    "admin.exports": Permission.SEE_ANSWERS,
    "admin.export_file": Permission.SEE_ANSWERS,
}
_REVIEW = {
    "admin.review_queue": Permission.SEE_ANSWERS,
    "admin.revision": Permission.SEE_ANSWERS,
    "admin.approve": Permission.REVIEW,
    "admin.approve_second": Permission.APPROVE_SECOND,
    "admin.refuse": Permission.REVIEW,
    "admin.take_back": Permission.SUBMIT,
    "admin.publish": Permission.PUBLISH,
    "admin.schedule": Permission.PUBLISH,
    "admin.unschedule": Permission.PUBLISH,
    "admin.roll_back_page": Permission.PUBLISH,
    "admin.roll_back": Permission.PUBLISH,
    "admin.retire_page": Permission.RETIRE,
    "admin.retire": Permission.RETIRE,
    "admin.history": Permission.SEE_ANSWERS,
    "admin.compare": Permission.SEE_ANSWERS,
    "admin.crisis_texts": Permission.SEE_ANSWERS,
}
_MESSAGES: dict[str, Permission] = {
    "admin.inbox": Permission.SEE_MESSAGES,
    "admin.conversation": Permission.SEE_MESSAGES,
    "admin.contacts": Permission.SEE_CONTACTS,
    "admin.find_contact": Permission.SEE_CONTACTS,
    "admin.contact": Permission.SEE_CONTACTS,
    "admin.reveal_number": Permission.REVEAL_NUMBER,
    "admin.ask_forget": Permission.FORGET_CONTACT,
    "admin.forget_contact": Permission.FORGET_CONTACT,
    "admin.alerts": Permission.SEE_ALERTS,
    "admin.acknowledge_alert": Permission.ACKNOWLEDGE_ALERT,
    "admin.reopen_alert": Permission.ACKNOWLEDGE_ALERT,
    "admin.alert_conversation": Permission.SEE_MESSAGES,
    "admin.unanswered": Permission.SEE_MESSAGES,
    "admin.gap": Permission.SEE_MESSAGES,
    "admin.draft_from_gap": Permission.WRITE_DRAFT,
    "admin.dismiss_gap": Permission.WRITE_DRAFT,
    "admin.outbox": Permission.SEE_REPORTS,
    "admin.outbox_text": Permission.SEE_REPORTS,
    "admin.handle_outbox": Permission.HANDLE_OUTBOX,
}
_REPORTS: dict[str, Permission] = {
    "admin.dashboard": Permission.SEE_DASHBOARD,
    "admin.reports": Permission.SEE_REPORTS,
    "admin.reports_csv": Permission.SEE_REPORTS,
}
_CONSENT: dict[str, Permission] = {
    "admin.consent": Permission.MANAGE_CONSENT,
    "admin.find_consent": Permission.MANAGE_CONSENT,
    "admin.record_opt_out": Permission.MANAGE_CONSENT,
    "admin.export_opt_outs": Permission.MANAGE_CONSENT,
    "admin.consent_person": Permission.MANAGE_CONSENT,
    "admin.undo_opt_out": Permission.MANAGE_CONSENT,
    "admin.leave_topic": Permission.MANAGE_CONSENT,
    "admin.export_consent": Permission.MANAGE_CONSENT,
    "admin.number_lists": Permission.MANAGE_CONSENT,
    "admin.check_list": Permission.MANAGE_CONSENT,
    "admin.number_list": Permission.MANAGE_CONSENT,
    "admin.mend_list": Permission.MANAGE_CONSENT,
    "admin.take_list": Permission.MANAGE_CONSENT,
    "admin.drop_list": Permission.MANAGE_CONSENT,
    "admin.bad_rows": Permission.MANAGE_CONSENT,
    "admin.tag_list": Permission.MANAGE_CONSENT,
    "admin.topics": Permission.MANAGE_CONSENT,
    "admin.new_topic": Permission.MANAGE_CONSENT,
    "admin.add_topic": Permission.MANAGE_CONSENT,
    "admin.topic": Permission.MANAGE_CONSENT,
    "admin.change_topic": Permission.MANAGE_CONSENT,
    "admin.ask_retire_topic": Permission.MANAGE_CONSENT,
    "admin.retire_topic": Permission.MANAGE_CONSENT,
    "admin.audiences": Permission.SEE_CAMPAIGNS,
    "admin.audience": Permission.SEE_CAMPAIGNS,
    "admin.new_audience": Permission.WRITE_CAMPAIGN,
    "admin.count_audience": Permission.WRITE_CAMPAIGN,
    "admin.save_audience": Permission.WRITE_CAMPAIGN,
    "admin.change_audience": Permission.WRITE_CAMPAIGN,
    "admin.retire_audience": Permission.WRITE_CAMPAIGN,
}
_CAMPAIGNS: dict[str, Permission] = {
    "admin.campaigns": Permission.SEE_CAMPAIGNS,
    "admin.campaign": Permission.SEE_CAMPAIGNS,
    "admin.campaign_progress": Permission.SEE_CAMPAIGNS,
    "admin.campaign_people": Permission.SEE_CAMPAIGNS,
    "admin.campaign_csv": Permission.SEE_CAMPAIGNS,
    "admin.campaign_messages": Permission.SEE_CAMPAIGNS,
    "admin.write_campaign_message": Permission.WRITE_CAMPAIGN,
    "admin.approve_campaign_message": Permission.APPROVE_CAMPAIGN,
    "admin.retire_campaign_message": Permission.WRITE_CAMPAIGN,
    "admin.new_campaign": Permission.WRITE_CAMPAIGN,
    "admin.draft_campaign": Permission.WRITE_CAMPAIGN,
    "admin.edit_campaign": Permission.WRITE_CAMPAIGN,
    "admin.change_campaign": Permission.WRITE_CAMPAIGN,
    "admin.check_campaign": Permission.WRITE_CAMPAIGN,
    "admin.take_back_campaign": Permission.WRITE_CAMPAIGN,
    "admin.approve_campaign": Permission.APPROVE_CAMPAIGN,
    "admin.start_campaign": Permission.RUN_CAMPAIGN,
    "admin.pause_campaign": Permission.RUN_CAMPAIGN,
    "admin.resume_campaign": Permission.RUN_CAMPAIGN,
    "admin.ask_cancel_campaign": Permission.RUN_CAMPAIGN,
    "admin.cancel_campaign": Permission.RUN_CAMPAIGN,
}
_KIT: dict[str, Permission] = {
    "admin.kit": Permission.SEE_CAMPAIGNS,
    "admin.new_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.make_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.entry_code": Permission.SEE_CAMPAIGNS,
    "admin.kit_file": Permission.SEE_CAMPAIGNS,
    "admin.retire_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.bring_back_entry_code": Permission.WRITE_CAMPAIGN,
}

NEEDS: Mapping[str, Permission] = (
    _ACCOUNTS | _ANSWERS | _EDITOR | _REVIEW | _MESSAGES | _REPORTS | _CONSENT | _CAMPAIGNS | _KIT
)
"""For those whose role has been granted the permission."""
