#!/usr/bin/perl
# Cuts the challenge out of an NDES page as programs in the field do, each with its own way to decode and to cut.
#
#	scrape.pl WAY [OPTION] <PAGE
#
#	fleet                    decodes UTF-16LE or UTF-8, then a regular expression without regard to case; knows the two pages without a challenge
#	python                   decodes as UTF-16 and nothing else, splits at ">"
#	powershell               decodes as UTF-16LE, splits at blanks, takes the first word that looks like 32 hexadecimal digits
#	junos                    an HTML parser that knows a byte order mark, and else UTF-8; lower-cased tags
#	dotnet CONTENT-TYPE      decodes as the header says, looks behind the marker, passes over what else looks hexadecimal
#	count LENGTH CONTENT-TYPE    decodes as the header says, and takes so many characters behind the marker
#
# Prints the challenge; or "full", "forbidden" (fleet), "undecodable", "nothing".

use strict;
use warnings;
use Encode ();

my ($way, @option) = @ARGV;
my $marker = 'The enrollment challenge password is: <B> ';
binmode STDIN;
binmode STDOUT;
my $page = do { local $/; <STDIN> } // '';

sub answer
{
	print $_[0] // 'nothing', "\n";
	exit 0;
}

sub decode
{
	my ($encoding, $octets) = @_;
	my $text = eval { Encode::decode($encoding, $octets, Encode::FB_CROAK) };
	answer('undecodable') unless defined $text;
	return $text;
}

# UTF-16 with the mark's byte order, and this machine's, little-endian, without one.
sub decode_utf16
{
	my ($octets) = @_;
	answer('undecodable') if length($octets) % 2;
	return decode('UTF-16', $octets) if $octets =~ /^(?:\xff\xfe|\xfe\xff)/;
	return decode('UTF-16LE', $octets);
}

# As a Content-Type has it. Without a charset UTF-8.
sub decode_declared
{
	my ($type, $octets) = @_;
	my ($charset) = ($type // '') =~ /charset="?([A-Za-z0-9-]+)/i;
	$charset = lc($charset // 'utf-8');
	return decode_utf16($octets) if $charset eq 'utf-16';
	$octets =~ s/^\xff\xfe// if $charset eq 'utf-16le';
	return decode($charset, $octets);
}

my %ways = (
	fleet => sub {
		my $text = $page =~ /\0/ ? decode('UTF-16LE', $page) : decode('UTF-8', $page);
		answer($1) if $text =~ /The enrollment challenge password is: <B> (\S+)/i;
		answer('full') if index($text, 'The password cache is full.') >= 0;
		answer('forbidden') if index($text, 'You do not have sufficient permission to enroll with SCEP.') >= 0;
	},
	python => sub {
		my @pieces = split />/, decode_utf16($page);
		for my $i (0 .. $#pieces - 1) {
			answer($1) if $pieces[$i] =~ /challenge password is: <B$/ && $pieces[$i + 1] =~ /^\s*(\S+)\s*</;
		}
	},
	powershell => sub {
		for my $word (split ' ', decode('UTF-16LE', length($page) % 2 ? substr($page, 0, -1) : $page)) {
			answer($1) if $word =~ /([A-F0-9]{32})/i;
		}
	},
	junos => sub {
		my $text = $page =~ /^\xff\xfe/ ? decode('UTF-16', $page) : Encode::decode('UTF-8', $page);
		$text =~ s/(<\/?[A-Za-z]+)/\L$1/g;
		answer($1) if $text =~ /password is: <b> ([A-Z0-9]+) /;
	},
	dotnet => sub {
		answer($1) if decode_declared($option[0], $page) =~ /enrollment challenge password is:\s*<B>\s*([0-9A-F]+)\s*<\/B>/;
	},
	count => sub {
		my $text = decode_declared($option[1], $page);
		my $at = index $text, $marker;
		answer(substr $text, $at + length $marker, $option[0]) if $at >= 0;
	},
);
($ways{$way} or die "unknown way: $way\n")->();
answer();
