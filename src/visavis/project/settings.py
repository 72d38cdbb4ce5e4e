"""Settings. Everything an operator may set is an environment variable named VISAVIS_…"""

import sys

import pysqlite3

# The system's SQLite may carry the WAL-reset fault (3.7.0 to 3.51.2); this one does not.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

import secrets  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from visavis.base import data  # noqa: E402

from . import environment  # noqa: E402

try:
    env = environment.read()
except environment.BadEnvironmentError as error:
    raise ImproperlyConfigured(str(error)) from error
PACKAGE = Path(__file__).resolve().parent.parent


def _secret() -> str:
    """Read the signing secret of this data directory; before `init` has made one, a passing one."""
    file = data.secret_file()
    return file.read_text().strip() if file.exists() else secrets.token_urlsafe(50)


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = list(env.hosts)
# Off only for plain http on one's own machine and for onion addresses, which are encrypted already.
HTTPS = env.https
# "hour": editions come out once an hour, so that no page's time betrays who was on line. "at once": for a
# machine of one's own.
RELEASES = env.releases

# Hides used codes of authenticators: in memory alone, handed by `serve` to its workers.
PEPPER = env.pepper or secrets.token_hex(32)
# Codes up to this step of 30 seconds are refused: `serve` sets it where one may have been used before.
CODES_AFTER = env.codes_after

# Where readers find the site, "https://…"; empty: addresses for machines begin at the root.
ADDRESS = env.address

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "visavis.base",
    "visavis.safety",
    "visavis.sides",
    "visavis.people",
    "visavis.record",
    "visavis.cards",
    "visavis.library",
    "visavis.dialogue",
    "visavis.pauses",
    "visavis.discussions",
    "visavis.desk",
    "visavis.press",
    "visavis.project",
]
DEFAULT_AUTO_FIELD = "visavis.base.fields.RandomKey"

MIDDLEWARE = [
    "visavis.project.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "visavis.people.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "visavis.people.middleware.AccountMiddleware",
    "visavis.project.errors.MissingPages",
]
ROOT_URLCONF = "visavis.project.urls"
KINDS = "visavis.project.kinds.KINDS"
"""Where the tuple of all kinds of document is; a test may put a `Kinds` of its own here."""
POOL_OF = "visavis.people.places.pool_of"
"""What says in whose places a live page is made; the press itself knows no accounts."""
TYPED_FIELDS = "visavis.project.typed_fields.named"
"""The function that says which fields of forms are given back when a form cannot be kept."""
WSGI_APPLICATION = "visavis.press.serving.application"

SESSION_ENGINE = "visavis.people.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LIFE_COOKIE_NAME = "__Host-life" if HTTPS else "life"
# A cookie that outlives the browser would show anyone who takes the machine who was here at which second.
CSRF_COOKIE_AGE = None
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "visavis.project.errors.csrf_failure"
# Not no-referrer: browsers would send "Origin: null" with our own forms, and Django would refuse them.
SECURE_REFERRER_POLICY = "same-origin"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            PACKAGE / room / "templates"
            for room in (
                "project",
                "press",
                "desk",
                "dialogue",
                "pauses",
                "discussions",
                "library",
                "cards",
                "record",
                "pages",
                "people",
                "sides",
                "base",
            )
        ],
        "OPTIONS": {
            "environment": "visavis.base.templating.environment",
            "context_processors": ["visavis.project.announcements.announcements"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]]
if env.postgresql:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": env.postgresql.name,
            "USER": env.postgresql.user,
            "PASSWORD": env.postgresql.password,
            "HOST": env.postgresql.host,
            "PORT": env.postgresql.port,
            "OPTIONS": env.postgresql.options,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data.database_file(),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-20000; PRAGMA trusted_schema=OFF"
                ),
            },
        }
    }

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("az", "Azərbaycanca"),
    ("hy", "Հայերեն"),
    ("en", "English"),
    ("ru", "Русский"),
    ("fr", "Français"),
]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [("visavis", PACKAGE / "base" / "static")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # 200 rows of a translation, with a choice in each
DATA_UPLOAD_MAX_NUMBER_FILES = 2  # no form asks for more, and each takes memory
FILE_UPLOAD_HANDLERS = ["visavis.safety.uploads.HashedInPassing"]
# Nothing about a visitor is logged: no address, no path, no form. What fails is named by type and line.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bare": {"()": "visavis.safety.logs.OnlyTypeAndLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["bare"]}},
    "root": {"handlers": ["stderr"], "level": "ERROR"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
