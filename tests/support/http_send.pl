#!/usr/bin/perl
# Sends many HTTP requests over few connections and counts the answers, for tests.
#
#	http_send.pl URL truncate FILE STEP   POSTs every proper prefix of the file, lengths 1, 1 + STEP, ...
#	http_send.pl URL random COUNT SEED    POSTs bodies of random octets, 1..4096 long
#	http_send.pl URL flip FILE STEP       POSTs the file with one octet changed, at offsets 0, STEP, ...
#
# Prints one line for each kind of answer: "COUNT STATUS MEDIA-TYPE". An answer that is no HTTP counts as "broken".

use strict;
use warnings;
use IO::Socket::INET;

my ($url, $mode, @arguments) = @ARGV;
my ($host, $port, $target) = $url =~ m{^http://([^:/]+):(\d+)(/.*)$} or die "not a URL: $url\n";
my ($socket, %count);

sub slurp
{
	my ($name) = @_;
	open my $file, '<:raw', $name or die "$name: $!\n";
	local $/;
	return scalar <$file>;
}

# Reads one answer with a Content-Length; undef when the server closed before its end.
sub read_answer
{
	my $head = '';
	until ($head =~ /\r\n\r\n$/) {
		my $line = <$socket>;
		return undef unless defined $line;
		$head .= $line;
	}
	my ($status) = $head =~ m{^HTTP/1\.[01] (\d+)};
	my ($length) = $head =~ /^Content-Length: (\d+)\r$/mi;
	my ($type) = $head =~ /^Content-Type: ([^\r;]+)/mi;
	my $body = '';
	return undef unless defined $status && defined $length;
	while (length $body < $length) {
		read($socket, $body, $length - length $body, length $body) or return undef;
	}
	my $is_closing = $head =~ /^Connection: close\r$/mi;
	return ("$status " . ($type // '-'), $is_closing);
}

sub attempt
{
	my ($body) = @_;
	$socket //= IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 30) or die "cannot connect: $!\n";
	binmode $socket;
	print $socket "POST $target HTTP/1.1\r\nHost: $host:$port\r\nContent-Type: application/x-pki-message\r\nContent-Length: " . length($body) . "\r\n\r\n" . $body;
	$socket->flush;
	my ($answer, $is_closing) = read_answer();
	undef $socket if !defined $answer || $is_closing;
	return $answer;
}

sub post
{
	my ($body) = @_;
	my $is_fresh = !defined $socket;
	my $answer = attempt($body);
	# A kept connection may have been closed before it saw the request.
	$answer = attempt($body) if !defined $answer && !$is_fresh;
	$count{$answer // 'broken'}++;
}

$SIG{PIPE} = 'IGNORE';
if ($mode eq 'truncate') {
	my ($message, $step) = (slurp($arguments[0]), $arguments[1]);
	for (my $length = 1; $length < length $message; $length += $step) {
		post(substr $message, 0, $length);
	}
} elsif ($mode eq 'flip') {
	my ($message, $step) = (slurp($arguments[0]), $arguments[1]);
	for (my $at = 0; $at < length $message; $at += $step) {
		my $changed = $message;
		substr($changed, $at, 1) = chr(ord(substr $changed, $at, 1) ^ 0xff);
		post($changed);
	}
} elsif ($mode eq 'random') {
	srand $arguments[1];
	for (1 .. $arguments[0]) {
		post(join '', map { chr int rand 256 } 1 .. 1 + int rand 4096);
	}
} else {
	die "unknown mode: $mode\n";
}
print "$count{$_} $_\n" for sort keys %count;
