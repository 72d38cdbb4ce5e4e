"""What is new for somebody, on "My page"; they tick it off, and choose of which discussions they see it."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from visavis.base.languages import day_in
from visavis.base.my_page import Section
from visavis.cards import public as cards
from visavis.kinds.passages import Line
from visavis.people.access import participant_required
from visavis.people.http import ParticipantRequest
from visavis.record.public import current_charter
from visavis.signing.charter import Charter

from . import news, previews, queries, reading
from .news import New
from .pages import AT, CONTRIBUTIONS

TEMPLATE = "discussions/taking_part/news.html"


@dataclass(frozen=True)
class NewsEntry:
    """One new contribution on the page: whose it is, how it begins, and where readers find it."""

    who: str
    begins: Line
    day: str
    address: str
    discussion: tuple[str, str] | None
    is_to_you: bool


@dataclass(frozen=True)
class ShownNews:
    """What the section shows. ``more`` has address, title and number of what is not named."""

    entries: tuple[NewsEntry, ...]
    more: tuple[tuple[str, tuple[str, str] | None, int], ...]
    lines: tuple[str, ...]


def section(request: HttpRequest) -> Section | None:
    """Return what is new for the participant of this request, or None where there is no charter yet."""
    charter = current_charter()
    if charter is None:
        return None
    found = news.news_for(cast("ParticipantRequest", request).participant)
    language = get_language() or "en"
    titles = queries.titles_of(
        {each.discussion for each in found.shown} | set(found.more), language=language
    )
    entries = tuple(_entry(each, titles, charter, language) for each in found.shown)
    more = tuple(
        (previews.public_address(item, AT), titles.get(item), n) for item, n in found.more.items()
    )
    return Section(TEMPLATE, ShownNews(entries, more, found.lines))


@participant_required
@require_POST
def tick_off(request: ParticipantRequest) -> HttpResponse:
    """What the page showed is not shown again."""
    lines = request.POST.getlist("seen")
    news.tick_off(request.participant, lines, today=timezone.now().date())
    return redirect(f"{reverse('taking:home')}#new")


@participant_required
@require_POST
def choose(request: ParticipantRequest, item: str) -> HttpResponse:
    """What is new in this discussion is shown from now on, or is not."""
    news.choose(
        request.participant,
        item,
        is_wanted=request.POST.get("wanted") == "yes",
        today=timezone.now().date(),
    )
    return redirect(f"{reverse('writing:discussions')}#d-{item}")


def _entry(
    each: New, titles: dict[str, tuple[str, str]], charter: Charter, language: str
) -> NewsEntry:
    side = each.document.side or ""
    name = previews.side_name(side, charter, language)
    who = (
        cards.byline_of(each.card, side=side, charter=charter, name=name, language=language)
        if each.card
        else cards.nobody(name)
    )
    return NewsEntry(
        who=previews.title_of(who),
        begins=reading.title_of_contribution(each.body, language),
        day=day_in(each.document.day, language=language),
        address=previews.public_address(each.document.id, CONTRIBUTIONS),
        discussion=titles.get(each.discussion),
        is_to_you=each.is_to_you,
    )
