"""One page, two servers: `visavis serve` and nginx take turns on one core, wrk asks from the other."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from benchmarks.machine import middle
from benchmarks.world import AT, founded, question
from visavis.base import data
from visavis.press.actions import release_edition
from visavis.press.addresses import short
from visavis.sides.models import Site

PARAGRAPHS, WORDS = 50, 60
ROUNDS, SECONDS, CONNECTIONS = 7, 3, 16
OURS, THEIRS = 8461, 8462
CONFIGURATION = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types;
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; gzip_static on;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {site}; index index.html; etag on; }}
}}
"""


def main() -> int:
    missing = [program for program in ("nginx", "wrk", "taskset") if not shutil.which(program)]
    if missing:
        print(f"  not measured: {', '.join(missing)} is not on this machine")
        return 0
    path = made()
    last = str((os.cpu_count() or 1) - 1)
    with served(), nginx():
        size = {name: len(fetched(OURS, path, coding)) for name, coding in CODINGS.items()}
        print(f"  a question, {PARAGRAPHS} paragraphs a side: {size['plain']:,} bytes, "
              f"{size['gzip']:,} as gzip")  # fmt: skip
        for where, core in (("wrk on the other core", last), ("wrk on the same core", "0")):
            for name, coding in CODINGS.items():
                ours, theirs = [], []
                for _ in range(ROUNDS):
                    ours.append(asked(OURS, path, coding, core=core))
                    theirs.append(asked(THEIRS, path, coding, core=core))
                ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
                print(
                    f"    {name:<6} {where:<22} visavis {middle(ours):8,.0f}/s   nginx "
                    f"{middle(theirs):8,.0f}/s   ratio {middle(ratios):.2f} "
                    f"({min(ratios):.2f} to {max(ratios):.2f})",
                    flush=True,
                )
        print(f"    memory of the process that answers {worker_memory():.0f} MB")
    return 0


CODINGS = {"plain": "identity", "gzip": "gzip"}


def made() -> str:
    """Press a record with the page in it; return the page's path."""
    site = founded()
    asked_for = question(site, paragraphs=PARAGRAPHS, words=WORDS)
    release_edition(AT)
    data.write_private(data.secret_file(), b"s" * 64)
    Site.objects.create(
        id=site.site, names={"az": "Site"}, languages=["az"], waiting={}, founded_on=AT.date(),
        release_key=site.release.public.hex, charter_salt="0" * 64, sign_in_salt="0" * 32,
        sign_in_memory_kib=8, sign_in_passes=1,
    )  # fmt: skip
    return f"/az/questions/{short(asked_for.id)}/"


@contextmanager
def served() -> Iterator[None]:
    command = ["taskset", "-c", "0", sys.executable, "-m", "visavis", "serve", "--port", str(OURS)]
    with subprocess.Popen([*command, "--releases", "hour"], stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(OURS)
            yield
        finally:
            process.terminate()


@contextmanager
def nginx() -> Iterator[None]:
    folder = Path(os.environ["VISAVIS_DATA"]).parent
    folder.chmod(0o755)  # nginx's worker may run as another user
    site = data.public_directory() / "site"
    plain = folder / "site"
    shutil.copytree(site, plain)
    for place in (plain, *plain.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=THEIRS, site=plain))
    command = ["taskset", "-c", "0", "nginx", "-c", str(configuration), "-g", "daemon off;"]
    with subprocess.Popen(command) as process:
        try:
            wait_for(THEIRS)
            yield
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing answers at port {port}")


def fetched(port: int, path: str, coding: str) -> bytes:
    from urllib.request import Request

    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": coding})
    with urlopen(request, timeout=5) as answer:
        return bytes(answer.read())


def asked(port: int, path: str, coding: str, *, core: str) -> float:
    """Return requests a second, as wrk counts them; an answer that is no page is an error."""
    said = subprocess.run(
        ["taskset", "-c", core, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}",
         "-H", f"Accept-Encoding: {coding}", f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in said:
        raise SystemExit(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def worker_memory() -> float:
    """Return the megabytes of the process that answers at our port: a child of `visavis serve`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"spawn_main" in (folder / "cmdline").read_bytes():
                environment = (folder / "environ").read_bytes()
                if os.environ["VISAVIS_DATA"].encode() in environment:
                    found = re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())
                    return int(found[1]) / 1024 if found else 0.0
        except OSError:
            continue
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
