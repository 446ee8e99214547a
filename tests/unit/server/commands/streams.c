/* streams.c - see streams.h. */
#include "tests/unit/server/commands/streams.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void streams_open(struct streams *s, const char *in)
{
    *s = (struct streams){0};
    s->io.in = in[0] ? fmemopen((void *)(uintptr_t)in, strlen(in), "r") : fopen("/dev/null", "r");
    s->io.out = open_memstream(&s->out, &s->out_len);
    s->io.err = open_memstream(&s->err, &s->err_len);
    ck_assert(s->io.in && s->io.out && s->io.err);
}

void streams_read(struct streams *s)
{
    ck_assert_int_eq(fflush(s->io.out), 0);
    ck_assert_int_eq(fflush(s->io.err), 0);
}

void streams_close(struct streams *s)
{
    fclose(s->io.in);
    fclose(s->io.out);
    fclose(s->io.err);
    free(s->out);
    free(s->err);
}
