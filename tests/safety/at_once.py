"""Several browsers acting at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

PATIENCE = 60


def tabs(app: Flask, client: FlaskClient, count: int) -> list[FlaskClient]:
    """So many tabs of the browser that `client` is: each with the same cookies."""
    found = []
    for _ in range(count):
        tab = app.test_client()
        for cookie in client._cookies.values():
            tab.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
        found.append(tab)
    return found


def at_once(clients: list[FlaskClient], act: Callable[[FlaskClient, int], Any], *, patience: float = PATIENCE) -> list[Any]:
    """What `act(client, its number)` answered for each, all begun at the same moment; waited for so many seconds. Raises the first error of any."""
    gate = threading.Barrier(len(clients))
    answers: list[Any] = [None] * len(clients)
    raised: list[BaseException] = []

    def one(client: FlaskClient, number: int) -> None:
        try:
            gate.wait(PATIENCE)
            answers[number] = act(client, number)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            raised.append(error)

    threads = [threading.Thread(target=one, args=(client, number)) for number, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    if raised:
        raise raised[0]
    return answers
