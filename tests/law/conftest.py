"""Every page and every cell on SQLite; what is tried on PostgreSQL too says so by its fixture."""

import pytest
from flask import Flask


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Give the application over an empty database, in SQLite alone."""
    return sqlite_app


@pytest.fixture
def demo(sqlite_demo: Flask) -> Flask:
    """Give the application over a demonstration, in SQLite alone."""
    return sqlite_demo
