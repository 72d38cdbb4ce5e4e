"""An editor who is frozen or removed in the middle of an act commits nothing of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client

import editors
from visavis.people import actions
from visavis.people.models import Account, Invitation
from visavis.people.views import editors as views

pytestmark = pytest.mark.django_db(transaction=True)
INVITE = "/en/desk/editors/invite/"


@pytest.mark.parametrize("meanwhile", ["nothing", "freeze", "remove"])
def test_an_editor_who_is_let_go_meanwhile_commits_nothing(
    shared_by_threads: None, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """The act has been let in at the door, and waits, as behind a slow passphrase; then its turn comes."""
    is_in, may_go_on = threading.Event(), threading.Event()
    real = actions.invite

    def slow(**given: object) -> object:
        is_in.set()
        assert may_go_on.wait(20)
        return real(**given)  # type: ignore[arg-type]

    with time_machine.travel(editors.NOW, tick=False):
        nadia = editors.joined(editors.found().codes["az"]).account
        leyla = editors.joined(editors.invited(nadia), label="Leyla").account
        browser = editors.signed_in(leyla)
        monkeypatch.setattr(views.actions, "invite", slow)

        def act(client: Client) -> int:
            try:
                return client.post(INVITE).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(act, browser)
            assert is_in.wait(20)
            if meanwhile == "freeze":
                editors.frozen(nadia, leyla.pk)
            elif meanwhile == "remove":
                editors.removed(nadia, account_id=leyla.pk)
            may_go_on.set()
            status = answer.result()
    assert (status, Invitation.objects.count()) == (
        (200, 1) if meanwhile == "nothing" else (302, 0)
    )
    assert Account.objects.filter(pk=nadia.pk).exists()


def test_an_act_of_several_writes_is_asked_about_once() -> None:
    """The question costs one look-up an act, not one a row."""
    from django.test.utils import CaptureQueriesContext

    with time_machine.travel(editors.NOW, tick=False):
        nadia = editors.joined(editors.found().codes["az"]).account
        leyla = editors.joined(editors.invited(nadia), label="Leyla").account
        browser = editors.signed_in(nadia)
        with CaptureQueriesContext(connection) as queries:
            form = {"key": "no", "passphrase": editors.PASSPHRASES[nadia.pk].reveal()}
            browser.post(f"/en/desk/editors/{leyla.pk}/freeze/", form)
    asked = [q for q in queries if 'SELECT 1 AS "a" FROM "people_account"' in q["sql"]]
    wrote = [q for q in queries if q["sql"].startswith(("UPDATE", "DELETE", "INSERT"))]
    assert len(wrote) > 1
    assert len(asked) == 1
