# ruby-libvirt: connect, list, define, start, errors. Its events need an event loop written in Ruby: a small one is here.
require 'libvirt'

uri, xml_path, name = ARGV
$handles = {}
$timers = {}
$next = 0
Libvirt::event_register_impl(
  lambda { |fd, events, opaque| $next += 1; $handles[$next] = [fd, events, opaque]; $next },
  lambda { |watch, events| $handles[watch][1] = events if $handles[watch] },
  lambda { |watch| h = $handles.delete(watch); h ? h[2] : nil },
  lambda { |interval, opaque| $next += 1; $timers[$next] = [interval, opaque]; $next },
  lambda { |timer, interval| $timers[timer][0] = interval if $timers[timer] },
  lambda { |timer| t = $timers.delete(timer); t ? t[1] : nil })

def run_once
  readers = $handles.select { |_, h| h[1] & 1 != 0 }
  ready, = IO.select(readers.values.map { |h| IO.for_fd(h[0], autoclose: false) }, nil, nil, 0.1)
  (ready || []).each do |io|
    watch, handle = readers.find { |_, h| h[0] == io.fileno }
    Libvirt::event_invoke_handle_callback(watch, handle[0], 1, handle[2]) if $handles[watch]
  end
  $timers.to_a.each do |timer, (interval, opaque)|
    Libvirt::event_invoke_timeout_callback(timer, opaque) if interval == 0 && $timers[timer]
  end
end

# Ruby would finalize the connection after the loop above is gone and wait for ever: leave without that.
at_exit { exit!(1) if $! && (warn($!.full_message) || true) }

$seen = []
conn = Libvirt::open(uri)
raise 'listed' if conn.list_all_domains.map(&:name).include?(name)
begin
  conn.lookup_domain_by_name(name)
  raise 'a domain that is not there was found'
rescue Libvirt::RetrieveError => e
  raise "code #{e.libvirt_code}" unless e.libvirt_code == Libvirt::Error::ERR_NO_DOMAIN
  raise "component #{e.libvirt_component}" unless e.libvirt_component == Libvirt::Error::FROM_QEMU
  raise "words #{e.libvirt_message}" unless e.libvirt_message.start_with?('Domain not found')
end
conn.domain_event_register_any(Libvirt::Connect::DOMAIN_EVENT_ID_LIFECYCLE,
                               lambda { |_c, dom, event, _detail, _o| $seen << event if dom.name == name })

def expect(event)
  finish = Time.now + 30
  until $seen.include?(event)
    raise "event #{event} did not come, only #{$seen}" if Time.now > finish
    run_once
  end
end

domain = conn.define_domain_xml(File.read(xml_path))
expect(Libvirt::Connect::DOMAIN_EVENT_DEFINED)
domain.create
expect(Libvirt::Connect::DOMAIN_EVENT_STARTED)
raise 'state' unless domain.info.state == Libvirt::Domain::RUNNING
raise 'xml' unless domain.xml_desc.include?("<name>#{name}</name>")
domain.destroy
expect(Libvirt::Connect::DOMAIN_EVENT_STOPPED)
domain.undefine
expect(Libvirt::Connect::DOMAIN_EVENT_UNDEFINED)
domain = nil
conn.close
$stdout.write("round complete\n")
$stdout.flush
exit!(0)
