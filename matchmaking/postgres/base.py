"""The database back-end Django loads for ENGINE "matchmaking.postgres"."""

from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from matchmaking import database


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL back-end that starts the embedded server and explains failures."""

    def get_connection_params(self) -> dict[str, Any]:
        """Start the embedded server, then say how to reach it.

        Everything that opens a connection asks here first: Django, its pool, and the job worker,
        which keeps a pool of its own.
        """
        if database.is_embedded():
            try:
                database.ensure_running()
            except (database.ServerError, database.NoAccountError) as problem:
                raise ImproperlyConfigured(str(problem)) from problem
            self.settings_dict["HOST"] = str(database.socket_folder())
        params: dict[str, Any] = super().get_connection_params()
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, or say in a sentence which address did not answer."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as problem:
            if database.is_embedded():
                raise
            raise psycopg.OperationalError(_explain(conn_params, problem)) from problem


def _explain(params: dict[str, Any], problem: psycopg.OperationalError) -> str:
    place = f"{params.get('host') or 'localhost'}:{params.get('port') or 5432}"
    # libpq prefixes each try with the address and may add a hint on the next line.
    reason = str(problem).strip().splitlines()[0].rpartition("failed: ")[2].rstrip(".")
    return (
        f"The database {params.get('dbname')!r} at {place}, named in DATABASE_URL, does not "
        f"answer: {reason}. Correct DATABASE_URL, or unset it to use the embedded server."
    )
