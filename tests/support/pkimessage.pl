#!/usr/bin/perl
# Builds the outer SignedData of a SCEP pkiMessage (RFC 8894 section 3.2) around a ready pkcsPKIEnvelope, for tests: an encoder that
# shares no code with what it tests. The signature is made by openssl.
#
#	pkimessage.pl --envelope FILE --cert PEM --key PEM --out FILE [OPTION...]
#
#	--digest sha1|sha256|sha384|sha512|md5   of content and signature (default sha256)
#	--transaction-id TEXT                    (default: 40 digits made from the envelope)
#	--message-type NUMBER                    (default 19, PKCSReq)
#	--nonce HEX                              senderNonce (default: 16 octets made from the envelope)
#	--omit messageType|transactionID|senderNonce    leaves an attribute out
#	--double messageType|transactionID|senderNonce  writes an attribute twice
#	--ber                                    indefinite lengths, and the content in chunks
#	--chunk NUMBER                           octets of a chunk (default 100)
#	--order NAME,NAME...                     all SCEP attributes in this order, behind the others; what is signed is sorted, as DER wants
#	--signature-algorithm OID                (default rsaEncryption)
#	--clear-challenge TEXT                   a challengePassword among the signed attributes, for everybody to read
#	--break-signature                        changes the last octet of the signature

use strict;
use warnings;
use Digest::MD5;
use Digest::SHA;
use FindBin;
use Getopt::Long;
use lib $FindBin::Bin;
use Der;

my %option = (digest => 'sha256', 'message-type' => 19, chunk => 100, 'signature-algorithm' => '1.2.840.113549.1.1.1');
GetOptions(\%option, 'envelope=s', 'cert=s', 'key=s', 'out=s', 'digest=s', 'transaction-id=s', 'message-type=s', 'nonce=s', 'omit=s', 'double=s', 'ber',
	'chunk=i', 'order=s', 'signature-algorithm=s', 'clear-challenge=s', 'break-signature') or exit 2;
defined $option{$_} or die "--$_ is missing\n" for qw(envelope cert key out);

my %digest = (
	md5 => ['1.2.840.113549.2.5', \&Digest::MD5::md5],
	sha1 => ['1.3.14.3.2.26', \&Digest::SHA::sha1],
	sha256 => ['2.16.840.1.101.3.4.2.1', \&Digest::SHA::sha256],
	sha384 => ['2.16.840.1.101.3.4.2.2', \&Digest::SHA::sha384],
	sha512 => ['2.16.840.1.101.3.4.2.3', \&Digest::SHA::sha512],
);
my ($digest_oid, $digest_of) = @{$digest{$option{digest}} or die "unknown digest\n"};

# A constructed element: indefinite with --ber.
sub constructed
{
	my ($tag, @parts) = @_;
	return $option{ber} ? chr($tag) . "\x80" . join('', @parts) . "\0\0" : tlv($tag, @parts);
}

# issuerAndSerialNumber from a certificate, its octets as they stand there; a version may stand in front.
sub issuer_and_serial
{
	my ($cert) = @_;
	my $tbs = child($cert, 0);
	my $first = ord(child($tbs, 0)) == 0xa0 ? 1 : 0;
	return tlv(0x30, child($tbs, $first + 2), child($tbs, $first));
}

sub certificate_der
{
	my ($name) = @_;
	my $der = qx(openssl x509 -in '$name' -outform DER);
	die "$name is no certificate\n" if $?;
	return $der;
}

sub octet_string
{
	my ($data) = @_;
	return tlv(0x04, $data) unless $option{ber};
	return constructed(0x24, map { tlv(0x04, $_) } unpack "(a$option{chunk})*", $data);
}

my $content = slurp($option{envelope});
my $cert = certificate_der($option{cert});
my %scep = (
	messageType => ['2', tlv(0x13, $option{'message-type'})],
	senderNonce => ['5', tlv(0x04, defined $option{nonce} ? pack('H*', $option{nonce}) : substr(Digest::SHA::sha256($content), 0, 16))],
	transactionID => ['7', tlv(0x13, defined $option{'transaction-id'} ? $option{'transaction-id'} : Digest::SHA::sha1_hex($content))],
);
my @attributes = (
	tlv(0x30, oid('1.2.840.113549.1.9.3'), tlv(0x31, oid('1.2.840.113549.1.7.1'))),
	tlv(0x30, oid('1.2.840.113549.1.9.4'), tlv(0x31, tlv(0x04, $digest_of->($content)))),
);
push @attributes, tlv(0x30, oid('1.2.840.113549.1.9.7'), tlv(0x31, tlv(0x13, $option{'clear-challenge'}))) if defined $option{'clear-challenge'};
for my $name (defined $option{order} ? split(/,/, $option{order}) : sort keys %scep) {
	my $attribute = tlv(0x30, oid("2.16.840.1.113733.1.9.$scep{$name}[0]"), tlv(0x31, $scep{$name}[1]));
	push @attributes, $attribute unless ($option{omit} // '') eq $name;
	push @attributes, $attribute if ($option{double} // '') eq $name;
}
my $signature = sign(tlv(0x31, sort @attributes), $option{key}, $option{digest});
@attributes = sort @attributes unless defined $option{order};
substr($signature, -1) = chr(ord(substr $signature, -1) ^ 1) if $option{'break-signature'};
my $signer_info = tlv(0x30, tlv(0x02, "\1"), issuer_and_serial($cert), algorithm($digest_oid), tlv(0xa0, @attributes),
	algorithm($option{'signature-algorithm'}), tlv(0x04, $signature));
my $message = constructed(0x30, oid('1.2.840.113549.1.7.2'), constructed(0xa0, constructed(0x30,
	tlv(0x02, "\1"),
	tlv(0x31, algorithm($digest_oid)),
	constructed(0x30, oid('1.2.840.113549.1.7.1'), constructed(0xa0, octet_string($content))),
	constructed(0xa0, $cert),
	tlv(0x31, $signer_info))));

open my $out, '>:raw', $option{out} or die "$option{out}: $!\n";
print $out $message;
close $out or die "$option{out}: $!\n";
