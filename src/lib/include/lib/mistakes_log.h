/* All that is wrong with documents, for programs that keep a log. */
#pragma once

/** mistakes_log_begin: from now on every mistake of a document that is refused goes to the log; the caller of the API
 * gets the first one only. At start, once. */
void mistakes_log_begin(void);
