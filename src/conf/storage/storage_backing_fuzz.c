/* libFuzzer: whatever an image may say about the image below it. What is taken is written as a document. */
#include "conf/rows.h"
#include "conf/storage_backing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autofree char *text = g_strndup((const char *)data, size);
        g_autofree char *xml = NULL;
        Source source = { 0 };

        if (storage_backing_parse(text, &source, NULL) < 0)
                return 0;
        xml = rows_document(&Source_rows, &source, "source", 0);
        rows_drop(&Source_rows, &source);
        return 0;
}
