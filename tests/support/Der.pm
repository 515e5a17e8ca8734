# A little DER for the test scripts: writing elements, and finding where they start and end. Shares no code with what it tests.
package Der;

use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(slurp tlv oid algorithm element child sign);

sub slurp
{
	my ($name) = @_;
	open my $file, '<:raw', $name or die "$name: $!\n";
	local $/;
	return scalar <$file>;
}

sub der_length
{
	my ($length) = @_;
	return chr $length if $length < 128;
	my $octets = pack 'N', $length;
	$octets =~ s/^\0+//;
	return chr(0x80 | length $octets) . $octets;
}

# tlv TAG PARTS: an element of definite length.
sub tlv
{
	my ($tag, @parts) = @_;
	my $content = join '', @parts;
	return chr($tag) . der_length(length $content) . $content;
}

sub oid
{
	my ($first, $second, @arcs) = split /\./, shift;
	return tlv(0x06, map { pack 'w', $_ } $first * 40 + $second, @arcs);
}

# AlgorithmIdentifier with NULL parameters.
sub algorithm
{
	return tlv(0x30, oid(shift), tlv(0x05));
}

# The element at an offset: where its content starts, and where it ends.
sub element
{
	my ($der, $at) = @_;
	my $length = ord substr $der, $at + 1, 1;
	my $start = $at + 2;
	if ($length & 0x80) {
		my $count = $length & 0x7f;
		$length = 0;
		$length = $length * 256 + ord substr $der, $start++, 1 for 1 .. $count;
	}
	return ($start, $start + $length);
}

# child DER NUMBER: the octets of the element of that number, from 0, inside a constructed element; undef when there are fewer.
sub child
{
	my ($der, $number) = @_;
	my ($at, $end) = element($der, 0);
	while ($at < $end) {
		my (undef, $next) = element($der, $at);
		return substr $der, $at, $next - $at if $number-- == 0;
		$at = $next;
	}
	return undef;
}

# sign DATA KEY-FILE DIGEST: by openssl.
sub sign
{
	my ($data, $key, $digest) = @_;
	require File::Temp;
	my $file = File::Temp->new;
	binmode $file;
	print $file $data;
	close $file;
	my $signature = qx(openssl dgst -$digest -sign '$key' '$file');
	die "cannot sign\n" if $?;
	return $signature;
}

1;
