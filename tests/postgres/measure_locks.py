#!/usr/bin/env python3
"""Measures what statements do to a live PostgreSQL: locks, new files, scans, dropped relations.

    measure_locks.py FACTS.jsonl [--check] [-- PSQL OPTIONS]
    measure_locks.py FACTS.jsonl [--check] --pglite

Reads one JSON object per line (`id`, `setup`, `ddl`; the rest is replaced), runs `setup` in an empty schema, then `ddl`
in a transaction that is rolled back, and writes the line back with what was seen under `pg.<major version>`:

* `locks`: the strongest mode on every relation that existed before;
* `rewritten`: relations that existed before and have another file;
* `dropped`: relations that existed before and are gone (an index made again under the same name has another oid, so it
  is here too);
* `scanned_rows`: rows read by sequential scans, per table;
* or `error`.

Needs `psql` and the right to create schemas; everything after `--` goes to psql. With `--pglite` it is PGlite under Node
(`npm ci` first) that runs the statements, a PostgreSQL of another version. With `--check` nothing is written and the exit
code says whether the file still tells the truth.
"""

import argparse
import json
import pathlib
import subprocess
import sys

RESET = """
set client_min_messages = error; drop publication if exists news;
drop schema if exists public, s2, s3, s4 cascade; create schema public;
"""

BEFORE = """
create temp table existing as
select c.oid, c.relname::text as name, c.relkind, c.relfilenode,
  coalesce((select s.seq_tup_read from pg_catalog.pg_stat_xact_all_tables s where s.relid = c.oid), 0) as read_before
from pg_catalog.pg_class c
where c.relnamespace in (select oid from pg_catalog.pg_namespace where nspname in ('public', 's2', 's3', 's4'))
  and c.relkind in ('r', 'p', 'i', 'I', 'S', 'v', 'm', 'f', 'c');
"""

SEEN = """
with strength(mode, rank) as (
  select * from unnest(array['AccessShareLock','RowShareLock','RowExclusiveLock','ShareUpdateExclusiveLock','ShareLock',
                             'ShareRowExclusiveLock','ExclusiveLock','AccessExclusiveLock']) with ordinality),
held as (
  select e.name, (array_agg(l.mode order by s.rank desc))[1] as mode
  from pg_catalog.pg_locks l join existing e on e.oid = l.relation join strength s on s.mode = l.mode
  where l.pid = pg_catalog.pg_backend_pid() and l.granted and e.relkind <> 't' group by e.name)
select 'SEEN ' || json_build_object(
  'locks', (select coalesce(json_object_agg(name, mode order by name), '{}') from held),
  'rewritten', (select coalesce(json_agg(e.name order by e.name), '[]') from existing e
                join pg_catalog.pg_class c on c.oid = e.oid where c.relfilenode <> e.relfilenode),
  'dropped', (select coalesce(json_agg(e.name order by e.name), '[]') from existing e
              where not exists (select from pg_catalog.pg_class c where c.oid = e.oid)),
  'scanned_rows', (select coalesce(json_object_agg(e.name, s.seq_tup_read - e.read_before order by e.name), '{}')
                   from existing e join pg_catalog.pg_stat_xact_all_tables s on s.relid = e.oid
                   where s.seq_tup_read > e.read_before));
"""


class Server:
    """PostgreSQL behind psql."""

    def __init__(self, options: list[str]) -> None:
        self.options = options

    def psql(self, script: str) -> tuple[str, str]:
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *self.options]
        run = subprocess.run(command, input=script, capture_output=True, text=True)
        return run.stdout, run.stderr

    def version(self) -> str:
        return self.psql("show server_version_num")[0].strip()

    def measure(self, fact: dict) -> dict:
        _, trouble = self.psql(RESET + fact["setup"])
        if error := first_error(trouble):
            return {"setup_error": error}
        # The setup's own session is gone, so that nothing it counted or locked is left.
        script = f"set client_min_messages = error; {BEFORE} begin; {fact['ddl']};\n{SEEN} rollback;"
        out, trouble = self.psql(script)
        if error := first_error(trouble):
            return {"error": error}
        seen = [line for line in out.splitlines() if line.startswith("SEEN ")]
        return json.loads(seen[-1].removeprefix("SEEN "))


class PGlite:
    """PostgreSQL as WebAssembly, one session."""

    def __init__(self) -> None:
        script = pathlib.Path(__file__).with_name("pglite.mjs")
        self.node = subprocess.Popen(["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question: dict) -> dict:
        self.node.stdin.write(json.dumps(question) + "\n")
        self.node.stdin.flush()
        return json.loads(self.node.stdout.readline())

    def run(self, script: str) -> str | None:
        error = self.ask({"run": script})["error"]
        return error["message"] if error else None

    def version(self) -> str:
        return self.ask({"catalog": "show server_version_num"})["catalog"]

    def measure(self, fact: dict) -> dict:
        self.run("rollback; reset all; drop table if exists existing;")
        if error := self.run(RESET + fact["setup"]):
            return {"setup_error": error}
        self.run(BEFORE)
        self.run("begin")
        if error := self.run(fact["ddl"]):
            return {"error": error}
        seen = self.ask({"catalog": SEEN})["catalog"]
        return json.loads(seen.removeprefix("SEEN "))


def first_error(text: str) -> str | None:
    lines = [line for line in text.splitlines() if "ERROR:" in line]
    return lines[0].split("ERROR:", 1)[1].strip() if lines else None


def main() -> int:
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--pglite", action="store_true")
    options = arguments[split + 1 :]
    wanted = parser.parse_args(arguments[:split])
    postgres = PGlite() if wanted.pglite else Server(options)
    major = str(int(postgres.version()) // 10000)
    lines, wrong = [], 0
    for line in open(wanted.facts, encoding="utf-8"):
        fact = json.loads(line)
        seen = postgres.measure(fact)
        if wanted.check and fact.get("pg", {}).get(major) not in (None, seen):
            wrong += 1
            print(f"{fact['id']}: the file says {fact['pg'][major]}, PostgreSQL {major} does {seen}")
        fact["in_txn"] = True
        fact["pg"] = {**fact.get("pg", {}), major: seen}
        lines.append(json.dumps(fact, ensure_ascii=False))
    if not wanted.check:
        with open(wanted.facts, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    print(f"{len(lines)} statements on PostgreSQL {major}" + (f", {wrong} differ" if wanted.check else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
