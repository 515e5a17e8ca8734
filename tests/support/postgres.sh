# shellcheck shell=sh
#
# A throw-away PostgreSQL for tests. Source this file; it defines functions and changes nothing else.
#
#	. tests/support/postgres.sh
#	dir=$(mktemp -d)
#	pg_start "$dir"            a new cluster in $dir/data, a UNIX socket in $dir/socket, no TCP; waits until it answers
#	pg_install                 roles, migrations and API of sql/ into the database (with psql, as sql/README tells a DBA)
#	pg_restart "$dir"          stop and start again, in fast mode
#	pg_pid "$dir"              prints the process id of the server
#	pg_stop "$dir" [fast]      stops it (at once, unless told fast) and waits for its end; no error when it does not run
#	rm -rf "$dir"
#
# pg_start exports PGHOST (the socket's folder), PGPORT, PGDATABASE (scepgate) and PGUSER (postgres, the superuser), so psql and libpq find it.
# The server runs as the operating-system user postgres when the caller is root, and as the caller otherwise. Every function returns
# non-zero and says why on standard error when it fails; the server's own log is $dir/log.
#
# Set before pg_start, all optional:
#	PG_FSYNC=on         durable, as in production (default off: tests are faster)
#	PG_SOCKET_MODE=0755 lets other users reach the socket, for example a web server's (default 0700: the server's user and root alone)
#	PG_HBA, PG_IDENT    text of pg_hba.conf and pg_ident.conf (default: everybody who reaches the socket is trusted)
#	PG_SETTINGS         more lines for postgresql.conf
#	PG_BINDIR           the folder of initdb and pg_ctl (default: pg_config's, else the newest below /usr/lib/postgresql)

# The folder of the server's programs.
pg_bindir() {
	if [ -n "${PG_BINDIR:-}" ]; then
		echo "$PG_BINDIR"
		return 0
	fi
	for pg_candidate in "$(pg_config --bindir 2>/dev/null)" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr) /usr/local/pgsql/bin; do
		if [ -x "$pg_candidate/initdb" ] && [ -x "$pg_candidate/postgres" ]; then
			echo "$pg_candidate"
			return 0
		fi
	done
	echo "postgres.sh: no PostgreSQL server found: install the package postgresql or set PG_BINDIR" >&2
	return 1
}

# Run a command as the user that the server runs as, which may be unable to read the current folder.
pg_as_server() {
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && exec runuser -u postgres -- "$@")
	else
		(cd / && exec "$@")
	fi
}

pg_configure() {
	pg_conf_dir=$1
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$pg_conf_dir/socket'"
		echo "unix_socket_permissions = 0777" # the folder decides who gets here
		echo "port = 5432"
		echo "fsync = ${PG_FSYNC:-off}"
		echo "synchronous_commit = ${PG_FSYNC:-off}"
		echo "full_page_writes = ${PG_FSYNC:-off}"
		echo "max_connections = 60"
		echo "shared_buffers = 32MB"
		echo "log_min_messages = warning"
		echo "log_line_prefix = '%m [%p] %q%u %a '"
		printf '%s\n' "${PG_SETTINGS:-}"
	} | pg_as_server tee -a "$pg_conf_dir/data/postgresql.conf" >/dev/null || return 1
	printf '%s\n' "${PG_HBA:-local all all trust}" | pg_as_server tee "$pg_conf_dir/data/pg_hba.conf" >/dev/null || return 1
	printf '%s\n' "${PG_IDENT:-}" | pg_as_server tee "$pg_conf_dir/data/pg_ident.conf" >/dev/null
}

# pg_ctl DIR WORDS: the server keeps the descriptors that it is started with, so none of the caller's may reach it.
pg_control() {
	pg_control_dir=$1
	shift
	pg_as_server "$(pg_bindir)/pg_ctl" -D "$pg_control_dir/data" -w -t 60 -s "$@" </dev/null >>"$pg_control_dir/control.log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

pg_fail() {
	echo "postgres.sh: $2" >&2
	[ -f "$1/control.log" ] && tail -n 20 "$1/control.log" >&2
	[ -f "$1/log" ] && tail -n 20 "$1/log" >&2
	return 1
}

pg_start() {
	mkdir -p "$1" || return 1
	pg_dir=$(cd "$1" && pwd -P) || return 1
	pg_bindir >/dev/null || return 1
	if [ ${#pg_dir} -gt 80 ]; then
		pg_fail "$pg_dir" "$pg_dir is too long for the name of a UNIX socket (at most 80 characters)"
		return 1
	fi
	# mktemp -d makes folders that root's helpers cannot enter; search permission is enough, and content stays unlisted.
	[ "$(id -u)" -ne 0 ] || chmod o+x "$pg_dir" || return 1
	if ! pg_as_server test -x "$pg_dir"; then
		pg_fail "$pg_dir" "the user postgres cannot enter $pg_dir: one of its parents is closed"
		return 1
	fi
	mkdir "$pg_dir/data" "$pg_dir/socket" && chmod 0700 "$pg_dir/data" && chmod "${PG_SOCKET_MODE:-0700}" "$pg_dir/socket" &&
		: >"$pg_dir/log" && : >"$pg_dir/control.log" || return 1
	[ "$(id -u)" -ne 0 ] || chown postgres "$pg_dir/data" "$pg_dir/socket" "$pg_dir/log" || return 1
	if ! pg_as_server "$(pg_bindir)/initdb" -D "$pg_dir/data" -U postgres -A trust -E UTF8 --no-locale -N >>"$pg_dir/control.log" 2>&1 ||
		! pg_configure "$pg_dir" || ! pg_control "$pg_dir" -l "$pg_dir/log" start; then
		pg_fail "$pg_dir" "the server does not start"
		return 1
	fi
	PGHOST=$pg_dir/socket
	PGPORT=5432
	PGUSER=postgres
	PGDATABASE=scepgate
	export PGHOST PGPORT PGUSER PGDATABASE
	"$(pg_bindir)/psql" -XqAt -d postgres -c 'CREATE DATABASE scepgate' || pg_fail "$pg_dir" "the database cannot be made"
}

pg_restart() {
	pg_restart_dir=$(cd "$1" && pwd -P) || return 1
	pg_control "$pg_restart_dir" -m fast -l "$pg_restart_dir/log" restart || pg_fail "$pg_restart_dir" "the server does not restart"
}

pg_pid() {
	pg_as_server head -n 1 "$(cd "$1" && pwd -P)/data/postmaster.pid"
}

pg_stop() {
	[ -d "$1/data" ] || return 0
	pg_stop_dir=$(cd "$1" && pwd -P) || return 1
	pg_as_server test -f "$pg_stop_dir/data/postmaster.pid" || return 0
	pg_control "$pg_stop_dir" -m "${2:-immediate}" stop || pg_fail "$pg_stop_dir" "the server does not stop"
}

# Install the schema from the folder sql/ of the sources: SCEPGATE_SRCDIR, or the argument.
pg_install() {
	"$(pg_bindir)/psql" -Xq -v ON_ERROR_STOP=1 -f "${1:-${SCEPGATE_SRCDIR:-.}/sql}/install.sql" >/dev/null
}
