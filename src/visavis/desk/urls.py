from django.urls import path

from .views import charter, closing, contributions, earlier, home, pause, reading, signing

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign/", signing.sign_several, name="sign-several"),
    path("sign/documents.json", signing.several_documents, name="several-documents"),
    path("contributions/", contributions.contributions, name="contributions"),
    path("contributions/open/", contributions.opened, name="open-contributions"),
    path("contributions/seen-to/", contributions.seen_to, name="seen-to"),
    path("contributions/<slug:digest>/no/", contributions.leave_unopened, name="leave-unopened"),
    path(
        "contributions/documents.json",
        contributions.documents,
        name="contribution-documents",
    ),
    path("read/<slug:digest>/", reading.read, name="read"),
    path("read/<slug:digest>/bytes/", reading.document_bytes, name="bytes"),
    path("read/<slug:digest>/turn-key/", signing.turn_key, name="turn-key"),
    path("read/<slug:digest>/refuse/", signing.refuse, name="refuse"),
    path("read/<slug:digest>/withdraw/", signing.withdraw, name="withdraw"),
    path("read/<slug:digest>/alone/", signing.stand_alone, name="stand-alone"),
    path("draft/<slug:item>/earlier/", earlier.earlier, name="earlier"),
    path("close/<slug:digest>/", closing.take_down, name="take-down"),
    path("close/<slug:digest>/note/", closing.note_bytes, name="closing-note"),
    path("pause/", pause.pause, name="pause"),
    path("pause/texts/", pause.own_texts, name="own-texts"),
    path("pause/<slug:digest>/end/", pause.end, name="end-pause"),
    path("closings/", closing.closings, name="closings"),
    path("closings/notes.jsonl", closing.closings_file, name="closings-file"),
    path("charter/", charter.charter, name="charter"),
    path("charter/first.json", charter.first_charter_bytes, name="first-charter-bytes"),
    path("charter/sign/", charter.sign_charter, name="sign-charter"),
    path("charter/kinds/", charter.propose_kinds, name="propose-kinds"),
    path("charter/new-key/", charter.new_key, name="new-key"),
    path("charter/new-key/recovery.key", charter.recovery_file, name="recovery-file"),
    path("charter/new-key/propose/", charter.propose_key, name="propose-key"),
    path("charter/take-back/", charter.take_back_recovery, name="take-back-recovery"),
    path("charter/brought-key/", charter.brought_key, name="brought-key"),
]
