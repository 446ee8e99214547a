/* fuzz_answers.c - any bytes as what a server answers to a command: tables and refusals are shown
 * without control characters, whatever they hold; and as a text that is read in pieces. The first
 * byte chooses. */
#include "server/commands/columns.h"
#include "server/commands/problem_sentence.h"
#include "server/commands/text_pieces.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_shown(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\n' && ((unsigned char)text[i] < 0x20 || text[i] == 0x7f))
            abort();
}

static void show_table(const char *text, size_t n, char separator)
{
    struct buf b;

    buf_init(&b, 1 << 26);
    columns_put(&b, text, n, separator, 1, 6);
    if (b.len)
        check_shown(b.data, b.len);
    buf_release(&b);
}

static void read_refusal(const char *text, size_t n)
{
    struct err e = {0};

    if (problem_sentence(422, text, n, &e) == ST_OK || e.status == ST_OK)
        abort();
}

/* The pieces make the text again. */
static void read_pieces(const char *text, size_t n)
{
    FILE *f = n ? fmemopen((void *)(uintptr_t)text, n, "r") : NULL;
    struct text_pieces t;
    struct err e = {0};
    size_t at = 0;

    if (!f)
        return;
    text_pieces_init(&t, f);
    for (bool more = true; more;) {
        struct buf b;

        more = text_pieces_next(&b, &t, &e) == ST_OK && b.len > 0;
        if (more && (at + b.len > n || memcmp(text + at, b.data, b.len) != 0))
            abort();
        at += more ? b.len : 0;
        buf_release(&b);
    }
    if (at != n && e.status == ST_OK)
        abort();
    text_pieces_release(&t);
    (void)fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data + 1;

    if (size < 1)
        return 0;
    if (data[0] % 4 == 3)
        read_pieces(text, size - 1);
    else if (data[0] % 4 == 2)
        read_refusal(text, size - 1);
    else
        show_table(text, size - 1, data[0] % 4 == 1 ? '\t' : ',');
    return 0;
}
