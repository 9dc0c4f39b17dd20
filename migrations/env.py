"""How Alembic reaches the database: the URL comes from the application's settings, never from a file."""

from alembic import context

import tender_app.procedures  # noqa: F401 -- whoever knows every life knows every table
from tender_app.store.base import Base
from tender_app.store.database import create_engine


def run() -> None:
    """Run the migrations, in one transaction."""
    engine = create_engine(context.config.attributes["url"])
    try:
        with engine.connect().execution_options(writes=True) as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:  # a table that is made anew is dropped while others point to it
                connection.connection.execute("PRAGMA foreign_keys=OFF")
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=is_sqlite,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"the migration left a row that points nowhere: {broken}")
    finally:
        engine.dispose()


run()
