/* Clock and timers. */
#include "argv/argv.h"

#include <string.h>
#include <time.h>

static const Timer *timer_of(const Domain *domain, TimerName name)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++)
                if (domain->clock.timers[i].name == name)
                        return &domain->clock.timers[i];
        return NULL;
}

static void append_time(GString *value, int64_t seconds)
{
        time_t time = (time_t)seconds;
        struct tm parts;
        char text[64];

        gmtime_r(&time, &parts);
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
        g_string_append(value, text);
}

/* What the guest's clock shows now, when it has drifted from the host's by its owner's will. */
static int64_t adjusted_time(const QemuArgv *argv)
{
        const Clock *clock = &argv->domain->clock;
        int64_t now = argv->host->now ? argv->host->now : g_get_real_time() / G_USEC_PER_SEC;
        int64_t seconds = clock->adjustment ? g_ascii_strtoll(clock->adjustment, NULL, 10) : 0;
        time_t time = (time_t)now;
        struct tm parts;

        if ((clock->basis == CLOCK_BASIS_LOCALTIME || clock->offset == CLOCK_LOCALTIME) && localtime_r(&time, &parts))
                seconds += parts.tm_gmtoff;
        return now + seconds;
}

static int base(QemuArgv *argv, GString *value, Error *err)
{
        const Clock *clock = &argv->domain->clock;

        g_string_append(value, "base=");
        switch (clock->offset) {
        case CLOCK_UTC: g_string_append(value, "utc"); return 0;
        case CLOCK_TIMEZONE:
                if (clock->timezone)
                        argv_env(argv, "TZ", clock->timezone);
                g_string_append(value, "localtime");
                return 0;
        case CLOCK_LOCALTIME: g_string_append(value, "localtime"); return 0;
        case CLOCK_VARIABLE: append_time(value, adjusted_time(argv)); return 0;
        case CLOCK_ABSOLUTE: append_time(value, clock->start ? g_ascii_strtoll(clock->start, NULL, 10) : 0); return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset='%s'",
                                 enum_text(ClockOffset, clock->offset));
        }
}

static int rtc(QemuArgv *argv, Error *err)
{
        const Timer *timer = timer_of(argv->domain, TIMER_RTC);
        g_autoptr(GString) value = g_string_new(NULL);

        if (base(argv, value, err) < 0)
                return -1;
        if (timer && timer->track == TIMER_TRACK_GUEST)
                g_string_append(value, ",clock=vm");
        if (timer && timer->track == TIMER_TRACK_REALTIME)
                g_string_append(value, ",clock=rt");
        if (timer && timer->tickpolicy == TICK_POLICY_CATCHUP)
                g_string_append(value, ",driftfix=slew");
        argv_add_pair(argv, "-rtc", value->str);
        return 0;
}

/* KVM's PIT catches up unless it is told not to. */
static int pit(QemuArgv *argv, Error *err)
{
        const Timer *timer = timer_of(argv->domain, TIMER_PIT);
        bool can = qemu_caps_has_flag(argv->caps, QEMU_HAS_KVM_PIT_LOST_TICK_POLICY);

        switch (timer ? timer->tickpolicy : TICK_POLICY_DEFAULT) {
        case TICK_POLICY_DELAY:
                if (can)
                        argv_add_pair(argv, "-global", "kvm-pit.lost_tick_policy=delay");
                return 0;
        case TICK_POLICY_DISCARD:
                if (!can)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported pit tickpolicy 'discard'");
                argv_add_pair(argv, "-global", "kvm-pit.lost_tick_policy=discard");
                return 0;
        default: return 0;
        }
}

int argv_clock(QemuArgv *argv, Error *err)
{
        const Timer *hpet = timer_of(argv->domain, TIMER_HPET);

        if (rtc(argv, err) < 0 || pit(argv, err) < 0)
                return -1;
        if (domain_is_x86(argv->domain) && !qemu_caps_has_flag(argv->caps, QEMU_HAS_MACHINE_HPET) && hpet &&
            hpet->present == YESNO_NO)
                argv_add(argv, "-no-hpet");
        return 0;
}
