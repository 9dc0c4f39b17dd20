"""What the engine promises besides answers."""

import threading
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.store.database import Database
from tests.make import session_of


def test_an_error_of_the_database_carries_no_value_into_the_log(app: Flask) -> None:
    with session_of(app) as session, pytest.raises(sa.exc.StatementError) as told:
        session.execute(sa.text("SELECT :price FROM nowhere"), {"price": 9_750_000_000})
    assert "9750000000" not in str(told.value)


def test_writers_of_a_process_take_turns_and_all_are_served(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    inside: list[int] = []
    most: list[int] = []

    def write(place: int) -> None:
        for _ in range(8):
            with database.transaction() as session:
                session.execute(sa.text("UPDATE alembic_version SET version_num = version_num"))
                inside.append(place)
                most.append(len(inside))
                time.sleep(0.002)
                inside.remove(place)

    threads = [threading.Thread(target=write, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (12 * 8, 1)


def test_a_failed_transaction_gives_its_turn_back(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    for _ in range(3):
        with pytest.raises(sa.exc.OperationalError), database.transaction() as session:
            session.execute(sa.text("SELECT * FROM nowhere"))
    begun = time.monotonic()
    with database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = version_num"))
    assert time.monotonic() - begun < 5
