#!/usr/bin/perl
# An MDM that stands between its devices and the SCEP server: takes their requests under a path of its own, in which the device, its profile and
# its challenge are named, and asks the server for them.
#
#	relay.pl PATH TARGET AGENT LOG
#
# PATH is compared as it was sent, escapes and all; a request for another one is answered 404. Only the three operations that an MDM passes on are: others
# are 400. Prints its port on standard output once it listens; writes "OPERATION STATUS" for each request to LOG; runs until it is killed.

use strict;
use warnings;
use IO::Socket::INET;

my ($path, $target, $agent, $log) = @ARGV;
my ($host, $port, $place) = $target =~ m{^http://([^:/]+):(\d+)(/.*)$} or die "not a URL: $target\n";
my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1') or die "cannot listen: $!\n";

# One message, its head and its body. @return both, or nothing.
sub read_message
{
	my ($socket) = @_;
	my ($head, $body) = ('', '');
	until ($head =~ /\r\n\r\n$/) {
		my $line = <$socket>;
		return unless defined $line;
		$head .= $line;
	}
	my ($length) = $head =~ /^Content-Length: *(\d+)/mi;
	while (length $body < ($length // 0)) {
		read($socket, $body, $length - length $body, length $body) or return;
	}
	return ($head, $body);
}

sub answer
{
	my ($device, $status, $type, $body) = @_;
	print $device "HTTP/1.1 $status\r\nContent-Type: $type\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
}

# Asks the server. @return status, media type and body.
sub ask_server
{
	my ($method, $query, $body) = @_;
	my $server = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 30) or return ('502 Bad Gateway', 'text/plain', "$!\n");
	binmode $server;
	print $server "$method $place?$query HTTP/1.1\r\nHost: $host:$port\r\nUser-Agent: $agent\r\nConnection: close\r\n" .
		($method eq 'POST' ? "Content-Type: application/x-pki-message\r\nContent-Length: " . length($body) . "\r\n" : '') . "\r\n$body";
	$server->flush;
	my ($head, $content) = read_message($server) or return ('502 Bad Gateway', 'text/plain', "no answer\n");
	my ($status) = $head =~ m{^HTTP/1\.[01] ([^\r\n]+)};
	my ($type) = $head =~ /^Content-Type: *([^\r\n]+)/mi;
	return ($status, $type // 'application/octet-stream', $content);
}

sub serve
{
	my ($device) = @_;
	my ($head, $body) = read_message($device) or return;
	my ($method, $asked, $query) = $head =~ m{^(GET|POST) ([^ ?]*)\??([^ ]*) HTTP/1\.[01]\r\n};
	return answer($device, '404 Not Found', 'text/plain', "no such device\n") unless defined $asked && $asked eq $path;
	my ($operation) = $query =~ /(?:^|&)operation=(GetCACaps|GetCACert|PKIOperation)(?:&|$)/;
	return answer($device, '400 Bad Request', 'text/plain', "not passed on\n") unless defined $operation;
	my @answer = ask_server($method, $query, $body);
	print {$log} "$operation ", $answer[0] =~ /^(\d+)/, "\n";
	answer($device, @answer);
}

open my $file, '>>', $log or die "$log: $!\n";
$file->autoflush(1);
$log = $file;
$| = 1;
$SIG{CHLD} = 'IGNORE';
print $listener->sockport, "\n";
while (my $device = $listener->accept) {
	binmode $device;
	next if fork;
	serve($device);
	exit 0;
}
