"""When this room is loaded it says where a participant writes, what waits for them and what goes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    """The room of discussions."""

    name = "visavis.discussions"

    def ready(self) -> None:
        from visavis.base import my_page
        from visavis.people import leaving
        from visavis.record import withheld
        from visavis.safety import housekeeping

        from . import deciding, heard, heard_queries, news_views, translating, waiting, writing

        my_page.add_to_menu("writing:discussions", _("Discussions"), place=20)
        my_page.add_to_menu("writing:heard", _("Hearing one another"), place=25)
        my_page.add_to_menu("writing:words", _("My words"), place=30)
        my_page.add_to_menu("translating:own", _("My translations"), place=35)
        housekeeping.each_day(
            "discussions", lambda today: deciding.forget_what_is_past(today=today)
        )
        my_page.show("discussions", waiting.for_author)
        my_page.show_section("discussions", news_views.section)
        leaving.register(
            "discussions", waiting=writing.withdraw_on_leaving, opened=writing.close_open
        )
        leaving.register(
            "discussions-heard", waiting=heard.take_back_on_leaving, opened=heard.close_open
        )
        housekeeping.each_day(
            "discussions-heard", lambda today: heard.forget_what_is_past(today=today)
        )
        withheld.register("discussions-heard", heard_queries.is_withheld)
        leaving.register(
            "translations",
            waiting=translating.withdraw_on_leaving,
            opened=translating.close_open,
        )
