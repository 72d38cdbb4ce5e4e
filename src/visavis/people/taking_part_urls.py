"""The pages of those who take part, below `/LANG/taking-part/`."""

from django.urls import path

from .views import joining, own_account, taking_part, wishes

app_name = "taking"
urlpatterns = [
    path("", taking_part.my_page, name="home"),
    path("sign-in/", taking_part.sign_in, name="sign-in"),
    path("sign-out/", taking_part.sign_out, name="sign-out"),
    path("stay/", taking_part.stay, name="stay"),
    path("leave-quickly/", taking_part.leave_quickly, name="leave-quickly"),
    path("join/", joining.join, name="join"),
    path("join/code/", joining.code, name="join-code"),
    path("join/passphrase/", joining.passphrase, name="join-passphrase"),
    path("join/repeat/", joining.repeat, name="join-repeat"),
    path("join/done/", joining.done, name="join-done"),
    path("account/", own_account.account, name="account"),
    path("join/wishes/", joining.wishes, name="join-wishes"),
    path("detained/", wishes.by_paper, name="by-paper"),
    path("back/", wishes.back, name="back"),
    path("account/hidden/", own_account.hidden_words, name="hidden"),
    path("account/wishes/", wishes.instruction, name="instruction"),
    path("account/paper/", wishes.paper, name="paper"),
    path("account/leave/", own_account.leave, name="leave"),
    path("account/passphrase/", own_account.renew_passphrase, name="renew-passphrase"),
    path("account/passphrase/words/", own_account.renew_words, name="renew-words"),
]
