import pytest

from smsbot.core.editorial.roles import GRANTS, Permission, Role, may


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_answers_and_figures(role: Role) -> None:
    assert may(role, Permission.SEE_ANSWERS)
    assert may(role, Permission.SEE_DASHBOARD)


def test_only_an_admin_looks_after_accounts() -> None:
    assert [role for role in Role if may(role, Permission.MANAGE_STAFF)] == [Role.ADMIN]


def test_a_role_that_the_table_does_not_know_may_do_nothing() -> None:
    assert not any(may("owner", permission) for permission in Permission)  # type: ignore[arg-type]


def test_every_permission_is_granted_to_somebody() -> None:
    assert frozenset().union(*GRANTS.values()) == set(Permission)
