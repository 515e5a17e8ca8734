#!/bin/bash
# Runs inside a private D-Bus session, whose bus starts certmonger's daemon: does one step after the other with one certificate over SCEP. See
# client_certmonger in clients.sh.
#
#	certmonger.sh URL OUT CN DNS CHALLENGE-FILE RA-CERT CA-CERT STEP...
#
#	request           asks for OUT.crt with a new key, OUT.key
#	start-tracking    takes both as they are, and knows no challenge
#	resubmit          renews with the same key
#	rekey             renews with a new one
#
# After each step the certificate and the key are copied to OUT.STEP.crt and OUT.STEP.key.

set -u
url=$1 out=$2 cn=$3 dns=$4 challenge_file=$5 ra_cert=$6 ca_cert=$7
shift 7

timeout=${CERTMONGER_TIMEOUT:-60}

# getcert waits for a state that the request may still have from before, so it is the certificate that tells.
until_new()
{
	local before i
	before=$(cat "$out.crt")
	"$@" || return
	for ((i = 0; i < timeout * 10; i++)); do
		[ "$(cat "$out.crt")" = "$before" ] || return 0
		sleep 0.1
	done
	return 1
}

# A daemon that has not read the certificate yet would ask for names of its own making.
until_tracked()
{
	local i
	for ((i = 0; i < timeout * 10; i++)); do
		getcert list -s -i device | grep -q 'status: MONITORING' && return 0
		sleep 0.1
	done
	return 1
}

step()
{
	local wait="-w --wait-timeout $timeout"
	case $1 in
	request)
		getcert request -s -c scepgate -I device -k "$out.key" -f "$out.crt" -g 2048 -N "CN=$cn,O=Example,C=CH" -D "$dns" -u digitalSignature \
			-u keyEncipherment -l "$challenge_file" $wait ;;
	start-tracking) getcert start-tracking -s -c scepgate -I device -k "$out.key" -f "$out.crt" && until_tracked ;;
	resubmit) until_new getcert resubmit -s -i device $wait ;;
	rekey) until_new getcert rekey -s -i device -g 2048 $wait ;;
	esac
}

getcert add-scep-ca -s -c scepgate -u "$url" -r "$ra_cert" -N "$ca_cert" || exit 1
# A request that comes before the daemon has asked the server for its certificates is never sent.
for _ in $(seq 300); do
	grep -qs '^ca_encryption_cert=' "$HOME"/.config/certmonger/cas/* && break
	sleep 0.1
done
status=0
for name in "$@"; do
	step "$name" || { status=1; break; }
	cp "$out.crt" "$out.$name.crt" && cp "$out.key" "$out.$name.key" || { status=1; break; }
done
getcert list -s
[ "$status" -eq 0 ] && [ -s "$out.crt" ]
