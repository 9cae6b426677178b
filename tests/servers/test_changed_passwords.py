"""The password of the database is changed while the desk is at work: `DATABASE_URL_FILE`, against Debian's server."""

import threading
import time

import psycopg
import pytest

from tests.support import debians_postgresql
from tests.support.databases import dispose
from tests.support.desks_elsewhere import desk_of, start_afresh
from tests.support.tally import tally

pytestmark = pytest.mark.server

CHANGES = 3
THREADS = 3


@pytest.fixture(scope="module")
def peer():
    with debians_postgresql.running() as peer:
        yield peer


def test_no_page_fails_while_the_password_changes(peer, tmp_path):
    path = tmp_path / "url"
    path.write_text(start_afresh(peer, "CREATEROLE"))
    app = desk_of(
        {
            "DATABASE_URL_FILE": str(path),
            "HELPDESK_DATA": str(tmp_path / "data"),
            "HELPDESK_POOL_SIZE": "1",  # of four connections three are closed after use: new ones all the time
            "HELPDESK_POOL_RECYCLE_SECONDS": "1",
        }
    )
    statuses: list[int] = []
    is_over = threading.Event()

    def ask():
        client = app.test_client()
        while not is_over.is_set():
            statuses.append(client.get("/login").status_code)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for number in range(CHANGES):
        time.sleep(1)
        password = f"changed{number}"
        peer.execute(f"ALTER ROLE desk PASSWORD '{password}'")
        time.sleep(0.5)  # an administrator is not that quick: three seconds are waited for
        path.write_text(peer.url(user="desk", password=password, database="desk"))
    time.sleep(1)
    is_over.set()
    for thread in threads:
        thread.join()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(peer.url(user="desk", password="desk", database="desk"))
    assert set(statuses) == {200}
    tally("pages while the password of the database changed", len(statuses))
    dispose(app)


def test_a_file_that_never_catches_up_is_a_database_that_does_not_answer(peer, tmp_path):
    path = tmp_path / "url"
    path.write_text(start_afresh(peer, "CREATEROLE"))
    app = desk_of({"DATABASE_URL_FILE": str(path), "HELPDESK_DATA": str(tmp_path / "data")})
    dispose(app)
    path.unlink()

    app.testing = False
    page = app.test_client().get("/login")

    assert page.status_code == 503
    assert str(path) not in page.text
    dispose(app)
