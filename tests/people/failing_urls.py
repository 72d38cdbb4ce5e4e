"""An address at which the site itself fails, with the visitor's own words in the error."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from visavis.people.access import public_desk_page
from visavis.project import errors


@public_desk_page
def fails(request: HttpRequest, word: str) -> HttpResponse:
    raise ValueError(f"{word} {request.headers}")


urlpatterns = [path("fails/<str:word>/", fails)]
handler500 = errors.server_error
