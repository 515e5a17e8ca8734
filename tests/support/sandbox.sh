# A whole scepgate in one folder: private PostgreSQL cluster, configuration, one endpoint, web server. The same functions make the
# demo, the sandbox and the end-to-end tests. Source this with SCEPGATE_SRCDIR and SCEPGATE_BUILDDIR set. Needs bash.
#
#	sandbox_make_folder             makes and prints a folder that all users concerned can enter
#	sandbox_start FOLDER KIND [SAY] starts everything; KIND as in webserver.sh; SAY is called with a line for each step
#	sandbox_enrol FOLDER FILE       enrols FILE.key and FILE.crt with scepcli
#	sandbox_enrol_strongswan FOLDER FILE    the same with strongSwan's pki
#	sandbox_stop FOLDER             stops what runs there; no error when nothing does
#	sandbox_start_lasting FOLDER KIND [SAY]   the same for ./bootstrap sandbox: also writes FOLDER/env and FOLDER/stop
#
# sandbox_start exports SCEP_URL SCEP_CHALLENGE CHALLENGE_URL MSCEP_ADMIN_URL API_TOKEN_FILE SCEPGATE_CONF SCEPGATE_SQLDIR CA_CERT PGHOST PGPORT
# PGDATABASE PGUSER PATH and sets WEB_PID WORKER_PIDS POSTGRES_PID. The endpoint takes static and dynamic challenges; the API token, whose name is
# sandbox, mints the latter. Below the folder: pg/ (see postgres.sh), etc/, bin/, cgi-bin/, web/ (see webserver.sh).

. "${SANDBOX_LIB:-$SCEPGATE_SRCDIR/tests/support}/postgres.sh"
. "${SANDBOX_LIB:-$SCEPGATE_SRCDIR/tests/support}/webserver.sh"

SANDBOX_APPLICATION=corp
SANDBOX_PROFILE=devices
SANDBOX_ROLES='scepgate_owner scepgate_worker scepgate_admin scepgate_operator scepgate_auditor scepgate_minter scepgate_public'
# What scep.fcgi and challenge.fcgi are in the database.
SANDBOX_WEB_ROLES='scepgate_worker scepgate_minter scepgate_public'

sandbox_fail()
{
	printf 'sandbox: %s\n' "$*" >&2
	return 1
}

sandbox_make_folder()
{
	local folder
	folder=$(mktemp -d "${SANDBOX_TMP:-/tmp}/scepgate.XXXXXX") && chmod 0755 "$folder" && echo "$folder"
}

# Where the build left a program.
sandbox_program()
{
	local folder
	for folder in . src src/ctl cgi-bin; do
		if [ -x "$SCEPGATE_BUILDDIR/$folder/$1" ]; then
			echo "$SCEPGATE_BUILDDIR/$folder/$1"
			return
		fi
	done
	sandbox_fail "$1 is not built below $SCEPGATE_BUILDDIR"
}

# The programs move to where the web server's user can run them: the sources may be below somebody's home.
sandbox_programs()
{
	local folder=$1 name from
	mkdir -p "$folder/bin" "$folder/cgi-bin" || return
	for name in scepadm scepcli scep.fcgi challenge.fcgi pki.fcgi; do
		from=$(sandbox_program "$name") || return
		case $name in
		*.fcgi) cp "$from" "$folder/cgi-bin/" || return ;;
		*) cp "$from" "$folder/bin/" || return ;;
		esac
	done
	chmod -R a+rX "$folder/bin" "$folder/cgi-bin"
}

# Peer authentication: the web server's user may be what its programs are and nobody else; whoever starts this may be every role.
sandbox_database()
{
	local folder=$1 me role map=
	me=$(id -un)
	for role in $SANDBOX_WEB_ROLES; do
		map="${map}scepgate $(web_user) $role"$'\n'
	done
	for role in postgres $SANDBOX_ROLES; do
		[ "$(web_user)" = "$me" ] && [[ " $SANDBOX_WEB_ROLES " == *" $role "* ]] || map="${map}scepgate $me $role"$'\n'
	done
	mkdir -p "$folder/pg" || return
	PG_FSYNC=${PG_FSYNC:-on} PG_SOCKET_MODE=0755 PG_HBA='local all all peer map=scepgate' PG_IDENT=$map pg_start "$folder/pg" || return
	POSTGRES_PID=$(pg_pid "$folder/pg")
}

# The configuration file and the key-encryption secret, readable for the web server's user.
sandbox_configure()
{
	local folder=$1
	mkdir -p "$folder/etc" || return
	cat >"$folder/etc/scepgate.conf" <<-CONF
		[database]
		conninfo = host=$PGHOST port=$PGPORT dbname=$PGDATABASE
		worker_user = scepgate_worker
		connect_timeout = ${SANDBOX_CONNECT_TIMEOUT:-5}
		[keys]
		secret_file = key.secret
		provider = ${SANDBOX_KEY_PROVIDER:-auto}
		${SANDBOX_KEYS-}
		[log]
		target = stderr
		level = ${SANDBOX_LOG_LEVEL:-info}
		[url]
		base = http://127.0.0.1:$WEB_PORT
	CONF
	export SCEPGATE_CONF=$folder/etc/scepgate.conf SCEPGATE_SQLDIR=${SANDBOX_SQL:-$SCEPGATE_SRCDIR/sql}
	scepadm secret create "$folder/etc/key.secret" >>"$folder/setup.log" 2>&1 || return
	if [ "$(id -u)" -eq 0 ]; then
		chgrp "$(id -gn "$(web_user)")" "$folder/etc/key.secret" && chmod 0640 "$folder/etc/key.secret"
	fi
}

# Schema, CA, policy, profile, application, endpoint, static challenge, token for dynamic ones.
sandbox_setup()
{
	local folder=$1
	SCEP_CHALLENGE=$(openssl rand -hex 12) || return
	(umask 077 && printf '%s\n' "$SCEP_CHALLENGE" >"$folder/etc/challenge") || return
	PGUSER=postgres scepadm db init >>"$folder/setup.log" 2>&1 || return
	export PGUSER=scepgate_admin
	scepadm setup "$SANDBOX_APPLICATION/$SANDBOX_PROFILE" --yes --challenge-file "$folder/etc/challenge" ${SANDBOX_SETUP_OPTIONS-} >>"$folder/setup.log" 2>&1 &&
		scepadm endpoint alter "$SANDBOX_APPLICATION/$SANDBOX_PROFILE" --challenge-mode both >>"$folder/setup.log" 2>&1 || return
	API_TOKEN_FILE=$folder/etc/api-token
	(umask 077 && scepadm token create sandbox --endpoints "$SANDBOX_APPLICATION/$SANDBOX_PROFILE" >"$API_TOKEN_FILE" 2>>"$folder/setup.log") || return
	CA_CERT=$folder/ca.pem
	sandbox_ca_name=$(psql -XAtqc 'SELECT name FROM scepgate.ca ORDER BY id LIMIT 1') &&
		scepadm ca export "$sandbox_ca_name" >"$CA_CERT" 2>>"$folder/setup.log"
}

# sandbox_start FOLDER KIND [SAY]
sandbox_start()
{
	local folder=$1 kind=$2 say=${3:-:} attempt url
	# The servers' users must get at what is made here; secrets have their own modes.
	umask 022
	export PATH="$folder/bin:$PATH"
	sandbox_programs "$folder" || return
	$say "PostgreSQL: a private cluster in $folder/pg"
	sandbox_database "$folder" || return
	WEB_PORT=$(web_free_port) || return
	$say "schema, CA, policy, profile, application and endpoint: scepadm setup $SANDBOX_APPLICATION/$SANDBOX_PROFILE"
	if ! sandbox_configure "$folder" || ! sandbox_setup "$folder"; then
		tail -n 20 "$folder/setup.log" >&2
		sandbox_fail "the setup failed"
		return
	fi
	export SCEP_CHALLENGE API_TOKEN_FILE CA_CERT
	$say "web server: $kind on 127.0.0.1:$WEB_PORT"
	for attempt in 1 2 3; do
		web_start "$kind" "$folder" && break
		[ "$attempt" -lt 3 ] || return
		# The port may have been taken since it was found free.
		WEB_PORT=$(web_free_port) || return
		sed -i "s|^base = .*|base = http://127.0.0.1:$WEB_PORT|" "$SCEPGATE_CONF"
	done
	url=http://127.0.0.1:$WEB_PORT/scep/$SANDBOX_APPLICATION/$SANDBOX_PROFILE
	export SCEP_URL=$url/pkiclient.exe CHALLENGE_URL=$url/challenge MSCEP_ADMIN_URL=$url/certsrv/mscep_admin
	WORKER_PIDS=$(web_worker_pids "$folder")
}

sandbox_stop()
{
	local status=0
	web_stop "$1" || status=1
	[ ! -d "$1/pg" ] || pg_stop "$1/pg" fast || status=1
	return $status
}

sandbox_enrol()
{
	scepcli enroll "$SCEP_URL" --subject 'CN=device.example.org,O=Example' --san dns:device.example.org \
		--challenge-file "$1/etc/challenge" --key-out "$2.key" --out "$2.crt"
}

# pki names plugins that it cannot load on standard error, so that goes to a log.
sandbox_enrol_strongswan()
{
	openssl genrsa -traditional 2048 2>/dev/null | openssl rsa -outform DER -out "$2.key" 2>/dev/null &&
		pki --scepca --url "$SCEP_URL" --caout "$2-ca.pem" --raout "$2-ra.pem" --outform pem 2>>"$1/pki.log" &&
		pki --scep --url "$SCEP_URL" --in "$2.key" --dn 'O=Example, CN=strongswan.example.org' --san strongswan.example.org \
			--password "$SCEP_CHALLENGE" --cacert-enc "$2-ra.pem" --cacert-sig "$2-ra.pem" --cacert "$2-ca.pem" --outform pem >"$2.crt" 2>>"$1/pki.log" &&
		return
	tail -n 20 "$1/pki.log" >&2
	return 1
}

# --- the sandbox that stays ----------------------------------------------------------------------------------------------

SANDBOX_MARK='# scepgate sandbox'

# The file holds the challenge, so it is for its owner alone.
sandbox_write_env()
{
	local name
	rm -f "$1/env" && (umask 077 && : >"$1/env") || return
	{
		echo "$SANDBOX_MARK"
		for name in SCEP_URL SCEP_CHALLENGE CHALLENGE_URL MSCEP_ADMIN_URL API_TOKEN_FILE SCEPGATE_CONF SCEPGATE_SQLDIR CA_CERT PGHOST PGPORT PGDATABASE PGUSER WEB_PID WORKER_PIDS POSTGRES_PID; do
			printf 'export %s=%s\n' "$name" "${!name@Q}"
		done
		name=$2/bin
		printf 'export PATH=%s:"$PATH"\n' "${name@Q}"
	} >"$1/env"
}

# The stop script brings its own copy of the functions: the sources may be gone when it is called. What runs elsewhere than in its folder
# leaves nothing there.
sandbox_write_stop()
{
	mkdir -p "$1/lib" && cp "$SCEPGATE_SRCDIR"/tests/support/{sandbox,postgres,webserver}.sh "$1/lib/" || return
	cat >"$1/stop" <<-STOP
		#!/bin/bash
		# Stops the scepgate sandbox in this folder.
		folder=${1@Q}
		state=${2@Q}
		SANDBOX_LIB=\$folder/lib
		. "\$SANDBOX_LIB/sandbox.sh"
		sandbox_stop "\$state" || exit
		[ "\$state" = "\$folder" ] || rm -rf "\$state"
	STOP
	chmod 0755 "$1/stop"
}

# The folder where the sandbox runs: the given one, or one below /tmp when the server's users cannot reach that, or its path is too long
# for the name of a UNIX socket.
sandbox_state_folder()
{
	local user
	if [ ${#1} -gt 70 ]; then
		sandbox_make_folder
		return
	fi
	if [ "$(id -u)" -eq 0 ]; then
		for user in postgres "$(web_user)"; do
			if ! (cd / && runuser -u "$user" -- test -x "$1"); then
				sandbox_make_folder
				return
			fi
		done
	fi
	echo "$1"
}

sandbox_start_lasting()
{
	local folder state say=${3:-:}
	umask 022
	mkdir -p "$1" && folder=$(cd "$1" && pwd -P) || return
	if [ -e "$folder/env" ] && [ "$(head -n 1 "$folder/env")" = "$SANDBOX_MARK" ]; then
		"$folder/stop" || return
		rm -rf "$folder"/{pg,etc,bin,cgi-bin,web,lib,env,stop,ca.pem,setup.log}
	elif [ -n "$(ls -A "$folder")" ]; then
		sandbox_fail "$folder is not empty"
		return
	fi
	chmod a+rx "$folder" && state=$(sandbox_state_folder "$folder") || return
	[ "$state" = "$folder" ] || $say "the servers' users cannot work in $folder: they run in $state"
	sandbox_write_stop "$folder" "$state" || return
	if ! sandbox_start "$state" "$2" "$say"; then
		sandbox_stop "$state" || true
		return 1
	fi
	sandbox_write_env "$folder" "$state"
}
