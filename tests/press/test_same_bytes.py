"""The same documents give the same bytes on another machine: other locale, time zone, hash seed (C35)."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SITE = """
import sys, django
sys.path[:0] = [{here!r}, {tests!r}]
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import cast
import reading
from printing import a_little_site, set_up
from visavis.safety.reading import reading_as
with reading_as(reading.everybody):
    a_little_site(set_up(cast.a_charter()))
"""
PRESS = """
import django
django.setup()
from datetime import UTC, datetime
from visavis.press.actions import release_edition
release_edition(datetime(2030, 5, 16, tzinfo=UTC), full=True)
"""
ELSEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANGUAGE": "hy"},
)


def run(program: str, data: Path, **more: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        "VISAVIS_DATA": str(data),
        **more,
    }
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, env=environment)


def node(data: Path) -> str:
    root = json.loads((data / "public/record/manifest.json").read_bytes())
    return str(root.get("root", root)["node"])


def test_every_machine_makes_the_same_edition(data: Path) -> None:
    data.mkdir()
    run(SITE.format(here=str(HERE), tests=str(HERE.parent)), data)
    here = node(data)
    for elsewhere in ELSEWHERE:
        run(PRESS, data, **elsewhere)
        assert node(data) == here
