"""A desk that signs on its own machine: no page asks for a passphrase, and files are enough for all of it."""

import json

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

import cast
import desks as stage
from visavis.desk.rules import DeskRefusal
from visavis.desk.wording import SENTENCES
from visavis.record import queries as record
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.sides.models import Side
from visavis.signing.key_commands import key
from visavis.signing.key_files import KeyFile
from visavis.signing.key_files import _label as label_of
from visavis.signing.keys import Purpose
from visavis.signing.sealing import seal
from visavis.signing.several import read_closings, read_documents
from visavis.signing.signatures import sign_document
from visavis.signing.vault import PublicLine

pytestmark = pytest.mark.django_db
HOME, TEXTS = "/en/desk/", "/en/desk/pause/texts/"
PHRASE = "a passphrase that the server never sees"
ASKED = 'type="password"'


@pytest.fixture
def elsewhere(desks):
    """The key of hy is on its own machine; that of az is on the server."""
    Side.objects.filter(pk="hy").update(sealed_key="")
    return desks


def signed_there(desks, tmp_path, content, *options, given=""):
    """Return what `visavis key sign` writes on the desk's own machine, and what it shows."""
    private = desks.site.key("hy")
    sealed = seal(private.seed, passphrase=PHRASE, label=label_of(private.public))
    (tmp_path / "desk.key").write_bytes(KeyFile(PublicLine.of(private), sealed).data)
    (tmp_path / "given.json").write_bytes(content)
    out = tmp_path / "out.json"
    out.unlink(missing_ok=True)
    arguments = ["sign", tmp_path / "given.json", "--key", tmp_path / "desk.key", "--out", out]
    result = CliRunner().invoke(
        key, [*map(str, arguments), *options], input=f"{given}{PHRASE}\n", catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return out.read_bytes(), result.output


def as_upload(content):
    return {"signature_file": SimpleUploadedFile("it.json", content)}


def waiting(desks, n):
    site = desks.site
    return [
        cast.propose(cast.a_question(site, text=f"Whose well is it, {k}?"), by="az", site=site)
        for k in range(n)
    ]


def test_no_page_asks_for_a_passphrase_where_no_key_is_kept(elsewhere):
    proposed = waiting(elsewhere, 2)[0]
    opened = cast.open_(cast.an_article(elsewhere.site, side="hy"), elsewhere.site)
    own = cast.propose(cast.a_question(elsewhere.site), by="hy", site=elsewhere.site)
    pages = (
        f"{HOME}read/{proposed.digest}/", f"{HOME}read/{own.digest}/", f"{HOME}sign/",
        f"{HOME}close/{opened.digest}/", f"{HOME}closings/", HOME,
    )  # fmt: skip
    for address in pages:
        assert ASKED not in elsewhere.page("hy", address), address
    for address in (pages[0], *pages[2:4]):  # and the other desk, whose key is here, is asked
        assert ASKED in elsewhere.page("az", address), address
        shown = elsewhere.page("hy", address)
        assert shown.index('type="file"') < shown.index("<textarea"), address


def test_after_the_waiting_time_no_passphrase_is_asked_for_either(elsewhere):
    own = cast.propose(cast.a_question(elsewhere.site), by="hy", site=elsewhere.site)
    with elsewhere.on(stage.after(40)):
        page = elsewhere.page("hy", f"{HOME}read/{own.digest}/")
        assert "Propose it as our own" in page
        assert ASKED not in page


def test_the_first_charter_is_signed_with_a_file_alone(db):
    with stage.on(stage.DAY):
        desks = stage.at_work(with_charter=False)
        Side.objects.filter(pk="hy").update(sealed_key="")
        assert ASKED not in desks.page("hy", f"{HOME}charter/")
        assert ASKED in desks.page("az", f"{HOME}charter/")


def test_a_new_key_is_not_made_with_an_old_one_that_is_elsewhere(elsewhere):
    assert "Make a new key here" not in elsewhere.page("hy", f"{HOME}charter/")
    answer = elsewhere.post("hy", f"{HOME}charter/new-key/", {"why": "renewal"})
    assert answer["Location"] == f"{HOME}charter/"


def test_several_are_read_and_signed_with_one_file_each_way(elsewhere, tmp_path):
    documents = waiting(elsewhere, 3)
    content = elsewhere.client["hy"].get(f"{HOME}sign/documents.json").content
    assert {each.document.digest for each in read_documents(content)} == {
        each.digest for each in documents
    }
    signatures, said = signed_there(elsewhere, tmp_path, content, given="y\nn\ny\n")
    assert said.count("Sign these exact words?") == 3
    assert all(f"Whose well is it, {k}?" in said for k in range(3))
    done = elsewhere.post("hy", f"{HOME}sign/", as_upload(signatures))
    assert done["Location"] == f"{HOME}?done=signed"
    agreed = {row["digest"] for row in json.loads(signatures)["signatures"]}
    assert len(agreed) == 2
    for each in documents:
        keyed = {signature.side for signature in record.signatures_of(each.digest)}
        assert keyed == ({"hy"} if each.digest in agreed else set())


def test_one_bad_signature_among_several_turns_no_key(elsewhere, tmp_path):
    documents = waiting(elsewhere, 2)
    content = elsewhere.client["hy"].get(f"{HOME}sign/documents.json").content
    signatures, _ = signed_there(elsewhere, tmp_path, content, "--yes")
    broken = json.loads(signatures)
    broken["signatures"][1]["signature"] = broken["signatures"][0]["signature"]
    refused = elsewhere.post("hy", f"{HOME}sign/", as_upload(json.dumps(broken).encode()))
    assert refused.status_code == 409
    assert str(SENTENCES[DeskRefusal.NOT_A_SIGNATURE]) in refused.content.decode()
    assert not any(record.signatures_of(each.digest) for each in documents)
    assert elsewhere.post("hy", f"{HOME}sign/", as_upload(signatures)).status_code == 302


def test_what_is_ticked_is_what_is_signed_also_with_a_file(elsewhere, tmp_path):
    documents = waiting(elsewhere, 2)
    content = elsewhere.client["hy"].get(f"{HOME}sign/documents.json").content
    signatures, _ = signed_there(elsewhere, tmp_path, content, "--yes")
    ticked = {"digest": documents[0].digest, **as_upload(signatures)}
    assert elsewhere.post("hy", f"{HOME}sign/", ticked).status_code == 409
    assert not any(record.signatures_of(each.digest) for each in documents)


def test_the_file_holds_nothing_that_the_desk_may_not_read(elsewhere):
    site = elsewhere.site
    question = cast.open_(cast.a_question(site), site)
    cast.propose(cast.an_answer(site, to=question, side="az"), by="az", site=site)
    assert elsewhere.client["hy"].get(f"{HOME}sign/documents.json").status_code == 404
    own = waiting(elsewhere, 1)[0]
    content = elsewhere.client["hy"].get(f"{HOME}sign/documents.json").content
    assert [each.document.digest for each in read_documents(content)] == [own.digest]


@pytest.fixture
def own(elsewhere):
    """Three texts in the name of hy, and one of az."""
    return [
        cast.open_(cast.an_article(elsewhere.site, side=side), elsewhere.site)
        for side in ("hy", "hy", "hy", "az")
    ]


def test_what_is_ticked_is_closed_with_one_file_each_way(elsewhere, own, tmp_path):
    digests = [each.digest for each in own]
    assert elsewhere.page("hy", TEXTS).count('type="checkbox"') == 3
    assert ASKED not in elsewhere.page("hy", TEXTS)
    for ticked in ([], digests[2:]):  # nothing, or another side's text among them
        given = {"act": "download", "digest": ticked}
        assert elsewhere.post("hy", TEXTS, given).status_code == 409
    content = noted(elsewhere, digests[:3])
    signatures, said = signed_there(elsewhere, tmp_path, content, given="y\ny\nn\n")
    assert said.count("This is a closing") == 3
    assert said.count("Առաջին։") == 3, "the words are read"
    for each in own[:3]:
        assert each.digest in said
    agreed = [row["digest"] for row in json.loads(signatures)["signatures"]]
    assert len(agreed) == 2
    refused = elsewhere.post("hy", TEXTS, {"digest": digests[:3], **as_upload(signatures)})
    assert refused.status_code == 409, "what is ticked and what is signed are the same"
    assert states(own) == [State.OPEN] * 4
    assert elsewhere.post("hy", TEXTS, as_upload(signatures)).status_code == 302
    assert sorted(states(own[:3])) == [State.CLOSED, State.CLOSED, State.OPEN]
    # Handed in once more it does nothing, and a colleague who was faster keeps none of the others.
    content = noted(elsewhere, [each.digest for each in own[:3] if state_of(each) is State.OPEN])
    last, _ = signed_there(elsewhere, tmp_path, content, "--yes")
    rows = [*json.loads(signatures)["signatures"], json.loads(last)]
    both = json.dumps({**json.loads(signatures), "signatures": rows}).encode()
    assert elsewhere.post("hy", TEXTS, as_upload(both)).status_code == 302
    assert states(own) == [State.CLOSED] * 3 + [State.OPEN]
    assert elsewhere.post("hy", TEXTS, as_upload(both)).status_code == 302


def test_attack_no_signature_for_other_words_closes_own_ones(elsewhere, own, tmp_path):
    """Another desk's key, a signature for opening, yesterday's note: nothing of the file is done."""
    content = noted(elsewhere, [each.digest for each in own[:2]])
    good, _ = signed_there(elsewhere, tmp_path, content, "--yes")
    rows = json.loads(good)["signatures"]
    other, opening = elsewhere.site.key("az"), elsewhere.site.key("hy")
    forged = [
        {
            **rows[1],
            "public_key": other.public.hex,
            "signature": other.sign(rows[1]["digest"], purpose=Purpose.CLOSING),
        },
        {**rows[1], "signature": opening.sign(rows[1]["digest"], purpose=Purpose.DOCUMENT)},
        {**rows[1], "digest": own[0].digest},
        json.loads(sign_document(own[1], key=opening).data),
    ]
    files = [json.dumps({**json.loads(good), "signatures": [rows[0], row]}) for row in forged]
    for file in (*files, "{}", '{"format": "visavis-signatures-1", "signatures": []}', "[]"):
        assert elsewhere.post("hy", TEXTS, as_upload(file.encode())).status_code == 409, file
        assert states(own) == [State.OPEN] * 4
    with elsewhere.on(stage.after(1)):
        assert elsewhere.post("hy", TEXTS, as_upload(good)).status_code == 409
    assert states(own) == [State.OPEN] * 4
    assert elsewhere.post("hy", TEXTS, as_upload(good)).status_code == 302  # the control


def test_attack_no_note_is_signed_beside_words_that_it_does_not_close(elsewhere, own):
    """A server that lies shows one text, and has another one's note signed."""
    content = json.loads(noted(elsewhere, [each.digest for each in own[:2]]))
    first, second = content["closings"]
    swapped = [{**first, "document": second["document"]}, {**second, "document": first["document"]}]
    for rows in (swapped, [first, {**second, "document": None}], [first, {"note": "{}"}], []):
        lies = json.dumps({**content, "closings": rows}).encode()
        with pytest.raises(ValueError, match=r"note|closings|text"):
            read_closings(lies)
    assert len(read_closings(json.dumps(content).encode())) == 2  # the control


def noted(desks, digests):
    answer = desks.post("hy", TEXTS, {"act": "download", "digest": digests})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="closings.json"'
    return answer.content


def state_of(document):
    return State(Row.objects.get(digest=document.digest).state)


def states(documents):
    return [state_of(each) for each in documents]


def test_a_closing_is_signed_by_the_same_command(elsewhere, tmp_path):
    opened = cast.open_(cast.an_article(elsewhere.site, side="hy"), elsewhere.site)
    address = f"{HOME}close/{opened.digest}/"
    note = elsewhere.client["hy"].get(f"{address}note/").content
    signature, said = signed_there(elsewhere, tmp_path, note, given="y\n")
    assert opened.digest in said
    assert "This is a closing" in said
    assert elsewhere.post("hy", address, as_upload(signature)).status_code == 302
    assert State(Row.objects.get(digest=opened.digest).state) is State.CLOSED
