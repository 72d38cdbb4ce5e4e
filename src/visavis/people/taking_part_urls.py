from django.urls import path

from .views import joining

app_name = "taking"
urlpatterns = [
    path("join/", joining.join, name="join"),
    path("join/code/", joining.code, name="join-code"),
    path("join/passphrase/", joining.passphrase, name="join-passphrase"),
    path("join/repeat/", joining.repeat, name="join-repeat"),
    path("join/done/", joining.done, name="join-done"),
]
