/* fuzz_conllu.c - any bytes as CoNLL-U: read or refused, and writing gives the same bytes, which
 * hold as many sentences and the same raw text. */
#include "server/formats/conllu.h"
#include "server/formats/raw_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words in order, in the text, not empty. */
static void check_text(const struct text_view *v)
{
    size_t at = 0;

    for (size_t i = 0; i < v->count; i++) {
        if (v->words[i].start < at || v->words[i].end <= v->words[i].start)
            abort();
        at = v->words[i].end;
    }
    if (at > v->length || v->count == 0 || !v->words[v->count - 1].sentence_end)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct data_limits limits = {.max_sentences = 1000, .max_tokens = 10000};
    static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark is not given back */
    size_t skip = size >= 3 && memcmp(data, mark, 3) == 0 ? 3 : 0;
    struct tagged_set set, again;
    struct documents texts;
    struct err e = {0};
    struct buf b;

    if (conllu_read(&set, (const char *)data, size, &limits, &e)) {
        if (!e.message[0] || set.count)
            abort();
        return 0;
    }
    buf_init(&b, 1 << 24);
    conllu_write(&b, &set);
    if (b.len != size - skip || memcmp(b.data, data + skip, b.len) != 0)
        abort();
    if (documents_init(&texts, &set, 0, set.count, &e))
        abort();
    for (int i = 0; i < texts.count; i++)
        check_text(&texts.items[i]);
    documents_release(&texts);
    if (buf_status(&b, &e) || conllu_read(&again, b.data, b.len, &limits, &e))
        abort();
    if (again.count != set.count)
        abort();
    tagged_set_release(&again);
    tagged_set_release(&set);
    buf_release(&b);
    return 0;
}
