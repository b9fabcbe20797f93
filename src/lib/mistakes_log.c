/* Mistakes of documents in the log of this process. */
#include "lib/mistakes_log.h"

#include "conf/rows.h"
#include "util/log.h"

static void write_down(const RowMistake *mistake)
{
        log_warn("%s: %s", mistake->path, mistake->message);
}

void mistakes_log_begin(void)
{
        rows_on_mistakes(write_down);
}
