"""Where the data lives: the embedded server's life, and a DATABASE_URL that is wrong."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from matchmaking import database
from matchmaking.postgres import account, cluster
from tests import throwaway


@pytest.fixture
def server() -> Iterator[cluster.Cluster]:
    """A server of its own beside the test run's, so that it may be killed."""
    folder = throwaway.new_folder()
    running = cluster.Cluster(folder, throwaway=True)
    yield running
    running.remove()
    assert not folder.exists()


def connect(server: cluster.Cluster) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.socket_folder), port=cluster.PORT, user=cluster.USER, dbname="puente"
    )


def ask(server: cluster.Cluster, question: LiteralString) -> str:
    with connect(server) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return str(row[0])


def test_the_server_starts_once_and_stops(server: cluster.Cluster) -> None:
    assert server.start()
    assert not server.start()
    assert ask(server, "SHOW server_version_num") >= "180000"
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.stop()
    assert not server.is_ready()
    assert not server.stop()


def test_data_survives_a_kill(server: cluster.Cluster) -> None:
    server = cluster.Cluster(server.home)  # A lasting one: the test run's may lose what is last.
    server.start()
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert server.start()
    assert server.pid() != pid
    assert ask(server, "SELECT number FROM kept") == "7"


def test_a_pid_file_of_another_process_does_not_block_the_start(server: cluster.Cluster) -> None:
    server.start()
    server.stop()
    stale = f"{os.getpid()}\n{server.data}\n0\n5432\n{server.socket_folder}\n\n\nready\n"
    (server.data / "postmaster.pid").write_text(stale)
    assert not server.is_ready()
    assert server.start()


def test_many_first_connections_start_one_server(server: cluster.Cluster) -> None:
    started: list[bool] = []
    threads = [threading.Thread(target=lambda: started.append(server.start())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(started) == [False, False, False, True]


def test_a_long_folder_name_gets_a_short_socket(server: cluster.Cluster) -> None:
    long = cluster.Cluster(server.home / ("a folder with a long name " * 5))
    assert len(str(long.socket_folder)) <= cluster.LONGEST_SOCKET_FOLDER
    assert long.socket_folder != cluster.Cluster(server.home / ("b" * 200)).socket_folder


def test_a_folder_the_servers_account_cannot_reach_is_replaced(tmp_path: Path) -> None:
    stranger = account.Account("stranger", 64_000, 64_000)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not account.can_reach(stranger, closed / "postgres")
    assert account.can_reach(stranger, Path("/"))
    assert account.can_reach(None, closed)


def test_programs_out_of_reach_are_copied_with_their_libraries(
    server: cluster.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "can_reach", lambda _account, _folder: False)
    assert server.start()
    assert (server.home / "programs" / cluster.PACKAGE / cluster.PROGRAMS / "postgres").exists()
    assert ask(server, "SELECT 7") == "7"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL must name a PostgreSQL database"),
        ("postgres://ana:secret@localhost:1/puente", "at localhost:1, named in DATABASE_URL"),
    ],
)
def test_the_command_line_answers_in_one_sentence(url: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_missing_binaries_name_the_way_out(
    server: cluster.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PACKAGE", "no_such_package")
    with pytest.raises(cluster.ServerError, match="DATABASE_URL=postgres://"):
        server.start()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "no scheme"),
        ("mysql://ana:secret@db.example/puente", "starts with mysql:"),
        ("postgres://ana:secret@db.example:99999/puente", "wrong host or port"),
        ("postgres://ana:secret@db.example:0/puente", "port 0"),
        ("postgres://ana:secret@db.example", "names no database"),
    ],
)
def test_a_wrong_url_is_explained_without_its_password(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=sentence) as caught:
        database.settings_from_environment()
    assert "secret" not in str(caught.value)


def test_a_right_url_is_used_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgres://ana:p%40ss@db.example:6543/puente?sslmode=require"
    )
    config = database.settings_from_environment()
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 6543, "puente")
    assert (config["USER"], config["PASSWORD"]) == ("ana", "p@ss")
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["CONN_MAX_AGE"] == 60
    assert not database.is_embedded()


def test_a_socket_of_the_system_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ana@%2Fvar%2Frun%2Fpostgresql/puente")
    assert database.settings_from_environment()["HOST"] == "/var/run/postgresql"


def test_a_pool_replaces_kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_DATABASE_POOL", "4")
    config = database.settings_from_environment()
    assert config["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 4}
    assert config["CONN_MAX_AGE"] == 0
    monkeypatch.setenv("PUENTE_DATABASE_POOL", "many")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        database.settings_from_environment()


@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ana:secret@localhost:1/puente")
    config = {**connections["default"].settings_dict, **database.settings_from_environment()}
    connection = type(connections["default"])(config)
    with pytest.raises(OperationalError, match=r"localhost:1.*DATABASE_URL") as caught:
        connection.ensure_connection()
    assert "secret" not in str(caught.value)


def test_the_command_refuses_when_another_server_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ana@db.example/puente")
    with pytest.raises(CommandError, match="not in use"):
        call_command("embedded_database", "stop")


def test_the_command_is_the_servers_switch(
    server: cluster.Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(throwaway.FOLDER, str(server.home))
    said = []
    for what in ("status", "start", "stop", "stop", "remove"):
        call_command("embedded_database", what)
        said.append(capsys.readouterr().out)
    assert said[0].startswith("running    no")
    assert said[1].startswith("running    yes, process")
    assert f"folder     {server.home}" in said[1]
    assert said[2:] == ["Stopped.\n", "It was not running.\n", "Stopped, and its data deleted.\n"]
