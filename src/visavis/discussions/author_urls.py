"""What a participant writes, below `/LANG/taking-part/`."""

from django.urls import path

from . import author_views as views
from . import heard_views as heard
from . import news_views as news

app_name = "writing"
urlpatterns = [
    path("discussions/", views.discussions, name="discussions"),
    path("discussions/<slug:item>/choose/", news.choose, name="choose"),
    path("discussions/tick-off/", news.tick_off, name="tick-off"),
    path("discussions/<slug:item>/write/", views.write, name="write"),
    path("contributions/<slug:item>/restate/", heard.restate, name="restate"),
    path("contributions/<slug:item>/restate/withdraw/", heard.take_back, name="take-back"),
    path("heard/", heard.all_heard, name="heard"),
    path("heard/<slug:item>/", heard.hear, name="hear"),
    path("words/", views.words, name="words"),
    path("words/draft/<int:slot>/", views.draft, name="draft"),
    path("words/draft/<int:slot>/preview/", views.preview, name="preview"),
    path("words/draft/<int:slot>/hand-in/", views.hand_in, name="hand-in"),
    path("words/draft/<int:slot>/give-up/", views.give_up, name="give-up"),
    path("words/again/<slug:digest>/", views.take_up, name="take-up"),
    path("words/<slug:item>/change/", views.change, name="change"),
    path("words/<slug:item>/withdraw/", views.withdraw, name="withdraw"),
]
