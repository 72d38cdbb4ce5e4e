"""Readers of one page: so many connections that are kept, each asking as fast as it is answered.

    python -m benchmarks.readers ADDRESS CONNECTIONS SECONDS

A process of its own, so that those who act meanwhile are not held up by them. Prints pages a second.
"""

import http.client
import sys
import threading
import time
from urllib.parse import urlsplit


def read(address: str, until: float) -> int:
    """Return how often one reader was given the page."""
    found, n = urlsplit(address), 0
    connection = http.client.HTTPConnection(found.netloc)
    while time.perf_counter() < until:
        connection.request("GET", found.path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        n += 1
    return n


def main(address: str, connections: str, seconds: str) -> None:
    began, counts = time.perf_counter(), list[int]()
    until = began + float(seconds)
    threads = [
        threading.Thread(target=lambda: counts.append(read(address, until)))
        for _ in range(int(connections))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == len(threads), "somebody stopped"
    print(sum(counts) / (time.perf_counter() - began))


if __name__ == "__main__":
    main(*sys.argv[1:])
