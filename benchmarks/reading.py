"""One page, two servers: `visavis serve` and nginx take turns on one core, wrk asks from the other."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from benchmarks.machine import middle
from benchmarks.world import AT, founded, question
from visavis.base import data
from visavis.pages.addresses import short
from visavis.press.actions import release_edition
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
    with served() as ours_is, nginx() as theirs_is:
        worker, other = worker_of(ours_is), worker_of(theirs_is)
        size = {name: len(fetched(OURS, path, coding)) for name, coding in CODINGS.items()}
        print(f"  a question, {PARAGRAPHS} paragraphs a side: {size['plain']:,} bytes, "
              f"{size['gzip']:,} as gzip")  # fmt: skip
        for where, core in (("wrk on the other core", last), ("wrk on the same core", "0")):
            for name, coding in CODINGS.items():
                ours, theirs = [], []
                for _ in range(ROUNDS):
                    ours.append(asked(OURS, path, coding, core=core, process=worker))
                    theirs.append(asked(THEIRS, path, coding, core=core, process=other))
                speed = [a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True)]
                cost = [b.microseconds / a.microseconds for a, b in zip(ours, theirs, strict=True)]
                print(
                    f"    {name:<6} {where:<22} visavis {middle([a.per_second for a in ours]):8,.0f}/s "
                    f"{middle([a.microseconds for a in ours]):5.0f} µs   "
                    f"nginx {middle([b.per_second for b in theirs]):8,.0f}/s "
                    f"{middle([b.microseconds for b in theirs]):5.0f} µs   "
                    f"ratio of speed {middle(speed):.2f} ({min(speed):.2f} to {max(speed):.2f}), "
                    f"of processor time {middle(cost):.2f} ({min(cost):.2f} to {max(cost):.2f})",
                    flush=True,
                )
        print(f"    memory of the process that answers {memory_of(worker):.0f} MB")
    return 0


CODINGS = {"plain": "identity", "gzip": "gzip"}


def made() -> str:
    """Press a record with the page in it; return the page's path."""
    site = founded()
    asked_for = question(site, paragraphs=PARAGRAPHS, words=WORDS)
    release_edition(AT)
    data.write_private(data.secret_file(), b"s" * 64)
    data.write_format()
    Site.objects.create(
        id=site.site, names={"az": "Site"}, languages=["az"], waiting={}, founded_on=AT.date(),
        release_key=site.release_key.public.hex, charter_salt="0" * 64, sign_in_salt="0" * 32,
        sign_in_memory_kib=8, sign_in_passes=1,
    )  # fmt: skip
    return f"/az/questions/{short(asked_for.id)}/"


@contextmanager
def served() -> Iterator[int]:
    command = ["taskset", "-c", "0", sys.executable, "-m", "visavis", "serve", "--port", str(OURS)]
    with subprocess.Popen([*command, "--releases", "hour"], stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(OURS)
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def nginx() -> Iterator[int]:
    folder = Path(os.environ["VISAVIS_DATA"]).parent
    folder.chmod(0o755)  # nginx's worker may run as another user
    plain = folder / "site"
    shutil.copytree(data.public_directory() / "site", plain)
    for place in (plain, *plain.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=THEIRS, site=plain))
    command = ["taskset", "-c", "0", "nginx", "-c", str(configuration), "-g", "daemon off;"]
    with subprocess.Popen(command) as process:
        try:
            wait_for(THEIRS)
            yield process.pid
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    for _ in range(1_200):
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


@dataclass(frozen=True)
class Asked:
    """One round: answers a second, and the processor time that each cost the server."""

    per_second: float
    microseconds: float


def asked(port: int, path: str, coding: str, *, core: str, process: int) -> Asked:
    """Let wrk ask for a while; an answer that is no page is an error."""
    before = processor_seconds(process)
    said = subprocess.run(
        ["taskset", "-c", core, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}",
         "-H", f"Accept-Encoding: {coding}", f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    took = processor_seconds(process) - before
    if "Non-2xx" in said:
        raise SystemExit(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    number = re.search(r"(\d+) requests in", said)
    assert rate, said
    assert number, said
    return Asked(float(rate[1]), 1e6 * took / int(number[1]))


def worker_of(parent: int) -> int:
    """Return the process that answers: the child of the one that was started."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    by_name = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return next(
        child for child, name in by_name.items() if b"spawn_main" in name or b"nginx" in name
    )


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
