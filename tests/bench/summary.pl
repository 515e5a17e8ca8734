#!/usr/bin/perl
# From the lines that tests/bench/bench wrote to what people read: medians over the rounds, and the figures that scepgate is held to. They are printed, not judged: how
# fast a machine is on a given day is no property of the code.
#
#	summary.pl RESULTS
use strict;
use warnings;

my (%of, @subjects);
while (my $line = <>) {
	my %row = map { split /=/, $_, 2 } split ' ', $line;
	my $key = $row{subject} . (defined $row{connections} ? " $row{connections}" : '');
	push @subjects, $key unless $of{$key};
	push @{$of{$key}}, \%row;
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return 0 unless @sorted;
	return @sorted % 2 ? $sorted[$#sorted / 2] : ($sorted[@sorted / 2 - 1] + $sorted[@sorted / 2]) / 2;
}

sub of
{
	my ($key, $field) = @_;
	return median(map { $_->{$field} // 0 } @{$of{$key} // []});
}

sub sum
{
	my ($key, $field) = @_;
	my $sum = 0;
	$sum += $_->{$field} // 0 for @{$of{$key} // []};
	return $sum;
}

# All that the server took; undef when its processes were not seen.
sub server_ms
{
	my ($row) = @_;
	my @parts = grep { /^cpu_/ } keys %$row;
	my $sum = 0;
	return undef unless @parts;
	$sum += $row->{$_} for @parts;
	return $sum;
}

sub server { return median(grep { defined } map { server_ms($_) } @{$of{$_[0]} // []}) }

# The floor of an enrolment stands before and behind it in the same round; so near in time both have met the same machine.
sub floor_ms { return of('floor', 'floor') }

my $has_cpu = grep { defined server_ms($_) } map { @$_ } values %of;
if (floor_ms() > 0) {
	printf "floor: %.3f ms of processor time (decrypt %.3f, certify %.3f, reply %.3f), %d times\n", floor_ms(), of('floor', 'decrypt'), of('floor', 'certify'), of('floor', 'reply'),
		scalar @{$of{floor}};
}
printf "%-12s %11s %9s %8s %8s %8s %8s", 'what', 'connections', 'answers/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failures';
print '  CPU ms: workers  database     web   total  / floor' if $has_cpu;
print "\n";
for my $key (grep { !/^(?:floor|private|warm-up|memory)/ } @subjects) {
	my ($subject, $connections) = split ' ', $key;
	printf "%-12s %11d %9.1f %8.2f %8.2f %8.2f %8d", $subject, $connections, of($key, 'rate'), of($key, 'p50'), of($key, 'p95'), of($key, 'p99'), sum($key, 'failures');
	if (server($key)) {
		printf "  %15.3f %9.3f %7.3f %7.3f", of($key, 'cpu_workers'), of($key, 'cpu_database'), of($key, 'cpu_web'), server($key);
		printf "  %7.2f", server($key) / floor_ms() if floor_ms() > 0 && $subject =~ /^(?:enrol|legacy)$/;
	}
	print "\n";
}

print "\n";
# Those of the other server are its own: it refuses one or the other request when several come at once.
my ($failures, $answers) = (0, 0);
for my $key (grep { !/^(?:scepserver|warm-up-foreign)/ } @subjects) {
	$failures += sum($key, 'failures');
	$answers += sum($key, 'answers');
}
printf "failures: %d of %d requests\n", $failures, $failures + $answers;
printf "total CPU of an enrolment at 8 connections: %.2f x the floor\n", server('enrol 8') / floor_ms() if floor_ms() > 0 && server('enrol 8');
printf "p99 at 32 connections: %.1f x p50 at 1 connection\n", of('enrol 32', 'p99') / of('enrol 1', 'p50') if of('enrol 32', 'p99') > 0 && of('enrol 1', 'p50') > 0;
if (my $theirs = of('scepserver 8', 'rate')) {
	printf "enrolments a second with single DES: %.2f x scepserver's\n", of('legacy 8', 'rate') / $theirs;
}
printf "private memory of a worker after %d enrolments: %.2f MiB\n", $_->{enrolments}, $_->{kb} / 1024 for @{$of{private} // []};
exit($failures > 0);
