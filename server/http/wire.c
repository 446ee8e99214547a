/* wire.c - see wire.h.
 *
 * One step function for each state takes as many bytes as it can. A fault counts only when its
 * request has five bytes: then there is room for the text that replaces it after complete requests
 * (receive.c). */
#include "server/http/wire.h"

#include "server/http/problem.h"
#include "server/http/wire_step.h"

#include <string.h>

/* ---- bodies ---- */

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void body(struct wire *w, struct flow *f)
{
    size_t k = f->n - f->i;

    if (k > w->left)
        k = (size_t)w->left;
    flow_keep(f, k);
    w->left -= k;
    if (w->left == 0)
        w->state = w->coded ? DATA_CR : START;
}

static void data_end(struct wire *w, struct flow *f)
{
    char due = w->state == DATA_CR ? '\r' : '\n';

    if (f->in[f->i] != due) {
        wire_fail(w, ST_MALFORMED,
                  "the data of a chunk are not followed by CR LF; its size is wrong");
        return;
    }
    flow_keep(f, 1);
    w->state = w->state == DATA_CR ? DATA_LF : CHUNK_SIZE;
    w->line = 0;
    w->digits = 0;
}

static void chunk_size(struct wire *w, struct flow *f)
{
    unsigned char c = (unsigned char)f->in[f->i];
    int d = hex_digit(c);

    if (d >= 0 && (w->left >> 60) > 0) {
        wire_fail(w, ST_TOO_LARGE, "a chunk is larger than any body that is accepted");
    } else if (d >= 0 && w->digits == 16) {
        wire_fail(w, ST_MALFORMED, "the size of a chunk has more than 16 digits");
    } else if (d >= 0) {
        w->left = 16 * w->left + (uint64_t)d;
        w->digits++;
        flow_keep(f, 1);
    } else if (w->digits == 0) {
        wire_fail(w, ST_MALFORMED, "a chunk does not begin with its size in hexadecimal digits");
    } else if (c == ';' || is(c, BLANK)) {
        flow_drop(f, 1);
        w->state = c == ';' ? CHUNK_EXTENSION : CHUNK_BLANK;
    } else if (c == '\r') {
        wire_take_to(w, f, CHUNK_LF);
    } else {
        wire_fail_byte(w, c, "the size of a chunk");
    }
}

/* Blanks may precede an extension, and nothing else (RFC 9112, 7.1.1). */
static void chunk_blank(struct wire *w, struct flow *f)
{
    flow_drop(f, span(f, BLANK));
    if (f->i == f->n)
        return;
    if (f->in[f->i] == ';')
        w->state = CHUNK_EXTENSION;
    else
        wire_fail(w, ST_MALFORMED, "the size of a chunk is followed by a blank");
}

static void chunk_extension(struct wire *w, struct flow *f)
{
    flow_drop(f, span(f, BLANK | VISIBLE));
    if (f->i == f->n)
        return;
    if (f->in[f->i] == '\r')
        wire_take_to(w, f, CHUNK_LF);
    else
        wire_fail_byte(w, (unsigned char)f->in[f->i], "a chunk's extension");
}

static void chunk_lf(struct wire *w, struct flow *f)
{
    wire_expect_lf(w, f, w->left > 0 ? BODY : FIELD);
    w->trailer = w->left == 0;
    w->line = 0;
}

/* ---- all states ---- */

static wire_step *const steps[] = {
    [START] = wire_start,
    [EMPTY_LF] = wire_empty_lf,
    [METHOD] = wire_method,
    [TARGET] = wire_target,
    [VERSION] = wire_version,
    [LINE_LF] = wire_line_lf,
    [FIELD] = wire_field,
    [NAME] = wire_name,
    [BEFORE_VALUE] = wire_before_value,
    [VALUE] = wire_value,
    [LAST_LF] = wire_last_lf,
    [BODY] = body,
    [DATA_CR] = data_end,
    [DATA_LF] = data_end,
    [CHUNK_SIZE] = chunk_size,
    [CHUNK_BLANK] = chunk_blank,
    [CHUNK_EXTENSION] = chunk_extension,
    [CHUNK_LF] = chunk_lf,
};

static void check_size(struct wire *w, enum wire_state before)
{
    const char *what = w->trailer ? "the trailers" : "the request line and the header";

    if (before <= VERSION && w->count > w->max_header)
        wire_fail(w, PROBLEM_TARGET, "the request line is larger than %zu bytes (max_header_bytes)",
                  w->max_header);
    else if (before <= LAST_LF && (w->trailer ? w->line : w->count) > w->max_header)
        wire_fail(w, PROBLEM_HEADERS, "%s are larger than %zu bytes (max_header_bytes)", what,
                  w->max_header);
    else if (before >= CHUNK_SIZE && w->line > WIRE_CHUNK_LINE_MAX)
        wire_fail(w, ST_MALFORMED, "the line with the size of a chunk is longer than %d bytes",
                  WIRE_CHUNK_LINE_MAX);
}

/* How many bytes a step may take: at most one more than the limit. Otherwise a fault after the
 * limit would be found when bytes come at once, and missed when they come one by one. */
static size_t room_of(const struct wire *w)
{
    size_t taken = w->count, max = w->max_header;

    if (w->state == BODY)
        return SIZE_MAX;
    if (w->state > BODY) {
        taken = w->line;
        max = WIRE_CHUNK_LINE_MAX;
    } else if (w->trailer) {
        taken = w->line;
    }
    return taken <= max ? max + 1 - taken : 1;
}

void wire_init(struct wire *w, size_t max_header_bytes)
{
    memset(w, 0, sizeof(*w));
    w->max_header = max_header_bytes;
    w->state = START;
}

bool wire_broken(const struct wire *w)
{
    return w->fault != 0 && w->count >= WIRE_POISON;
}

void wire_overflow(struct wire *w)
{
    if (!w->fault)
        wire_fail(w, PROBLEM_HEADERS, "the header is larger than what is left of its memory");
}

size_t wire_pass(struct wire *w, char *out, const char *in, size_t n, size_t *began)
{
    struct flow f = {.out = out, .in = in, .began = *began};

    while (f.i < n && !wire_broken(w)) {
        enum wire_state before = (enum wire_state)w->state;
        size_t at = f.i, room = room_of(w);

        f.n = n - at < room ? n : at + room;
        if (w->fault)
            flow_drop(&f, 1);
        else
            steps[before](w, &f);
        if (before != BODY) {
            w->count += f.i - at;
            w->line += f.i - at;
        }
        if (w->state == START && before != START && before != EMPTY_LF) {
            w->count = 0;
            w->empty_line = false;
        }
        if (!w->fault)
            check_size(w, before);
    }
    *began = f.began;
    return f.o;
}
