from django.urls import path

from . import views

app_name = "library"
urlpatterns = [
    path("", views.library, name="library"),
    path("new/", views.new_text, name="new-text"),
    path("draft/<slug:item>/", views.draft, name="draft"),
    path("draft/<slug:item>/details/", views.details, name="details"),
    path("draft/<slug:item>/add/", views.add_language, name="add-language"),
    path("draft/<slug:item>/propose/", views.propose, name="propose"),
    path("draft/<slug:item>/give-up/", views.give_up, name="give-up"),
    path("draft/<slug:item>/<slug:code>/words/", views.words, name="words"),
    path("draft/<slug:item>/<slug:code>/beside/", views.beside, name="beside"),
    path("draft/<slug:item>/<slug:code>/rows/", views.rows, name="rows"),
    path("draft/<slug:item>/<slug:code>/strike/", views.strike, name="strike"),
    path("draft/<slug:item>/<slug:code>/undo-strike/", views.undo_strike, name="undo-strike"),
    path("draft/<slug:item>/<slug:code>/take-away/", views.take_away, name="take-away"),
    path("text/<slug:item>/change/", views.change, name="change"),
    path("text/<slug:item>/translate/", views.translate, name="translate"),
    path("again/<slug:digest>/", views.draft_again, name="draft-again"),
]
