#!/usr/bin/perl
# Sends many HTTP POSTs without a body at once, for tests: opens all connections first, then writes to all of them, then reads what comes.
#
#	http_burst.pl URL COUNT [HEADER...]
#
# Prints a line for each answer: "STATUS BODY", or "broken".

use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($url, $count, @headers) = @ARGV;
my ($host, $port, $target) = $url =~ m{^http://([^:/]+):(\d+)(/.*)$} or die "not a URL: $url\n";
my $request = join "\r\n", "POST $target HTTP/1.1", "Host: $host:$port", 'Content-Length: 0', 'Connection: close', @headers, '', '';
my (%answer, $select);

$SIG{PIPE} = 'IGNORE';
my @sockets = map { IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 30) or die "cannot connect: $!\n" } 1 .. $count;
$select = IO::Select->new(@sockets);
for my $socket (@sockets) {
	$answer{$socket} = '';
	syswrite $socket, $request;
}
while ($select->count > 0) {
	my @ready = $select->can_read(60) or last;
	for my $socket (@ready) {
		my $got = sysread $socket, $answer{$socket}, 65536, length $answer{$socket};
		$select->remove($socket) if !$got;
	}
}
for my $socket (@sockets) {
	my ($status, $body) = $answer{$socket} =~ m{^HTTP/1\.[01] (\d+).*?\r\n\r\n(.*)$}s;
	print defined $status ? "$status " . ($body =~ s/\s+/ /gr) . "\n" : "broken\n";
}
