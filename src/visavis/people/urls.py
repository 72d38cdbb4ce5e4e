from django.urls import path

from .views import account, batches, coming_in, editors, keys, participants

app_name = "people"
urlpatterns = [
    path("sign-in/", coming_in.sign_in, name="sign-in"),
    path("sign-out/", coming_in.sign_out, name="sign-out"),
    path("stay/", coming_in.stay, name="stay"),
    path("set-up/", coming_in.set_up, name="set-up"),
    path("set-up/passphrase/", coming_in.passphrase, name="set-up-passphrase"),
    path("set-up/words/", coming_in.words, name="set-up-words"),
    path("set-up/authenticator/", coming_in.authenticator, name="set-up-authenticator"),
    path("set-up/authenticator.png", coming_in.picture, name="set-up-picture"),
    path("key/", keys.key, name="key"),
    path("key/new/", keys.new_key, name="new-key"),
    path("key/new/recovery.key", keys.recovery_file, name="recovery-file"),
    path("key/new/keep/", keys.keep_key, name="keep-key"),
    path("account/", account.account, name="account"),
    path("account/passphrase/", account.renew_passphrase, name="renew-passphrase"),
    path("account/passphrase/words/", account.renew_words, name="renew-words"),
    path("account/authenticator/", account.renew_authenticator, name="renew-authenticator"),
    path("account/authenticator.png", account.renew_picture, name="renew-picture"),
    path("participants/<str:card>/stop/", participants.stop, name="stop"),
    path("editors/", editors.editors, name="editors"),
    path("editors/invite/", editors.invite, name="invite"),
    path("editors/withdraw/", editors.withdraw_invitations, name="withdraw-invitations"),
    path("editors/invitations/<str:code_hash>/", editors.let_count, name="let-count"),
    path(
        "editors/invitations/<str:code_hash>/statement.json",
        editors.statement_about_code,
        name="statement-about-code",
    ),
    path("invitations/", batches.invitations, name="invitations"),
    path("invitations/cards/", batches.cards, name="cards"),
    path("invitations/address.png", batches.picture, name="join-picture"),
    path("invitations/<str:batch_id>/void/", batches.make_void, name="void-batch"),
    path("editors/<str:account_id>/keep/", editors.keep, name="keep"),
    path("editors/<str:account_id>/<str:act>/statement.json", editors.statement, name="statement"),
    path("editors/<str:account_id>/remove/", editors.remove, name="remove"),
    path("editors/<str:account_id>/freeze/", editors.freeze, name="freeze"),
    path("editors/<str:account_id>/let-read/", editors.let_read, name="let-read"),
    path("editors/<str:account_id>/unfreeze/", editors.unfreeze, name="unfreeze"),
]
