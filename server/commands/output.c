/* output.c - see output.h. */
#include "server/commands/output.h"

#include <poll.h>

/* Whether f is a pipe whose other end is closed. */
static bool reader_is_gone(FILE *f)
{
    struct pollfd p = {.fd = f ? fileno(f) : -1};

    return p.fd >= 0 && poll(&p, 1, 0) > 0 && (p.revents & POLLERR);
}

void output_text(FILE *to, const char *text)
{
    for (; *text; text++)
        (void)fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, to);
}

int output_fail(const struct invocation *v, int code, const struct err *e)
{
    const char *name = v->command ? v->command->name : "";

    if (reader_is_gone(v->io.out)) /* "| head": it wanted no more */
        return code;
    (void)fprintf(v->io.err, "lstmd%s%s: ", name[0] ? " " : "", name);
    output_text(v->io.err, e->message);
    (void)fputc('\n', v->io.err);
    return code;
}

int output_buf(const struct invocation *v, struct buf *b)
{
    struct err e = {0};
    int code = EXIT_DONE;

    if (buf_status(b, &e))
        code = output_fail(v, EXIT_FAILED, &e);
    else if ((b->len && fwrite(b->data, 1, b->len, v->io.out) != b->len) || fflush(v->io.out) != 0)
        code = EXIT_FAILED;
    buf_release(b);
    return code;
}
