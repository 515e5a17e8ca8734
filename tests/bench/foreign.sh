# micromdm's scepserver (Debian's package scep) to compare with. It binds every address, so it gets a network of its own that has a loopback device alone. As an
# ordinary user that takes a user namespace. Source this; needs bash.
#
#	foreign_start FOLDER BITS     starts it with a CA key of that many bits, which is its RA key as well; sets FOREIGN_URL FOREIGN_CA FOREIGN_CHALLENGE FOREIGN_PID;
#	                              false when it is not installed or there can be no such network
#	foreign_inside COMMAND...     runs a command in that network
#	foreign_stop                  stops it; no error when it does not run

FOREIGN_PID= FOREIGN_HOLDER=

# ioctl SIOCSIFFLAGS with IFF_UP and IFF_RUNNING; then the server. The process that holds the network waits for it.
foreign_script='
	set -eu
	perl -MSocket -e '\''my ($socket, $request) = (undef, pack("a16 s x22", "lo", 0x41));
		socket($socket, AF_INET, SOCK_DGRAM, 0) && ioctl($socket, 0x8914, $request) or die "lo: $!\n"'\''
	cd "$1"
	scepserver ca -init -depot depot -organization Example -country CH -keySize "$2" >/dev/null
	scepserver -depot depot -port 8080 -challenge "$(cat challenge)" >server.log 2>&1 &
	echo $! >pid
	trap "kill $(cat pid)" TERM
	wait'

foreign_namespaces()
{
	[ "$(id -u)" -eq 0 ] && printf '%s' -n || printf '%s' -rn
}

foreign_inside()
{
	local namespaces='-n'
	[ "$(id -u)" -eq 0 ] || namespaces='-U -n --preserve-credentials'
	nsenter -t "$FOREIGN_HOLDER" $namespaces "$@"
}

foreign_answers()
{
	foreign_inside curl -s -o "$FOREIGN_FOLDER/answer" 'http://127.0.0.1:8080/scep?operation=GetCACert' &&
		openssl x509 -inform DER -in "$FOREIGN_FOLDER/answer" -out "$FOREIGN_CA" 2>/dev/null
}

foreign_start()
{
	local attempt
	command -v scepserver >/dev/null && unshare "$(foreign_namespaces)" true 2>/dev/null || return
	FOREIGN_FOLDER=$1 FOREIGN_URL=http://127.0.0.1:8080/scep FOREIGN_CA=$1/ca.pem FOREIGN_CHALLENGE=$1/challenge
	mkdir -p "$1" && openssl rand -hex 12 >"$FOREIGN_CHALLENGE" || return
	unshare "$(foreign_namespaces)" bash -c "$foreign_script" foreign "$1" "$2" >"$1/log" 2>&1 &
	FOREIGN_HOLDER=$!
	for attempt in $(seq 100); do
		if foreign_answers; then
			FOREIGN_PID=$(cat "$1/pid")
			return 0
		fi
		sleep 0.1
	done
	cat "$1/log" >&2
	foreign_stop
	return 1
}

foreign_stop()
{
	[ -n "$FOREIGN_HOLDER" ] || return 0
	kill "$FOREIGN_HOLDER" 2>/dev/null
	wait "$FOREIGN_HOLDER" 2>/dev/null
	FOREIGN_HOLDER= FOREIGN_PID=
}
