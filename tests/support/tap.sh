# TAP for shell tests: source this, call ok, is, like and run_ok, and end with tap_done. Output of a command that is tested
# goes to a log file and is shown, as TAP comments, only when the test fails.
#
# Needs bash. A test says at most one thing; its name is a sentence.

tap_count=0
tap_failures=0

# Print text as TAP comments on standard output, so that it stays beside the test that it explains.
tap_note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# tap_show FILE [LINES]: the end of a file as TAP comments.
tap_show()
{
	[ -s "$1" ] || return 0
	tail -n "${2:-40}" "$1" | tr -d '\000' | sed 's/^/#   /'
}

tap_pass()
{
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

tap_fail()
{
	tap_count=$((tap_count + 1))
	tap_failures=$((tap_failures + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
}

# ok NAME COMMAND...: passes when the command succeeds. Shows its output when it does not.
ok()
{
	local name=$1 log status=0
	shift
	log=$(mktemp)
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		tap_pass "$name"
	else
		tap_fail "$name"
		tap_note "exit status $status of: $*"
		tap_show "$log"
	fi
	rm -f "$log"
	return "$status"
}

# is NAME ACTUAL EXPECTED: passes when both texts are equal.
is()
{
	if [ "$2" = "$3" ]; then
		tap_pass "$1"
	else
		tap_fail "$1"
		tap_note "     got: $2"
		tap_note "expected: $3"
		return 1
	fi
}

# like NAME ACTUAL REGEX: passes when the extended regular expression matches.
like()
{
	if [[ $2 =~ $3 ]]; then
		tap_pass "$1"
	else
		tap_fail "$1"
		tap_note "     got: $2"
		tap_note "expected to match: $3"
		return 1
	fi
}

# unlike NAME ACTUAL REGEX: passes when the extended regular expression does not match.
unlike()
{
	if [[ $2 =~ $3 ]]; then
		tap_fail "$1"
		tap_note "     got: $2"
		tap_note "must not match: $3"
		return 1
	fi
	tap_pass "$1"
}

# Stop the whole test file: what follows could only fail for the same reason.
tap_bail()
{
	printf 'Bail out! %s\n' "$*"
	exit 99
}

# The last call of a test file: prints the plan and exits.
tap_done()
{
	printf '1..%d\n' "$tap_count"
	[ "$tap_failures" -eq 0 ]
	exit
}
