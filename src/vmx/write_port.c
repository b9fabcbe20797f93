/* Serial and parallel ports. */
#include "write.h"

#include <string.h>

static int refuse_type(const Chardev *source, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported character device type '%s'",
                         enum_text(ChardevType, source->type));
}

static int fill_network(VmxWriter *writer, const TcpChardev *tcp, VmxPort *entries, Error *err)
{
        const char *scheme = vmx_port_scheme(tcp->protocol);
        bool six = tcp->host && strchr(tcp->host, ':');

        if (!scheme)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported character device TCP protocol '%s'",
                                 enum_text(ChardevProtocol, tcp->protocol));
        entries->file_type = "network";
        entries->file = vmx_printf(writer, six ? "%s://[%s]:%s" : "%s://%s:%s", scheme, tcp->host ? tcp->host : "",
                                   tcp->service ? tcp->service : "");
        entries->network_end = tcp->mode == CHARDEV_MODE_BIND ? "server" : "client";
        return 0;
}

static int fill_file(VmxWriter *writer, const Chardev *source, VmxPort *entries, Error *err)
{
        entries->file_type = source->type == CHARDEV_FILE ? "file" : "device";
        if (source->type == CHARDEV_FILE && source->path.path)
                return vmx_file_name(writer, source->path.path, &entries->file, err);
        entries->file = source->path.path;
        return 0;
}

static int fill_serial(VmxWriter *writer, const Chardev *source, VmxPort *entries, Error *err)
{
        entries->yield = YESNO_YES;
        switch (source->type) {
        case CHARDEV_DEV:
        case CHARDEV_FILE: return fill_file(writer, source, entries, err);
        case CHARDEV_PIPE:
                entries->file_type = "pipe";
                entries->file = source->path.path;
                entries->pipe_end = "client";
                entries->try_no_rx_loss = YESNO_NO;
                return 0;
        case CHARDEV_TCP: return fill_network(writer, &source->tcp, entries, err);
        default: return refuse_type(source, err);
        }
}

static int check_number(const char *what, const OptUint *port, unsigned n, Error *err)
{
        if (port->value >= n)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s port index %u out of [0..%u] range", what,
                                 port->value, n - 1);
        return 0;
}

int vmx_write_ports(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;

        for (size_t i = 0; i < d->n_serials; i++) {
                VmxPort entries = { .present = YESNO_YES };

                if (check_number("Serial", &d->serials[i].port, VMX_SERIALS, err) < 0 ||
                    fill_serial(writer, &d->serials[i].source, &entries, err) < 0)
                        return -1;
                vmx_put(writer->out, vmx_printf(writer, "serial%u.", d->serials[i].port.value), vmx_port_keys,
                        &entries);
        }
        for (size_t i = 0; i < d->n_parallels; i++) {
                const Chardev *source = &d->parallels[i].source;
                VmxPort entries = { .present = YESNO_YES };

                if (check_number("Parallel", &d->parallels[i].port, VMX_PARALLELS, err) < 0)
                        return -1;
                if (source->type != CHARDEV_DEV && source->type != CHARDEV_FILE)
                        return refuse_type(source, err);
                if (fill_file(writer, source, &entries, err) < 0)
                        return -1;
                vmx_put(writer->out, vmx_printf(writer, "parallel%u.", d->parallels[i].port.value), vmx_port_keys,
                        &entries);
        }
        return 0;
}
