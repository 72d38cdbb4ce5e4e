from django.urls import path

from . import inviting_views as inviting
from . import views

app_name = "dialogue"
urlpatterns = [
    path("", views.questions, name="questions"),
    path("new/", views.new_question, name="new-question"),
    path("draft/<slug:item>/", views.draft_question, name="draft-question"),
    path("draft/<slug:item>/preview/", views.preview_question, name="preview-question"),
    path("draft/<slug:item>/propose/", views.propose_question, name="propose-question"),
    path("draft/<slug:item>/give-up/", views.give_up_question, name="give-up-question"),
    path("again/<slug:digest>/", views.draft_question_again, name="draft-question-again"),
    path("<slug:item>/", views.question, name="question"),
    path("<slug:item>/change/", views.change_question, name="change-question"),
    path("<slug:item>/closing-day/", views.propose_later_deadline, name="propose-later-deadline"),
    path("<slug:item>/empty-chairs/", views.propose_empty_chairs, name="propose-empty-chairs"),
    path("<slug:item>/invite/", inviting.invite, name="invite"),
    path("<slug:item>/invite/take-back/", inviting.take_back, name="take-invitation-back"),
    path("<slug:item>/answer/leave-unopened/", inviting.leave_unopened, name="leave-unopened"),
    path("<slug:item>/answer/", views.draft_answer, name="draft-answer"),
    path("<slug:item>/answer/preview/", views.preview_answer, name="preview-answer"),
    path("<slug:item>/answer/propose/", views.propose_answer, name="propose-answer"),
    path("<slug:item>/answer/give-up/", views.give_up_answer, name="give-up-answer"),
    path("<slug:item>/answer/take-back/", views.take_back_answer, name="take-back-answer"),
    path("<slug:item>/answer/correct/", views.correct_answer, name="correct-answer"),
]
