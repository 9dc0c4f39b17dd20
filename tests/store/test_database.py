"""What the engine promises besides answers."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.make import session_of


def test_an_error_of_the_database_carries_no_value_into_the_log(app: Flask) -> None:
    with session_of(app) as session, pytest.raises(sa.exc.StatementError) as told:
        session.execute(sa.text("SELECT :price FROM nowhere"), {"price": 9_750_000_000})
    assert "9750000000" not in str(told.value)
