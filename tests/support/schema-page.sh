#!/bin/sh
# Prints man/scepgate-schema.7 as the live schema has it, from a throw-away PostgreSQL.
set -u
: "${SCEPGATE_SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
export SCEPGATE_SRCDIR
. "$SCEPGATE_SRCDIR/tests/support/postgres.sh"

PG_DIR=$(mktemp -d) || exit 1
trap 'pg_stop "$PG_DIR"; rm -rf "$PG_DIR"' EXIT
trap 'exit 1' HUP INT TERM
pg_start "$PG_DIR" && pg_install >&2 || exit 1
psql -XqAt -v ON_ERROR_STOP=1 -f "$SCEPGATE_SRCDIR/man/scepgate-schema.sql"
