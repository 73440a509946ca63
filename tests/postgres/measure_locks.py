#!/usr/bin/env python3
"""Measures what statements do to a live PostgreSQL: locks, new files, scans, dropped relations.

    measure_locks.py FACTS.jsonl [--check] [-- PSQL OPTIONS]

Reads one JSON object per line (`id`, `setup`, `ddl`; the rest is replaced), runs `setup` in an empty schema, then `ddl`
in a transaction that is rolled back, and writes the line back with what was seen under `pg.<major version>`:

* `locks`: the strongest mode on every relation that existed before;
* `rewritten`: relations that existed before and have another file;
* `dropped`: relations that existed before and are gone (an index made again under the same name has another oid, so it
  is here too);
* `scanned_rows`: rows read by sequential scans, per table;
* or `error`.

Needs `psql` and the right to create schemas; everything after `--` goes to psql. With `--check` nothing is written and
the exit code says whether the file still tells the truth.
"""

import argparse
import json
import subprocess
import sys

RESET = "drop schema if exists public, s2, s3, s4 cascade; create schema public; set client_min_messages = error;"

BEFORE = """
create temp table existing as
select c.oid, c.relname::text as name, c.relkind, c.relfilenode from pg_catalog.pg_class c
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
  'scanned_rows', (select coalesce(json_object_agg(e.name, s.seq_tup_read order by e.name), '{}') from existing e
                   join pg_catalog.pg_stat_xact_all_tables s on s.relid = e.oid where s.seq_tup_read > 0));
"""


def psql(options: list[str], script: str) -> tuple[str, str]:
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options]
    run = subprocess.run(command, input=script, capture_output=True, text=True)
    return run.stdout, run.stderr


def first_error(text: str) -> str | None:
    lines = [line for line in text.splitlines() if "ERROR:" in line]
    return lines[0].split("ERROR:", 1)[1].strip() if lines else None


def measure(options: list[str], fact: dict) -> dict:
    _, trouble = psql(options, RESET + fact["setup"])
    if error := first_error(trouble):
        return {"setup_error": error}
    # The setup's own session is gone, so that nothing it counted or locked is left.
    script = f"set client_min_messages = error; {BEFORE} begin; {fact['ddl']};\n{SEEN} rollback;"
    out, trouble = psql(options, script)
    if error := first_error(trouble):
        return {"error": error}
    seen = [line for line in out.splitlines() if line.startswith("SEEN ")]
    return json.loads(seen[-1].removeprefix("SEEN "))


def main() -> int:
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts")
    parser.add_argument("--check", action="store_true")
    options = arguments[split + 1 :]
    wanted = parser.parse_args(arguments[:split])
    version = psql(options, "show server_version_num")[0].strip()
    major = str(int(version) // 10000)
    lines, wrong = [], 0
    for line in open(wanted.facts, encoding="utf-8"):
        fact = json.loads(line)
        seen = measure(options, fact)
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
