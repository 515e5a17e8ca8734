# Private web servers in front of scep.fcgi and challenge.fcgi, on loopback, from the sample configurations of cgi-bin/ as they are. Source this; needs bash.
#
#	web_start KIND FOLDER       needs WEB_PORT, SCEPGATE_CONF and both programs in FOLDER/cgi-bin; all else goes to FOLDER/web. Waits until it
#	                            answers; sets WEB_PID
#	web_stop FOLDER             stops it, its helpers and its workers, and waits; no error when nothing runs
#	web_revive KIND FOLDER      starts workers of scep.fcgi again that ended and that nothing but spawn-fcgi watches over
#	web_worker_pids FOLDER [PROGRAM]    prints the workers that run now: scep.fcgi's, or that program's
#	web_free_port               prints a TCP port that is free on loopback
#	web_user                    prints the name of the user that the workers run as
#	WEB_KINDS                   all kinds
#
# As root, the servers give up their rights to www-data, as Debian's do; otherwise they run as the caller.
# WEB_WORKERS says how many workers each program gets (default 2); WEB_WORKER_WRAPPER and WEB_MINTER_WRAPPER programs to put before scep.fcgi and
# challenge.fcgi (kinds nginx and apache-proxy-fcgi); WEB_ACCESS_LOG a file for a log of every request (kinds nginx and nginx-fcgiwrap; default: none).

# Where Debian has the servers. The PATH of an ordinary user does not name it.
PATH=$PATH:/usr/sbin:/sbin

WEB_KINDS='lighttpd-fastcgi lighttpd-cgi apache-fcgid apache-proxy-fcgi apache-cgi nginx nginx-fcgiwrap'

web_fail()
{
	printf 'webserver: %s\n' "$*" >&2
	return 1
}

web_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		echo www-data
	else
		id -un
	fi
}

web_free_port()
{
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport, "\n"'
}

# web_detach LOG COMMAND...: runs it in a session of its own, without any descriptor of ours; prints its process id.
web_detach()
{
	local log=$1
	shift
	(
		cd /
		exec setsid "$@" </dev/null >>"$log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
		echo $!
	)
}

# web_as_user COMMAND...: as the web server's user. Prints no process id; runs in the foreground.
web_as_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u "$(web_user)" -- "$@"
	else
		"$@"
	fi
}

web_worker_pids()
{
	local folder process pids=
	folder=$(cd "$1" && pwd -P) || return
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/exe" 2>/dev/null)" != "$folder/cgi-bin/${2:-scep.fcgi}" ] || pids="$pids ${process#/proc/}"
	done
	echo ${pids# }
}

# web_process_runs PID: whether it does; a zombie does not.
web_process_runs()
{
	[ -d "/proc/$1" ] && ! grep -q "^State:[[:space:]]*Z" "/proc/$1/status" 2>/dev/null
}

# web_wait_gone SECONDS PID...: until none of them runs.
web_wait_gone()
{
	local deadline=$((SECONDS + $1)) pid
	shift
	for pid in "$@"; do
		while web_process_runs "$pid"; do
			[ $SECONDS -lt $deadline ] || return 1
			sleep 0.05
		done
	done
}

# --- configurations: what belongs to a host, around the sample ----------------------------------------------------------------

web_config_lighttpd()
{
	local folder=$1 sample=$2
	{
		cat <<-CONF
			server.document-root = "$folder/web/htdocs"
			server.bind = "127.0.0.1"
			server.port = $WEB_PORT
			server.errorlog = "$folder/web/error.log"
			server.breakagelog = "$folder/web/workers.log"
			var.scepgate_program = "$folder/cgi-bin/scep.fcgi"
			var.scepgate_conf = "$SCEPGATE_CONF"
			var.scepgate_socket = "$folder/web/scep.sock"
			var.scepgate_workers = ${WEB_WORKERS:-2}
			var.scepgate_challenge_program = "$folder/cgi-bin/challenge.fcgi"
			var.scepgate_challenge_socket = "$folder/web/challenge.sock"
			var.scepgate_challenge_workers = ${WEB_WORKERS:-2}
			var.scepgate_pki_program = "$folder/cgi-bin/pki.fcgi"
			var.scepgate_pki_socket = "$folder/web/pki.sock"
			var.scepgate_pki_workers = 1
		CONF
		[ "$(id -u)" -ne 0 ] || printf 'server.username = "%s"\nserver.groupname = "%s"\n' "$(web_user)" "$(id -gn "$(web_user)")"
		printf 'include "%s/cgi-bin/%s"\n' "$SCEPGATE_SRCDIR" "$sample" "$SCEPGATE_SRCDIR" lighttpd-pki.conf
	} >"$folder/web/lighttpd.conf"
}

web_config_apache()
{
	local folder=$1 sample=$2 modules=/usr/lib/apache2/modules module
	{
		printf 'ServerRoot "%s/web"\nServerName 127.0.0.1\nListen 127.0.0.1:%s\n' "$folder" "$WEB_PORT"
		printf 'PidFile "%s/web/apache.pid"\nErrorLog "%s/web/error.log"\nDefaultRuntimeDir "%s/web"\nMutex file:%s/web\n' "$folder" "$folder" "$folder" "$folder"
		for module in mpm_event authz_core alias; do
			printf 'LoadModule %s_module %s/mod_%s.so\n' "$module" "$modules" "$module"
		done
		[ "$(id -u)" -ne 0 ] || printf 'User %s\nGroup %s\n' "$(web_user)" "$(id -gn "$(web_user)")"
		printf 'Define SCEPGATE_PROGRAM "%s/cgi-bin/scep.fcgi"\nDefine SCEPGATE_CONF "%s"\nDefine SCEPGATE_SOCKET "%s/web/scep.sock"\n' "$folder" "$SCEPGATE_CONF" "$folder"
		printf 'Define SCEPGATE_CHALLENGE_PROGRAM "%s/cgi-bin/challenge.fcgi"\nDefine SCEPGATE_CHALLENGE_SOCKET "%s/web/challenge.sock"\n' "$folder" "$folder"
		printf 'Define SCEPGATE_PKI_PROGRAM "%s/cgi-bin/pki.fcgi"\n' "$folder"
		printf 'Include "%s/cgi-bin/%s"\n' "$SCEPGATE_SRCDIR" "$sample" "$SCEPGATE_SRCDIR" apache-pki.conf
		printf '<IfModule fcgid_module>\nFcgidIPCDir "%s/web/fcgid"\nFcgidProcessTableFile "%s/web/fcgid.shm"\n</IfModule>\n' "$folder" "$folder"
		printf '<IfModule cgid_module>\nScriptSock "%s/web/cgid.sock"\n</IfModule>\n' "$folder"
	} >"$folder/web/apache.conf"
}

# As user: temporary files of nginx must not go to /var/lib/nginx, which is root's.
web_config_nginx()
{
	local folder=$1 sample=$2 kind
	{
		[ "$(id -u)" -ne 0 ] || printf 'user %s %s;\n' "$(web_user)" "$(id -gn "$(web_user)")"
		printf 'daemon off;\nworker_processes 1;\npid %s/web/nginx.pid;\nerror_log %s/web/error.log;\nevents { worker_connections 128; }\n' "$folder" "$folder"
		printf 'http {\n\taccess_log %s;\n' "${WEB_ACCESS_LOG:-off}"
		for kind in client_body proxy fastcgi uwsgi scgi; do
			printf '\t%s_temp_path %s/web/temp-%s;\n' "$kind" "$folder" "$kind"
		done
		printf '\tupstream scepgate { server unix:%s/web/scep.sock; }\n\tupstream scepgate_challenge { server unix:%s/web/challenge.sock; }\n' "$folder" "$folder"
		printf '\tupstream scepgate_pki { server unix:%s/web/pki.sock; }\n' "$folder"
		printf '\tserver {\n\t\tlisten 127.0.0.1:%s;\n' "$WEB_PORT"
		printf '\t\tset $scepgate_program %s/cgi-bin/scep.fcgi;\n\t\tset $scepgate_challenge_program %s/cgi-bin/challenge.fcgi;\n\t\tset $scepgate_conf %s;\n' \
			"$folder" "$folder" "$SCEPGATE_CONF"
		printf '\t\tinclude %s/cgi-bin/%s;\n' "$SCEPGATE_SRCDIR" "$sample" "$SCEPGATE_SRCDIR" nginx-pki.conf
		printf '\t}\n}\n'
	} >"$folder/web/nginx.conf"
}

# --- starting and stopping -----------------------------------------------------------------------------------------------

# web_spawn FOLDER NAME COUNT COMMAND...: that many processes on FOLDER/web/NAME.sock, as the web server's user. Their standard error goes to a log,
# because spawn-fcgi closes it.
web_spawn()
{
	local folder=$1 name=$2 count=$3 owner
	shift 3
	rm -f "$folder/web/$name.sock"
	owner=
	[ "$(id -u)" -ne 0 ] || owner="-u $(web_user) -g $(id -gn "$(web_user)") -U $(web_user)"
	(cd / && spawn-fcgi -s "$folder/web/$name.sock" -M 0600 $owner -F "$count" -P "$folder/web/$name.pid" -- \
		/bin/sh -c "exec $* 2>>$folder/web/workers.log") </dev/null >>"$folder/web/spawn.log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# The workers of scep.fcgi, of the kinds whose server does not start them itself.
web_start_workers()
{
	case $1 in
	nginx | apache-proxy-fcgi) web_spawn "$2" scep "${WEB_WORKERS:-2}" ${WEB_WORKER_WRAPPER-} "$2/cgi-bin/scep.fcgi" ;;
	# fcgiwrap runs both programs.
	nginx-fcgiwrap) web_spawn "$2" scep "${WEB_WORKERS:-2}" /usr/sbin/fcgiwrap -f ;;
	esac
}

# Those of challenge.fcgi.
web_start_minters()
{
	case $1 in
	nginx | apache-proxy-fcgi) web_spawn "$2" challenge "${WEB_WORKERS:-2}" ${WEB_MINTER_WRAPPER-} "$2/cgi-bin/challenge.fcgi" ;;
	esac
}

# That of pki.fcgi.
web_start_publisher()
{
	case $1 in
	nginx*) web_spawn "$2" pki 1 "$2/cgi-bin/pki.fcgi" ;;
	esac
}

web_revive()
{
	[ ! -s "$2/web/scep.pid" ] || [ -n "$(web_worker_pids "$2")" ] || web_start_workers "$1" "$(cd "$2" && pwd -P)"
}

# Prepares FOLDER/web and prints nothing; what workers write to is theirs.
web_prepare()
{
	local folder=$1
	mkdir -p "$folder/web/htdocs" && : >>"$folder/web/workers.log" && : >>"$folder/web/error.log" || return
	[ "$(id -u)" -ne 0 ] || chown "$(web_user)" "$folder/web" "$folder/web/workers.log" "$folder/web/error.log"
}

web_answers()
{
	[ "$(curl -s --max-time 10 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$WEB_PORT/scep/${1:-nobody/nothing}?operation=GetCACaps")" = "${2:-404}" ]
}

web_start()
{
	local kind=$1 folder deadline
	folder=$(cd "$2" && pwd -P) && web_prepare "$folder" || return
	web_start_workers "$kind" "$folder" && web_start_minters "$kind" "$folder" && web_start_publisher "$kind" "$folder" || { tail -n 5 "$folder/web/spawn.log" >&2; web_fail "the workers do not start"; return; }
	case $kind in
	lighttpd-*)
		web_config_lighttpd "$folder" "$kind.conf"
		WEB_PID=$(web_detach "$folder/web/server.log" lighttpd -D -f "$folder/web/lighttpd.conf") ;;
	apache-*)
		web_config_apache "$folder" "$kind.conf"
		WEB_PID=$(web_detach "$folder/web/server.log" apache2 -D FOREGROUND -f "$folder/web/apache.conf") ;;
	nginx*)
		web_config_nginx "$folder" "$kind.conf"
		WEB_PID=$(web_detach "$folder/web/server.log" nginx -c "$folder/web/nginx.conf" -e "$folder/web/error.log") ;;
	*)
		web_fail "$kind is no kind of web server"
		return ;;
	esac
	echo "$WEB_PID" >"$folder/web/web.pid"
	deadline=$((SECONDS + 30))
	until web_answers; do
		if ! web_process_runs "$WEB_PID" || [ $SECONDS -ge $deadline ]; then
			tail -n 20 "$folder/web/server.log" "$folder/web/error.log" "$folder/web/workers.log" >&2
			web_stop "$2"
			web_fail "$kind does not answer on port $WEB_PORT"
			return
		fi
		sleep 0.1
	done
}

web_stop()
{
	local folder name pids status=0
	[ -d "$1/web" ] || return 0
	folder=$(cd "$1" && pwd -P) || return
	# spawn-fcgi writes no line feed behind the last one.
	pids=$(for name in web scep challenge pki; do cat "$folder/web/$name.pid" 2>/dev/null; echo; done | tr '\n' ' ')
	rm -f "$folder/web/web.pid" "$folder/web/scep.pid" "$folder/web/challenge.pid" "$folder/web/pki.pid"
	[ -z "$pids" ] || kill -TERM $pids 2>/dev/null
	pids="$pids $(web_worker_pids "$folder") $(web_worker_pids "$folder" challenge.fcgi) $(web_worker_pids "$folder" pki.fcgi)"
	if ! web_wait_gone 15 $pids; then
		web_fail "still running after 15 seconds, killed: $pids"
		kill -KILL $pids 2>/dev/null
		web_wait_gone 5 $pids
		status=1
	fi
	return $status
}
