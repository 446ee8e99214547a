/* fuzz_conllu.c - any bytes as CoNLL-U: read or refused, and writing and reading again is the same. */
#include "server/formats/conllu.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct data_limits limits = {.max_sentences = 1000, .max_tokens = 10000};
    struct tagged_set set, again;
    struct err e = {0};
    struct buf b;

    if (conllu_read(&set, (const char *)data, size, &limits, &e)) {
        if (!e.message[0] || set.count)
            abort();
        return 0;
    }
    buf_init(&b, 1 << 24);
    conllu_write(&b, &set);
    if (buf_status(&b, &e) || conllu_read(&again, b.data, b.len, &limits, &e))
        abort();
    if (again.count != set.count)
        abort();
    tagged_set_release(&again);
    tagged_set_release(&set);
    buf_release(&b);
    return 0;
}
