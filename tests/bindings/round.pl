# libsys-virt-perl: connect, list, define, start, events, errors.
use strict;
use warnings;
use Sys::Virt;
use Sys::Virt::Domain;
use Sys::Virt::Event;

my ($uri, $xml_path, $name) = @ARGV;
my @seen;
Sys::Virt::Event::register_default();
my $conn = Sys::Virt->new(uri => $uri);
die "listed" if grep { $_->get_name() eq $name } $conn->list_all_domains();
eval { $conn->get_domain_by_name($name) };
my $error = $@ or die "a domain that is not there was found";
die "code " . $error->code unless $error->code == Sys::Virt::Error::ERR_NO_DOMAIN;
die "domain " . $error->domain unless $error->domain == Sys::Virt::Error::FROM_QEMU;
die "words " . $error->message unless $error->message =~ /^Domain not found/;
$conn->domain_event_register_any(undef, Sys::Virt::Domain::EVENT_ID_LIFECYCLE, sub {
	my ($c, $domain, $event, $detail) = @_;
	push @seen, $event if $domain->get_name() eq $name;
});

sub expect {
	my ($event) = @_;
	my $end = time() + 30;
	until (grep { $_ == $event } @seen) {
		die "event $event did not come, only @seen" if time() > $end;
		Sys::Virt::Event::run_default();
	}
}

# A timer keeps the loop from waiting for ever.
Sys::Virt::Event::add_timeout(500, sub { });
open(my $file, '<', $xml_path) or die;
my $xml = do { local $/; <$file> };
my $domain = $conn->define_domain($xml);
expect(Sys::Virt::Domain::EVENT_DEFINED);
$domain->create();
expect(Sys::Virt::Domain::EVENT_STARTED);
die "state" unless ($domain->get_state())[0] == Sys::Virt::Domain::STATE_RUNNING;
die "xml" unless index($domain->get_xml_description(), "<name>$name</name>") >= 0;
$domain->destroy();
expect(Sys::Virt::Domain::EVENT_STOPPED);
$domain->undefine();
expect(Sys::Virt::Domain::EVENT_UNDEFINED);
print "round complete\n";
