<?php
// php-libvirt: connect, list, define, start, the words of errors. It has neither events nor error numbers.
[$_, $uri, $xml_path, $name] = $argv;

function must($what, $value)
{
	if (!$value) {
		fwrite(STDERR, "$what: " . libvirt_get_last_error() . "\n");
		exit(1);
	}
	return $value;
}

$conn = must('connect', libvirt_connect($uri, false));
must('not listed', !in_array($name, libvirt_list_domains($conn) ?: []));
must('not found', @libvirt_domain_lookup_by_name($conn, $name) === false);
must('words ' . libvirt_get_last_error(), str_starts_with(libvirt_get_last_error(), 'Domain not found'));
$domain = must('define', libvirt_domain_define_xml($conn, file_get_contents($xml_path)));
must('listed', in_array($name, libvirt_list_domains($conn)));
must('create', libvirt_domain_create($domain));
must('active', libvirt_domain_is_active($domain));
must('state', libvirt_domain_get_info($domain)['state'] == VIR_DOMAIN_RUNNING);
must('xml', str_contains(libvirt_domain_get_xml_desc($domain, ''), "<name>$name</name>"));
must('destroy', libvirt_domain_destroy($domain));
must('undefine', libvirt_domain_undefine($domain));
echo "round complete\n";
