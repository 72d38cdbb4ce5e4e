from django.urls import path

from . import heard_desk_views as heard
from . import views

app_name = "discussions"
urlpatterns = [
    path("", views.discussions, name="all"),
    path("new/", views.new, name="new"),
    path("draft/<slug:item>/", views.draft, name="draft"),
    path("draft/<slug:item>/preview/", views.preview, name="preview"),
    path("draft/<slug:item>/propose/", views.propose, name="propose"),
    path("draft/<slug:item>/give-up/", views.give_up, name="give-up"),
    path("again/<slug:digest>/", views.draft_again, name="draft-again"),
    path("heard/", heard.waiting, name="heard"),
    path("heard/<slug:item>/hand-on/", heard.hand_on, name="hand-on"),
    path("heard/<slug:item>/answer/", heard.answer, name="answer"),
    path("<slug:item>/", views.discussion, name="discussion"),
    path("<slug:item>/change/", views.change, name="change"),
]
