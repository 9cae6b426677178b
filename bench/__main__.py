"""How fast the desk is: python -m bench --tickets 1000000. One table, with the machine it was taken on.

The desk is made at the first time in its folder, and kept. What was found is kept there too: `--growth` puts several
such desks side by side. Ends with 1 where a page reads a large table whole.
"""

import argparse
import json
import os
import pickle
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from bench import goals, growth, machine
from bench.floors import RECORDINGS
from bench.load import Asked, Door, at_once, interleaved, percentile
from bench.pages import desk_of, signed_in
from bench.places import ADMIN, AGENT, CUSTOMER, Known, Place, known, places
from bench.plans import Plan, explained, large_tables
from bench.recording import Recording, record
from bench.serving import Server, served
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.database.embedded import EmbeddedServer

IN_GOALS = ("queue", "ticket", "portal", "rare word", "common word")
MIX = {
    "queue": 30,
    "ticket": 40,
    "rare word": 5,
    "common word": 5,
    goals.REFRESH: 20,
    goals.REPLY: 8,
    "portal": 10,
}
AT_ONCE = 8
KEPT = "bench.json"


def main() -> None:
    options = _options()
    if options.growth:
        print("\n".join(growth.table([json.loads((each / KEPT).read_text()) for each in options.growth])))
        return
    with desk_of(options) as app:
        with app.app_context(), current.entering(Via.CLI):
            print("\n".join(["", f"## {options.tickets:,} tickets", "", *machine.facts(), ""]), flush=True)
            found = known()
        clients = {who: signed_in(app, who) for who in (AGENT, ADMIN, CUSTOMER)}
        plans = dict(_planned(app, clients, places(found), options.data))
        print("\n".join(growth.plans_table(plans)), flush=True)
        if not options.plans_only:
            _measure(app, clients, found, plans, options)
    whole = {place.name: plans[place.name].scans for place in places(found) if not place.reads_all}
    if scanned := {name: tables for name, tables in whole.items() if tables}:
        raise SystemExit(
            "\n".join(f"{name} reads {' and '.join(each)} whole" for name, each in scanned.items())
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument(
        "--data", type=Path, help="where the desk is kept (default: /tmp/helpdesk-bench-TICKETS)"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=30, help="of each page in a round")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long eight people at once ask")
    parser.add_argument(
        "--plans-only", action="store_true", help="no times: what PostgreSQL does for each page"
    )
    parser.add_argument("--stop", action="store_true", help="stop its PostgreSQL at the end")
    parser.add_argument(
        "--growth", type=Path, nargs="+", metavar="FOLDER", help="put measured desks side by side"
    )
    options = parser.parse_args()
    options.data = options.data or Path(f"/tmp/helpdesk-bench-{options.tickets}")
    return options


def _planned(
    app: Flask, clients: Mapping[str, FlaskClient], pages: Sequence[Place], data: Path
) -> Iterator[tuple[str, Plan]]:
    """What each page costs PostgreSQL; kept in the folder for the table of growth."""
    kept: dict[str, Any] = {"tickets": 0, "plans": {}, "milliseconds": {}}
    with psycopg.connect(
        EmbeddedServer(data).url("helpdesk"),
        options="-c jit=off -c max_parallel_workers_per_gather=0 -c TimeZone=UTC",
    ) as connection:
        large = large_tables(connection)
        connection.execute("set role helpdesk_owner")
        kept["tickets"] = connection.execute("select count(*) from tickets").fetchone()[0]  # type: ignore[index]
        for page in pages:
            recording = record(clients[page.who], page.address(0))
            plan = explained(recording, connection, large)
            kept["plans"][page.name] = asdict(plan)
            kept["milliseconds"][page.name] = _in_process(clients[page.who], page)
            yield page.name, plan
    (data / KEPT).write_text(json.dumps(kept))


def _in_process(client: FlaskClient, page: Place, times: int = 7) -> float:
    """The median of a few requests without a web server, in milliseconds."""
    taken = []
    for number in range(times):
        began = time.perf_counter()
        client.get(page.address(number))
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _measure(
    app: Flask,
    clients: Mapping[str, FlaskClient],
    found: Known,
    plans: Mapping[str, Plan],
    options: argparse.Namespace,
) -> None:
    of_goals = {place.name: place for place in places(found) if place.name in IN_GOALS}
    recordings = {
        name: record(clients[of_goals[name].who], of_goals[name].address(0)) for name in ("queue", "ticket")
    }
    with ExitStack() as stack:
        ours, floors = _servers(stack, recordings, options.data)
        cookies = {who: _cookie(app, client) for who, client in clients.items()}
        asked = [
            Asked(name, Door(ours.port, cookies[place.who]), place.address)
            for name, place in of_goals.items()
        ]
        agent = Door(ours.port, cookies[AGENT])
        asked.append(Asked(goals.REFRESH, agent, of_goals["queue"].address, is_refresh=True))
        asked.append(Asked(goals.REPLY, agent, of_goals["ticket"].address, is_reply=True))
        floor = Door(floors.port)
        below = [
            Asked(goals.BARE, floor, _always("/bare")),
            *(Asked(f"{goals.DRESSED}{name}", floor, _always(f"/dressed/{name}")) for name in recordings),
        ]
        admin = Door(ours.port, cookies[ADMIN])
        statistics = next(place for place in places(found) if place.name == goals.STATISTICS)
        cold = at_once([(Asked(goals.STATISTICS, admin, statistics.address), 1)], visitors=1, seconds=0.01)
        rounds = interleaved([*asked, *below], rounds=options.rounds, requests=options.requests)
        together = at_once(
            [(each, MIX[each.name]) for each in asked], visitors=AT_ONCE, seconds=60 * options.minutes
        )
        memory = max(ours.megabytes())
    milliseconds = {name: 1000 * median(times) for name, times in rounds.items()}
    print("\n".join(_table(milliseconds, together)))
    print()
    print("\n".join(goals.held_against(milliseconds)))
    slowest = max(1000 * percentile(times, 0.95) for times in together.values() if times)
    print(goals.within(f"p95 of every page, {AT_ONCE} at once", slowest, goals.SLOWEST_AT_ONCE, "ms"))
    print(goals.within(f"memory of a worker after {options.minutes:g} min", memory, goals.MOST_MEMORY, "MB"))
    print(goals.within(goals.STATISTICS, 1000 * cold[goals.STATISTICS][0], goals.MOST_STATISTICS, "ms"))


def _servers(stack: ExitStack, recordings: Mapping[str, Recording], data: Path) -> tuple[Server, Server]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hd-bench-")))
    (folder / "recordings").write_bytes(pickle.dumps(dict(recordings)))
    environment = {
        "DATABASE_URL": EmbeddedServer(data).url("helpdesk"),
        "HELPDESK_DATA": str(data),
        RECORDINGS: str(folder / "recordings"),
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]),
    }
    ours = stack.enter_context(served("helpdesk.app:create_app()", environment, ready="/healthz"))
    floors = stack.enter_context(served("bench.floors:create()", environment, ready="/bare"))
    return ours, floors


def _always(address: str) -> Any:
    return lambda _n: address


def _cookie(app: Flask, client: FlaskClient) -> str:
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None  # signed_in has set it
    return f"{name}={cookie.value}"


def _table(milliseconds: Mapping[str, float], together: Mapping[str, Sequence[float]]) -> Iterator[str]:
    yield f"| HTTP | median | p50, {AT_ONCE} at once | p95, {AT_ONCE} at once | requests |"
    yield "|---|--:|--:|--:|--:|"
    for name, each in milliseconds.items():
        times = together.get(name, [])
        shares = [f"{1000 * percentile(times, share):.0f} ms" if times else "" for share in (0.5, 0.95)]
        yield f"| {name} | {each:.1f} ms | {shares[0]} | {shares[1]} | {len(times) or ''} |"


if __name__ == "__main__":
    main()
