/* fuzz_wire.c - the check of framing on any bytes. The result does not depend on how the bytes are
 * cut, and the output passes the check again unchanged.
 *
 * Input: a byte that gives the size of the pieces, then what a client sends. */
#include "server/http/wire.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

struct passed {
    struct wire w;
    char *out; /* owned */
    size_t len;
};

/* Each piece in memory of its own size. */
static void pass(struct passed *p, const char *in, size_t n, size_t piece)
{
    wire_init(&p->w, MAX_HEADER);
    p->len = 0;
    p->out = malloc(n + 1);
    require(p->out != NULL);
    for (size_t i = 0; i < n; i += piece) {
        size_t k = n - i < piece ? n - i : piece, held = p->w.held_len, began = 0, got;
        char *exact = malloc(held + k);

        require(exact != NULL);
        memcpy(exact + held, in + i, k);
        got = wire_pass(&p->w, exact, exact + held, k, &began);
        require(got <= held + k && began <= got && p->len + got <= n);
        memcpy(p->out + p->len, exact, got);
        p->len += got;
        free(exact);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct passed whole, parts, again;
    const char *in = (const char *)data + 1;

    if (size < 2)
        return 0;
    pass(&whole, in, size - 1, size - 1);
    pass(&parts, in, size - 1, (size_t)data[0] % 7 + 1);
    require(whole.w.fault == parts.w.fault && wire_broken(&whole.w) == wire_broken(&parts.w));
    require(whole.len == parts.len && memcmp(whole.out, parts.out, whole.len) == 0);
    if (!whole.w.fault && whole.len > 0) {
        pass(&again, whole.out, whole.len, whole.len);
        require(!again.w.fault && again.len == whole.len);
        require(memcmp(again.out, whole.out, whole.len) == 0);
        free(again.out);
    }
    free(whole.out);
    free(parts.out);
    return 0;
}
