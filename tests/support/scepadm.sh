# The frame of tests of scepadm: a throw-away PostgreSQL, a configuration for it, and commands that are judged. Source this with srcdir set; it goes away
# when the test ends.
#
#	dir               a folder of the test's own
#	SCEPGATE_CONF     the configuration; the key secret is to be $dir/key.secret
#	does, sql, field  see below

PATH=${SCEPGATE_BUILDDIR:-.}:$PATH
export SCEPGATE_SQLDIR=$srcdir/sql
. "$srcdir/tests/support/tap.sh"
. "$srcdir/tests/support/postgres.sh"

dir=$(mktemp -d) || exit 99
scepadm_cleanup()
{
	pg_stop "$dir"
	rm -rf "$dir"
}
trap scepadm_cleanup EXIT
trap 'exit 99' INT TERM
pg_start "$dir" || tap_bail "no database"

export SCEPGATE_CONF=$dir/scepgate.conf
cat >"$SCEPGATE_CONF" <<-EOF
	[database]
	conninfo = host=$PGHOST port=$PGPORT dbname=$PGDATABASE
	admin_user = scepgate_admin
	[keys]
	secret_file = $dir/key.secret
	[url]
	base = https://scep.example.org
EOF

# does NAME STATUS WORDS...: scepadm ends with this exit status; its output is in $out, its messages in $err. $input is its standard input.
input=/dev/null
does()
{
	local name=$1 want=$2 status=0
	shift 2
	scepadm "$@" >"$dir/out" 2>"$dir/err" <"$input" || status=$?
	out=$(tr -d '\000' <"$dir/out")
	err=$(cat "$dir/err")
	is "$name" "$status" "$want" || tap_note "$err"
}

# sql STATEMENT: as the database's owner.
sql()
{
	psql -XAtqc "$1"
}

# field NAME: a value of the table form of a record.
field()
{
	sed -n "s/^$1  *//p" "$dir/out" | head -n 1
}
