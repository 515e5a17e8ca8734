#!/usr/bin/perl
# Gives a certification request an empty challengePassword beside its other attributes, which openssl req refuses to write, and signs it anew.
#
#	empty_challenge.pl CSR KEY        CSR is DER, and is changed in its place

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Der;

my ($name, $key) = @ARGV;
my $csr = slurp($name);
my $info = child($csr, 0);
my $attribute = tlv(0x30, oid('1.2.840.113549.1.9.7'), tlv(0x31, tlv(0x0c)));
my @others = grep { defined } map { child(child($info, 3), $_) } 0 .. 9;
my $changed = tlv(0x30, child($info, 0), child($info, 1), child($info, 2), tlv(0xa0, sort @others, $attribute));
my $der = tlv(0x30, $changed, algorithm('1.2.840.113549.1.1.11'), tlv(0x03, "\0", sign($changed, $key, 'sha256')));

open my $out, '>:raw', $name or die "$name: $!\n";
print $out $der;
close $out or die "$name: $!\n";
