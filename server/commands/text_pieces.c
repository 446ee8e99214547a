/* text_pieces.c - see text_pieces.h. */
#include "server/commands/text_pieces.h"

#include <errno.h>
#include <string.h>

enum { BLOCK = 32 * 1024 };

void text_pieces_init(struct text_pieces *t, FILE *f)
{
    *t = (struct text_pieces){.f = f};
    buf_init(&t->rest, (size_t)PIECE_LINE_MAX + BLOCK);
}

void text_pieces_release(struct text_pieces *t)
{
    buf_release(&t->rest);
}

/* Reads until there are n bytes, or the text has ended. */
static enum status fill(struct text_pieces *t, size_t n, struct err *e)
{
    char block[BLOCK];

    while (t->rest.len < n && !t->ended) {
        size_t got = fread(block, 1, sizeof block, t->f);

        if (got == 0 && ferror(t->f))
            return errno == EINTR
                       ? err_set(e, ST_CANCELLED, "interrupted")
                       : err_set(e, ST_IO, "the text cannot be read: %s", strerror(errno));
        t->ended = got == 0;
        buf_add(&t->rest, block, got);
    }
    return buf_status(&t->rest, e);
}

/* Where a piece ends within the first n bytes; 0: no line ends there. */
static size_t end_of_piece(const char *text, size_t n)
{
    const char *newline = memrchr(text, '\n', n);

    for (size_t i = n; i > n / 2; i--)
        if (i >= 2 && text[i - 1] == '\n' &&
            (text[i - 2] == '\n' || (i >= 3 && text[i - 2] == '\r' && text[i - 3] == '\n')))
            return i;
    return newline ? (size_t)(newline - text) + 1 : 0;
}

enum status text_pieces_next(struct buf *out, struct text_pieces *t, struct err *e)
{
    size_t n = PIECE_BYTES, end = 0;
    enum status st = ST_OK;

    buf_init(out, (size_t)PIECE_LINE_MAX + BLOCK);
    while (!st && !end) {
        st = fill(t, n, e);
        if (st)
            break;
        if (t->rest.len <= n && t->ended) {
            end = t->rest.len;
            break;
        }
        end = end_of_piece(t->rest.data, n);
        n += end ? 0 : BLOCK;
        if (n > PIECE_LINE_MAX)
            st = err_set(e, ST_TOO_LARGE, "a line of the text is longer than %d MiB",
                         PIECE_LINE_MAX >> 20);
    }
    if (st)
        return st;
    buf_add(out, t->rest.data, end);
    if (t->rest.len) {
        memmove(t->rest.data, t->rest.data + end, t->rest.len - end);
        t->rest.len -= end;
        t->rest.data[t->rest.len] = '\0';
    }
    return buf_status(out, e);
}
