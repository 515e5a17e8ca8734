#!/bin/bash
# Runs inside a private D-Bus session, whose bus starts certmonger's daemon: enrols one certificate over SCEP. See client_certmonger in
# clients.sh.
#
#	certmonger.sh URL OUT CN DNS CHALLENGE-FILE RA-CERT CA-CERT

set -u
url=$1 out=$2 cn=$3 dns=$4 challenge_file=$5 ra_cert=$6 ca_cert=$7

getcert add-scep-ca -s -c scepgate -u "$url" -r "$ra_cert" -N "$ca_cert" || exit 1
# A request that comes before the daemon has asked the server for its certificates is never sent.
for _ in $(seq 300); do
	grep -qs '^ca_encryption_cert=' "$HOME"/.config/certmonger/cas/* && break
	sleep 0.1
done
getcert request -s -c scepgate -I device -k "$out.key" -f "$out.crt" -g 2048 -N "CN=$cn,O=Example,C=CH" -D "$dns" -u digitalSignature -u keyEncipherment \
	-l "$challenge_file" -w --wait-timeout "${CERTMONGER_TIMEOUT:-60}"
status=$?
getcert list -s
[ "$status" -eq 0 ] && [ -s "$out.crt" ]
