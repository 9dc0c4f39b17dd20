"""The life of a cluster development agent tender, from licence to contract."""

from typing import Any


def create_app(*arguments: Any, **settings: Any) -> Any:
    """Build the application; imported only when asked for, so that the package stays light."""
    from tender_app.app import create_app as build  # noqa: PLC0415 -- lazily, so that `flask --app tender_app` finds it

    return build(*arguments, **settings)
