/* fuzz_tagged_lines.c - any bytes as lines of words with their tags: refused, or sentences that are
 * written as "word TAB tag". */
#include "server/formats/tagged_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct data_limits limits = {.max_sentences = 1000, .max_tokens = 10000};
    struct tagged_lines shape;
    struct tagged_set set;
    struct err e = {0};
    struct buf b;

    if (tagged_lines_read(&set, &shape, (const char *)data, size, &limits, &e)) {
        if (!e.message[0] || set.count)
            abort();
        return 0;
    }
    if (set.count == 0)
        abort();
    buf_init(&b, 1 << 24);
    for (int i = 0; i < set.count; i++)
        for (int k = 0; k < set.items[i].length; k++)
            if (!set.items[i].form[k][0])
                abort();
    tagged_lines_write(&b, &set);
    if (buf_status(&b, &e) || b.len == 0)
        abort();
    tagged_set_release(&set);
    buf_release(&b);
    return 0;
}
