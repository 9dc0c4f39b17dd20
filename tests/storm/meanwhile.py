"""Many who act at once, and what is done to the server meanwhile."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable

from tests.storm.house import Answer

LOST = (OSError, http.client.HTTPException)


def at_once(count: int, act: Callable[[int], Answer], meanwhile: Callable[[], object]) -> dict[int, Answer]:
    """Let so many people act at once, and do something meanwhile; return the answers that came."""
    answers: dict[int, Answer] = {}

    def one(place: int) -> None:
        with contextlib.suppress(*LOST):
            answers[place] = act(place)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    meanwhile()
    for thread in threads:
        thread.join()
    return answers


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.002)
