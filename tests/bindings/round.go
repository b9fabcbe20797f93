// go-libvirt speaks the wire itself: connect, list, define, start, events, errors.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/digitalocean/go-libvirt"
)

func must(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func check(what string, ok bool) {
	if !ok {
		fmt.Fprintln(os.Stderr, what)
		os.Exit(1)
	}
}

func main() {
	path, xmlPath, name := os.Args[1], os.Args[2], os.Args[3]
	socket, err := net.DialTimeout("unix", path, 5*time.Second)
	must("dial", err)
	conn := libvirt.New(socket)
	must("connect", conn.ConnectToURI(libvirt.QEMUSystem))
	domains, _, err := conn.ConnectListAllDomains(1, 0)
	must("list", err)
	for _, domain := range domains {
		check("listed", domain.Name != name)
	}
	_, err = conn.DomainLookupByName(name)
	failure, ok := err.(libvirt.Error)
	check(fmt.Sprintf("error %v", err), ok && failure.Code == uint32(libvirt.ErrNoDomain))
	check(failure.Message, strings.HasPrefix(failure.Message, "Domain not found"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events, err := conn.LifecycleEvents(ctx)
	must("events", err)
	expect := func(event libvirt.DomainEventType) {
		timeout := time.After(30 * time.Second)
		for {
			select {
			case got := <-events:
				if got.Dom.Name == name && got.Event == int32(event) {
					return
				}
			case <-timeout:
				check(fmt.Sprintf("event %d did not come", event), false)
			}
		}
	}
	xml, err := os.ReadFile(xmlPath)
	must("read", err)
	domain, err := conn.DomainDefineXML(string(xml))
	must("define", err)
	expect(libvirt.DomainEventDefined)
	must("create", conn.DomainCreate(domain))
	expect(libvirt.DomainEventStarted)
	state, _, err := conn.DomainGetState(domain, 0)
	must("state", err)
	check("state", state == int32(libvirt.DomainRunning))
	text, err := conn.DomainGetXMLDesc(domain, 0)
	must("xml", err)
	check("xml", strings.Contains(text, "<name>"+name+"</name>"))
	must("destroy", conn.DomainDestroy(domain))
	expect(libvirt.DomainEventStopped)
	must("undefine", conn.DomainUndefine(domain))
	expect(libvirt.DomainEventUndefined)
	must("disconnect", conn.Disconnect())
	fmt.Println("round complete")
}
