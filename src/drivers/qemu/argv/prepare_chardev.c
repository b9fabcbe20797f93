/* What character devices of a run are encrypted by: qemu.conf decides where the document does not. */
#include "argv/argv.h"

static void decide(Chardev *source, const QemuTls *conf)
{
        TcpChardev *tcp = &source->tcp;

        if (source->type != CHARDEV_TCP)
                return;
        tcp->tls_from_config = (OptUint){ .set = true, .value = tcp->tls == YESNO_ABSENT };
        if (tcp->tls == YESNO_ABSENT)
                tcp->tls = conf->on > 0 ? YESNO_YES : YESNO_NO;
}

#define DECIDE_ALL(LIST, SOURCE)                                                                                       \
        for (size_t i = 0; i < live->n_##LIST; i++)                                                                    \
        decide(&live->LIST[i].SOURCE, conf)

void prepare_chardevs(Domain *live, const QemuConf *qemu_conf)
{
        const QemuTls *conf = &qemu_conf->chardev_tls;

        DECIDE_ALL(serials, source);
        DECIDE_ALL(parallels, source);
        DECIDE_ALL(channels, source);
        DECIDE_ALL(consoles, source);
        DECIDE_ALL(smartcards, source);
        DECIDE_ALL(redirdevs, source);
        DECIDE_ALL(rngs, egd);
}
