#!/usr/bin/perl
# Gives a certification request another version number, and signs it anew.
#
#	csr_version.pl CSR KEY VERSION DIGEST     CSR is DER and is changed in its place; the digest is sha1 or sha256

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Der;

my ($name, $key, $version, $digest) = @ARGV;
my %algorithm = (sha1 => '1.2.840.113549.1.1.5', sha256 => '1.2.840.113549.1.1.11');
my $info = child(slurp($name), 0);
my $changed = tlv(0x30, tlv(0x02, chr $version), grep { defined } map { child($info, $_) } 1 .. 3);
my $der = tlv(0x30, $changed, algorithm($algorithm{$digest}), tlv(0x03, "\0", sign($changed, $key, $digest)));

open my $out, '>:raw', $name or die "$name: $!\n";
print $out $der;
close $out or die "$name: $!\n";
