/* Any document by the rules: what is settled and found right settles again. */
#include <stdint.h>
#include <string.h>

#include "rules/settle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char answers_text[] =
        "{\"query-version\":{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":8},\"package\":\"\"},"
        "\"query-target\":{\"arch\":\"x86_64\"},\"query-kvm\":{\"enabled\":true,\"present\":true},"
        "\"query-machines\":[{\"name\":\"pc-i440fx-8.2\",\"alias\":\"pc\",\"is-default\":true,\"cpu-max\":255},"
        "{\"name\":\"pc-q35-8.2\",\"alias\":\"q35\",\"cpu-max\":288},{\"name\":\"virt-8.2\",\"alias\":\"virt\",\"cpu-"
        "max\":512},"
        "{\"name\":\"pseries-8.2\",\"alias\":\"pseries\",\"cpu-max\":1024},"
        "{\"name\":\"s390-ccw-virtio-8.2\",\"alias\":\"s390-ccw-virtio\",\"cpu-max\":248}],"
        "\"qom-list-types\":[{\"name\":\"qemu-xhci\"},{\"name\":\"pcie-root-port\"},{\"name\":\"pcie-pci-bridge\"},"
        "{\"name\":\"gpex-pcihost\"},{\"name\":\"piix3-usb-uhci\"},{\"name\":\"zpci\"},{\"name\":\"virtio-mmio\"},"
        "{\"name\":\"lsi53c895a\"},{\"name\":\"rtl8139\"}],\"query-command-line-options\":[]}";

static QemuCaps *known_caps(void)
{
        static QemuCaps *caps;

        if (!caps) {
                g_autoptr(Json) answers = json_parse(answers_text, strlen(answers_text), NULL);

                caps = qemu_caps_from_answers("/bin/qemu", answers, NULL);
        }
        return caps;
}

static char *anywhere(const char *arch)
{
        return g_strdup("/bin/qemu");
}

static Domain *settled(const char *xml, size_t length, bool fresh)
{
        QemuContext context = { .caps = known_caps(), .find_binary = anywhere, .fresh = fresh, .root = "/nonexistent" };
        Domain *domain = NULL;

        if (domain_parse_for(&qemu_rules, &context, xml, length, NULL, DOMAIN_PARSE_INACTIVE, &domain, NULL) < 0)
                return NULL;
        return domain;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autoptr(Domain) first = settled((const char *)data, size, true);
        g_autofree char *xml = first ? domain_format(first, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE, NULL) : NULL;
        Domain *again = xml ? settled(xml, strlen(xml), false) : NULL;

        domain_unref(again);
        return 0;
}
