#!/usr/bin/perl
# Looks for secrets in files, in every form in which they might be written down, for tests.
#
#	secrets.pl LIST FILE...      LIST has a line for each secret: NAME, a tab, the secret
#
# Forms: as it is, without regard to case; hexadecimal digits of its octets, and of its UTF-16 ones; base64 at each of the three places where it may start
# in a group; escaped for a URL or a quoted string. Prints "NAME FORM FILE" for each find, never the secret; exit status 1 when there is one.

use strict;
use warnings;
use FindBin;
use MIME::Base64 ();
use lib $FindBin::Bin;
use Der;

# Base64 of the octets when others stand in front: the groups that hold nothing but the secret.
sub base64_behind
{
	my ($secret, $others) = @_;
	my $text = MIME::Base64::encode_base64(('x' x $others) . $secret, '');
	$text =~ s/=+$//;
	my $first = $others == 0 ? 0 : 4;
	my $last = length($text) - ((length($secret) + $others) % 3 == 0 ? 0 : length($text) % 4);
	return substr $text, $first, $last - $first;
}

# The pattern and whether case counts.
sub forms
{
	my ($secret) = @_;
	my %form = (plain => [quotemeta $secret, 0], hex => [unpack('H*', $secret), 0], 'hex of UTF-16' => [unpack('H*', join '', map { "$_\0" } split //, $secret), 0],
		'UTF-16' => [quotemeta(join '', map { "$_\0" } split //, $secret), 0]);
	$form{"base64, $_"} = [quotemeta base64_behind($secret, $_), 1] for 0 .. 2;
	(my $url = $secret) =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
	$form{'URL-escaped'} = [quotemeta $url, 0] if $url ne $secret;
	(my $quoted = $secret) =~ s/(['"\\])/\\$1/g;
	$form{quoted} = [quotemeta $quoted, 0] if $quoted ne $secret;
	return %form;
}

my ($list, @files) = @ARGV;
my $found = 0;
my %content = map { $_ => slurp($_) } @files;
for my $line (split /\n/, slurp($list)) {
	my ($name, $secret) = split /\t/, $line, 2;
	die "\"$name\" is too short to be looked for\n" if length($secret // '') < 8;
	my %form = forms($secret);
	for my $form (sort keys %form) {
		my ($pattern, $case) = @{$form{$form}};
		for my $file (@files) {
			next unless $case ? $content{$file} =~ /$pattern/ : $content{$file} =~ /$pattern/i;
			print "$name $form $file\n";
			$found = 1;
		}
	}
}
exit $found;
