# The frame of the end-to-end tests: one PostgreSQL cluster and one web server of a kind, all cases of tests/e2e/cases one after the other.
# Source with SCEPGATE_SRCDIR and SCEPGATE_BUILDDIR set.
#
# A case is a file that defines case_run; it may use
#	KIND PERSISTENT      the kind of web server, and whether its workers outlive a request (yes or no)
#	SANDBOX WORK         the folder of the sandbox, and an empty one of the case's own
#	BASE URL CHALLENGE   the server, the endpoint corp/devices, its challenge
#	CHALLENGE_URL MSCEP_ADMIN_URL API_TOKEN     its dynamic challenges: by POST, as the NDES page, and the token for both, whose name is sandbox
#	LEGACY_CHALLENGE     the challenge of corp/legacy, which allows single DES
#	CA_CERT RA_CERT      certificates of corp/devices and corp/legacy's CA, and of corp/devices' RA (PEM)
#	WORKERS              the workers that were there when the server started
# Further endpoints: corp/chainless (GetCACert without the chain), corp/closed (no challenge: refuses everything).

. "$SCEPGATE_SRCDIR/tests/support/tap.sh"
. "$SCEPGATE_SRCDIR/tests/support/sandbox.sh"
. "$SCEPGATE_SRCDIR/tests/support/clients.sh"

# e2e_sql STATEMENT: as the database's owner.
e2e_sql()
{
	PGUSER=postgres psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# How many certificates have been issued to devices.
e2e_issued()
{
	e2e_sql 'SELECT count(*) FROM scepgate.certificate'
}

# e2e_ra_pem APPLICATION PROFILE: the current RA certificate, from the database.
e2e_ra_pem()
{
	e2e_sql "SELECT encode(r.certificate, 'base64') FROM scepgate.ra_certificate r JOIN scepgate.endpoint e ON e.id = r.endpoint_id
		JOIN scepgate.application a ON a.id = e.application_id JOIN scepgate.profile p ON p.id = e.profile_id
		WHERE r.state = 'current' AND a.name = '$1' AND p.name = '$2'" | openssl base64 -d | openssl x509 -inform DER
}

# e2e_wait_for WHAT COMMAND...: until it succeeds, 10 seconds at most.
e2e_wait_for()
{
	local what=$1 i
	shift
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "gave up waiting for $what"
	"$@"
}

# e2e_still_running PID...: those that run.
e2e_still_running()
{
	local pid running=
	for pid in "$@"; do
		! web_process_runs "$pid" || running="$running $pid"
	done
	echo ${running# }
}

e2e_none_running()
{
	[ -z "$(e2e_still_running "$@")" ]
}

# e2e_is_alive WHEN: the workers of the beginning still run, and the endpoint answers.
e2e_is_alive()
{
	is "$1 the endpoint answers" "$(curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "$URL?operation=GetCACaps")" 200
	[ "$PERSISTENT" = no ] || is "$1 the same workers run" "$(e2e_still_running $WORKERS)" "$WORKERS"
}

# e2e_issues_nothing NAME COMMAND...: the command must fail, and nothing may be issued.
e2e_issues_nothing()
{
	local name=$1 before
	shift
	before=$(e2e_issued)
	if "$@" >"$WORK/output" 2>&1; then
		tap_fail "$name: fails"
		tap_show "$WORK/output"
	else
		tap_pass "$name: fails"
	fi
	is "$name: nothing is issued" "$(e2e_issued)" "$before"
}

# e2e_is_refused NAME URL MESSAGE FAIL-INFO: answered by a CertRep FAILURE with this failInfo and a text, signed by the RA.
e2e_is_refused()
{
	local name=$1 reply=$3.rep
	is "$name: answered by a CertRep" "$(hand_post "$2" "$3" "$reply")" '200 application/x-pki-message' || return
	is "$name: pkiStatus FAILURE" "$(reply_status "$reply")" 2
	is "$name: failInfo" "$(reply_fail_info "$reply")" "$4"
	like "$name: failInfoText" "$(reply_fail_text "$reply")" '[a-z]'
}

# The endpoints beside corp/devices, made as an administrator makes them.
e2e_more_endpoints()
{
	local ca=$1 policy=$2 profile
	LEGACY_CHALLENGE=$(openssl rand -hex 12)
	printf '%s\n' "$LEGACY_CHALLENGE" >"$SANDBOX/etc/legacy-challenge"
	for profile in chainless legacy closed; do
		scepadm profile create "$profile" --ca "$ca" --policy "$policy" || return
	done
	scepadm endpoint attach corp/chainless --include-chain no &&
		scepadm endpoint attach corp/legacy --ciphers des-cbc,des3-cbc,aes128-cbc &&
		scepadm endpoint attach corp/closed &&
		scepadm challenge set corp/legacy --challenge-file "$SANDBOX/etc/legacy-challenge" &&
		scepadm endpoint alter corp/devices --default-for-host '*'
}

e2e_cleanup()
{
	# Whoever holds a lock in a case that died must not hold up the end.
	exec 8>&-
	sandbox_stop "$SANDBOX"
}

# e2e_start KIND [PREPARE]: PREPARE is called with the folder before anything is started there.
e2e_start()
{
	KIND=$1
	SANDBOX=$(sandbox_make_folder) || tap_bail "no folder"
	${2-:} "$SANDBOX"
	trap 'e2e_cleanup >/dev/null 2>&1; rm -rf "$SANDBOX"' EXIT
	trap 'exit 143' TERM INT
	PG_FSYNC=off sandbox_start "$SANDBOX" "$KIND" >"$SANDBOX/start.log" 2>&1 || { tap_show "$SANDBOX/start.log"; tap_bail "the sandbox does not start"; }
	BASE=http://127.0.0.1:$WEB_PORT
	URL=$SCEP_URL
	CHALLENGE=$SCEP_CHALLENGE
	API_TOKEN=$(cat "$API_TOKEN_FILE")
	RA_CERT=$SANDBOX/ra.pem
	e2e_ra_pem corp devices >"$RA_CERT" || tap_bail "there is no RA certificate"
	e2e_more_endpoints "$(e2e_sql 'SELECT name FROM scepgate.ca')" "$(e2e_sql 'SELECT name FROM scepgate.policy')" >"$SANDBOX/setup.log" 2>&1 ||
		{ tap_show "$SANDBOX/setup.log"; tap_bail "the endpoints cannot be made"; }
	WORKERS=$WORKER_PIDS
	PERSISTENT=yes
	[ -n "$WORKERS" ] || PERSISTENT=no
}

# Processes that have our folder in their command line, their working folder or their program, other than this one.
e2e_leftovers()
{
	local process
	for process in /proc/[0-9]*; do
		[ "${process#/proc/}" != $$ ] || continue
		if tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF "$SANDBOX" || [[ "$(readlink "$process/exe" "$process/cwd" 2>/dev/null)" == *"$SANDBOX"* ]]; then
			printf '%s: %s\n' "${process#/proc/}" "$(tr '\0' ' ' 2>/dev/null <"$process/cmdline")"
		fi
	done
}

# What the servers' logs must not hold.
e2e_log_findings()
{
	grep -rahE 'AddressSanitizer|LeakSanitizer|runtime error:|Assertion|SIGSEGV|stack smashing|buffer overflow' "$SANDBOX/web" 2>/dev/null | head -5
}

e2e_end()
{
	local running
	ok "everything stops" sandbox_stop "$SANDBOX"
	e2e_wait_for 'the last process' eval '[ -z "$(e2e_leftovers)" ]' >/dev/null 2>&1
	running=$(e2e_leftovers)
	is "nothing is left running" "$running" ""
	is "no crash and no sanitizer report in the logs" "$(e2e_log_findings)" ""
	if [ "$tap_failures" -gt 0 ]; then
		for log in "$SANDBOX"/web/*.log "$SANDBOX/pg/log"; do
			tap_note "--- $log"
			tap_show "$log" 60
		done
	fi
	trap - EXIT
	rm -rf "$SANDBOX"
	tap_done
}

# e2e_run_cases KIND: all of them, or those that E2E_CASES names.
e2e_run_cases()
{
	local file name
	e2e_start "$1"
	for file in "$SCEPGATE_SRCDIR"/tests/e2e/cases/*.sh; do
		name=$(basename "$file" .sh)
		[ -z "${E2E_CASES-}" ] || [[ " $E2E_CASES " == *" $name "* ]] || continue
		WORK=$SANDBOX/work/$name
		mkdir -p "$WORK"
		tap_note "--- $name"
		. "$file"
		case_run
	done
	e2e_end
}
