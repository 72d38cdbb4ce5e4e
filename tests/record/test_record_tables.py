"""What is not written down cannot be taken away: no person and no hour is in these tables."""

from datetime import date

import pytest
from django.apps import apps
from django.db import models as fields

import cast
from cast import DAY, a_charter, a_question, an_article, found, open_, propose
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.record import actions, models, public, queries
from visavis.record.rules import RefusalReason

TABLES = list(apps.get_app_config("record").get_models())


def test_no_table_names_anyone_who_may_sign_in() -> None:
    assert len(TABLES) == 11
    for table in TABLES:
        for field in table._meta.get_fields():
            if field.is_relation:
                assert field.related_model in TABLES, f"{table.__name__}.{field.name}"
    words = ("account", "editor", "user", "person", "author", "who", "session", "address", "agent")
    names = {field.name for table in TABLES for field in table._meta.get_fields()}
    assert not {name for name in names if any(word in name for word in words)}


def test_no_time_is_finer_than_a_day_but_when_a_closing_or_a_pause_lapses() -> None:
    times = {
        f"{table.__name__}.{field.name}"
        for table in TABLES
        for field in table._meta.get_fields()
        if isinstance(field, fields.DateTimeField | fields.TimeField | fields.DurationField)
    }
    assert times == {"Closing.reopens_at", "Pause.ends_at"}


def test_no_act_is_told_who_acts() -> None:
    from inspect import signature

    acts = [actions.propose, actions.turn_key, actions.refuse, actions.withdraw, actions.take_down]
    taken = {name for act in (*acts, actions.propose_alone) for name in signature(act).parameters}
    assert taken == {
        "document", "by", "today", "digest", "side", "public_key", "signature", "reason", "note", "at",
        "asked", "seat", "drafted", "of_draft", "is_urgent",
    }  # fmt: skip


@pytest.mark.django_db
def test_two_desks_draft_one_item_and_neither_learns_of_the_other() -> None:
    for side in ("az", "hy"):
        actions.keep_draft(
            item="a" * 32, kind="news", side=side, shape="", body={"words": side}, today=DAY
        )
    assert queries.draft_for("az", "a" * 32).body == {"words": "az"}
    assert [draft.side for draft in queries.drafts_of("hy", kinds=["news"])] == ["hy"]
    assert queries.drafts_of("hy", kinds=["term"]) == []
    actions.give_up_draft(item="a" * 32, side="az")
    with pytest.raises(NotFound):
        queries.draft_for("az", "a" * 32)
    with pytest.raises(NotFound):
        actions.give_up_draft(item="a" * 32, side="az")
    assert queries.draft_for("hy", "a" * 32).body == {"words": "hy"}


@pytest.mark.django_db
def test_a_draft_is_written_over_and_gone_when_it_is_proposed() -> None:
    site = a_charter()
    found(site)
    text = an_article(site)
    for n in range(3):
        actions.keep_draft(
            item=text.id,
            kind="article",
            side="az",
            shape="text-1",
            body={"n": n},
            today=date(2030, 5, 10 + n),
        )
    (draft,) = queries.drafts_of("az")
    assert (draft.body, draft.made_on) == ({"n": 2}, date(2030, 5, 10))
    propose(text, site=site)
    assert queries.drafts_of("az") == []


@pytest.mark.django_db
def test_a_desk_reads_a_missing_and_a_hidden_document_alike() -> None:
    site = a_charter()
    found(site)
    mine = propose(an_article(site), by="az", site=site)
    for side in ("az", "hy"):
        assert queries.proposal_for(side, mine.digest).document == mine
    actions.withdraw(digest=mine.digest, side="az")
    for digest in (mine.digest, "0" * 64):
        for side in ("az", "hy"):
            with pytest.raises(NotFound):
                queries.proposal_for(side, digest)
    refused = propose(an_article(site), by="az", site=site)
    actions.refuse(digest=refused.digest, side="hy", reason=RefusalReason.FACTS, today=DAY)
    with pytest.raises(NotFound):
        queries.proposal_for("hy", refused.digest)


@pytest.mark.django_db
def test_reading_costs_no_more_queries_for_more_documents(
    django_assert_max_num_queries: object,
) -> None:
    from cast import a_translation, turn

    site = a_charter()
    found(site)
    text = open_(an_article(site), site)
    for _ in range(12):
        open_(a_translation(site, of=text, language="en", side="az"), site)
        turn(propose(a_question(site), site=site), "az", site=site)
        gone = propose(an_article(site), site=site)
        actions.refuse(digest=gone.digest, side="hy", reason=RefusalReason.LAW, today=DAY)
    charter = public.current_charter()
    counted = django_assert_max_num_queries
    with counted(2):  # type: ignore[operator]
        assert len(public.open_subject(text.id, charter=charter)) == 13
    with counted(2):  # type: ignore[operator]
        assert len(queries.proposals_for("hy", charter=charter)) == 12
    with counted(4):  # type: ignore[operator]
        glance = queries.glance_for("az", charter=charter)
    assert [len(glance.theirs), len(glance.opened), len(glance.refused)] == [12, 13, 12]


@pytest.mark.django_db
def test_subjects_asked_for_together_are_what_each_is_alone(
    django_assert_max_num_queries: object,
) -> None:
    site = a_charter()
    found(site)
    texts = [open_(an_article(site), site).id for _ in range(4)]
    charter = public.current_charter()
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        together = public.open_together([*texts, "nothing"], charter=charter)
    assert together == {each: public.open_subject(each, charter=charter) for each in together}
    assert together["nothing"] == ()
    assert all(together[text] for text in texts)


@pytest.mark.django_db
def test_what_changes_after_the_press_looked_is_kept_for_the_next_edition() -> None:
    site = a_charter()
    found(site)
    first = open_(an_article(site), site)
    seen = public.changed()
    assert first.id in seen.subjects
    second = open_(an_article(site), site)
    public.forget_changed(seen.rows)
    assert public.changed().subjects == {second.id}
    public.forget_changed(public.changed().rows)
    assert public.changed() == public.ChangedSubjects(subjects=frozenset())


@pytest.mark.django_db
def test_a_new_charter_changes_every_page() -> None:
    from test_charter_succession import rotate

    from cast import with_new_key

    site = a_charter()
    found(site)
    texts = {open_(an_article(site), site).id for _ in range(3)}
    public.forget_changed(public.changed().rows)
    rotate(site, with_new_key(site, "az"))
    assert public.changed().subjects == texts | {site.site}


@pytest.mark.django_db
def test_subjects_come_in_one_order_each_once() -> None:
    from cast import a_translation

    site = a_charter()
    found(site)
    texts = [open_(an_article(site), site) for _ in range(5)]
    open_(a_translation(site, of=texts[0], language="en", side="az"), site)
    waiting = propose(an_article(site), site=site)
    kinds = ["article", "translation"]
    assert list(public.open_subjects(kinds=kinds)) == sorted(text.id for text in texts)
    assert waiting.id not in set(public.open_subjects(kinds=list(cast.POLICY)))
    with pytest.raises(Refused):
        propose(waiting, site=site)
    assert models.Document.objects.count() == 8
