"""Asks one daemon about many domain documents, through Debian's binding: usage: documents_worker.py URI < documents.

A line of the input is a document as JSON text; a line of the output is what the daemon made of it: "xml" and "native",
or "refused" and "unstarted", the code and the message of the error."""
import json
import sys

import libvirt


def failure(error):
    return [error.get_error_code(), error.get_error_message()]


def judge(connection, xml):
    told = {}
    try:
        domain = connection.defineXML(xml)
        told['xml'] = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
        domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
    except libvirt.libvirtError as error:
        told['refused'] = failure(error)
        return told
    try:
        told['native'] = connection.domainXMLToNative('qemu-argv', xml)
    except libvirt.libvirtError as error:
        told['unstarted'] = failure(error)
    return told


def main():
    libvirt.registerErrorHandler(lambda *_: None, None)
    connection = libvirt.open(sys.argv[1])
    for line in sys.stdin:
        told = judge(connection, json.loads(line))
        if not connection.isAlive():
            sys.exit(1)
        print(json.dumps(told), flush=True)


main()
