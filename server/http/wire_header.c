/* wire_header.c - checks the request line and the header fields, and finds the framing of the
 * body. */
#include "server/http/wire_step.h"

#include "server/http/problem.h"

#include <string.h>
#include <strings.h>

/* ---- the request line ---- */

void wire_start(struct wire *w, struct flow *f)
{
    if (!w->empty_line)
        f->began = f->o;
    if (f->in[f->i] == '\r' && !w->empty_line) {
        flow_drop(f, 1);
        w->state = EMPTY_LF;
        return;
    }
    w->state = METHOD;
    w->trailer = w->old = w->length_given = w->coded = false;
    w->hosts = w->digits = 0;
    w->word_len = 0;
    w->left = 0;
}

void wire_empty_lf(struct wire *w, struct flow *f)
{
    if (f->in[f->i] != '\n') {
        wire_fail_byte(w, '\r', "the line before the request");
        return;
    }
    flow_drop(f, 1);
    w->empty_line = true;
    w->state = START;
}

void wire_method(struct wire *w, struct flow *f)
{
    size_t k = span(f, TOKEN);

    w->word_len += k;
    flow_keep(f, k);
    if (f->i == f->n)
        return;
    if (f->in[f->i] == ' ' && w->word_len > 0)
        wire_take_to(w, f, TARGET);
    else
        wire_fail(w, ST_MALFORMED,
                  "this is not HTTP: a request begins with a line such as "
                  "'GET /v1/datasets HTTP/1.1'");
}

static void fail_blank(struct wire *w)
{
    wire_fail(w, ST_MALFORMED,
              "the request line has more than two blanks; a blank in the target is "
              "written %%20");
}

void wire_target(struct wire *w, struct flow *f)
{
    size_t k = span(f, VISIBLE);
    unsigned char c;

    w->word_len += k;
    flow_keep(f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ' ' && w->word_len > 0)
        wire_take_to(w, f, VERSION);
    else if (c == ' ')
        fail_blank(w);
    else if (c == '\r')
        wire_fail(w, ST_MALFORMED, "the request line does not end with a blank and 'HTTP/1.1'");
    else
        wire_fail_byte(w, c, "the request target");
}

static void check_version(struct wire *w)
{
    const char *v = w->value;

    if (w->word_len != 8 || strncmp(v, "HTTP/", 5) != 0 || v[5] < '0' || v[5] > '9' ||
        v[6] != '.' || v[7] < '0' || v[7] > '9')
        wire_fail(w, ST_MALFORMED, "the request line ends with '%.8s' and not with 'HTTP/1.1'", v);
    else if (v[5] != '1')
        wire_fail(w, PROBLEM_VERSION, "%.8s is not supported; use HTTP/1.1", v);
    w->old = v[7] == '0';
}

void wire_version(struct wire *w, struct flow *f)
{
    size_t k = span(f, VISIBLE);
    unsigned char c;

    wire_remember(w, f->in + f->i, k);
    flow_keep(f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ' ')
        fail_blank(w);
    else if (c != '\r')
        wire_fail_byte(w, c, "the request line");
    else
        check_version(w);
    if (!w->fault)
        wire_take_to(w, f, LINE_LF);
}

/* ---- fields ---- */

void wire_field(struct wire *w, struct flow *f)
{
    unsigned char c = (unsigned char)f->in[f->i];

    if (c == '\r') {
        flow_keep(f, 1);
        w->state = LAST_LF;
    } else if (is(c, BLANK)) {
        wire_fail(w, ST_MALFORMED,
                  "a header line begins with a blank; folded headers are not accepted");
    } else {
        w->state = NAME;
        w->word_len = 0;
        w->name[0] = '\0';
    }
}

/* The fields that frame a request. The values of all others do not matter here. */
enum { CONTENT_LENGTH = 1, TRANSFER_ENCODING, HOST };

static int framing_of(const struct wire *w)
{
    switch (w->word_len) {
    case 4:
        return strcasecmp(w->name, "Host") == 0 ? HOST : 0;
    case 14:
        return strcasecmp(w->name, "Content-Length") == 0 ? CONTENT_LENGTH : 0;
    case 17:
        return strcasecmp(w->name, "Transfer-Encoding") == 0 ? TRANSFER_ENCODING : 0;
    default:
        return 0;
    }
}

void wire_name(struct wire *w, struct flow *f)
{
    size_t k = span(f, TOKEN);
    unsigned char c;

    wire_add_word(w->name, sizeof(w->name), &w->word_len, f->in + f->i, k);
    wire_take(w, f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ':' && w->word_len > 0) {
        w->framing = framing_of(w);
        w->held_len = 0;
        w->value[0] = '\0';
        wire_take_to(w, f, BEFORE_VALUE);
    } else if (c == ':') {
        wire_fail(w, ST_MALFORMED, "a header line has no name before its colon");
    } else if (is(c, BLANK)) {
        wire_fail(w, ST_MALFORMED,
                  "the header name '%s' is followed by a blank; the colon comes "
                  "right behind the name",
                  w->name);
    } else if (c == '\r') {
        wire_fail(w, ST_MALFORMED, "the header line '%s' has no colon", w->name);
    } else {
        wire_fail_byte(w, c, "a header name");
    }
}

void wire_before_value(struct wire *w, struct flow *f)
{
    flow_drop(f, span(f, BLANK));
    if (f->i < f->n)
        w->state = VALUE;
}

static void end_field(struct wire *w);

/* Holds blanks back until more of the value follows. */
static void value_blanks(struct wire *w, struct flow *f)
{
    size_t k = span(f, BLANK);

    if (w->held_len + k > sizeof(w->held)) {
        wire_fail(w, ST_MALFORMED, "a header value has more than %d blanks in a row",
                  WIRE_HELD_MAX);
        return;
    }
    memcpy(w->held + w->held_len, f->in + f->i, k);
    w->held_len += k;
    flow_drop(f, k);
}

static void value_text(struct wire *w, struct flow *f, size_t k)
{
    if (w->framing) {
        wire_remember(w, w->held, w->held_len);
        wire_remember(w, f->in + f->i, k);
    }
    if (!w->trailer && w->held_len > 0) {
        memcpy(f->out + f->o, w->held, w->held_len);
        f->o += w->held_len;
    }
    w->held_len = 0;
    wire_take(w, f, k);
}

void wire_value(struct wire *w, struct flow *f)
{
    size_t k = span(f, VISIBLE);
    unsigned char c;

    if (k > 0)
        value_text(w, f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (is(c, BLANK)) {
        value_blanks(w, f);
    } else if (c == '\r') {
        w->held_len = 0;
        if (!w->trailer)
            end_field(w);
        if (!w->fault)
            wire_take_to(w, f, LINE_LF);
    } else {
        wire_fail_byte(w, c, "a header value");
    }
}

/* ---- framing fields ---- */

static const char not_both[] = "send one Content-Length or one Transfer-Encoding, not both";

static void read_length(struct wire *w)
{
    size_t digits = strspn(w->value, "0123456789");

    if (w->length_given) {
        wire_fail(w, ST_MALFORMED, "%s", not_both);
        return;
    }
    w->length_given = true;
    if (digits == 0 || w->value[digits]) {
        wire_fail(w, ST_MALFORMED, "Content-Length '%s' is not a number of bytes such as 39",
                  w->value);
        return;
    }
    for (size_t i = 0; i < digits; i++) {
        uint64_t d = (uint64_t)(w->value[i] - '0');

        if (w->word_len > digits || w->left > (UINT64_MAX - d) / 10) {
            wire_fail(w, ST_TOO_LARGE,
                      "the Content-Length is larger than any body that is accepted");
            return;
        }
        w->left = 10 * w->left + d;
    }
}

/* Reads a list of codings: how many are chunked, and whether the last one is. Returns false when it
 * is not a list of names. */
static bool read_codings(const char *list, int *chunked, bool *at_end)
{
    const char *p = list;

    for (*chunked = 0;; p++) {
        size_t n = 0;

        p += strspn(p, " \t");
        while (is((unsigned char)p[n], TOKEN))
            n++;
        *at_end = n == 7 && strncasecmp(p, "chunked", n) == 0;
        *chunked += *at_end;
        p += n;
        p += strspn(p, " \t");
        if (n == 0 || (*p != ',' && *p != '\0'))
            return false;
        if (*p == '\0')
            return true;
    }
}

/* Only a single coding, chunked, is accepted. If chunked occurs twice or is not the last, the end
 * of the body is in doubt (RFC 9112, 6.3). Other codings are unknown here. */
static void read_coding(struct wire *w)
{
    int chunked;
    bool at_end, list = read_codings(w->value, &chunked, &at_end);

    if (w->coded)
        wire_fail(w, ST_MALFORMED, "%s", not_both);
    else if (!list || w->word_len >= sizeof(w->value) || chunked > 1 || (chunked == 1 && !at_end))
        wire_fail(w, ST_MALFORMED,
                  "Transfer-Encoding '%s' leaves the end of the body in doubt; use "
                  "chunked",
                  w->value);
    else if (strcasecmp(w->value, "chunked") != 0)
        wire_fail(w, PROBLEM_NOT_IMPLEMENTED, "Transfer-Encoding '%s' is not read; use chunked",
                  w->value);
    w->coded = true;
}

static void end_field(struct wire *w)
{
    if (w->framing == CONTENT_LENGTH)
        read_length(w);
    else if (w->framing == TRANSFER_ENCODING)
        read_coding(w);
    else if (w->framing == HOST)
        w->hosts++;
}

/* After the empty line: checks that the framing is beyond doubt, and finds the end of the body. */
static void end_header(struct wire *w)
{
    w->line = 0;
    if (w->hosts != 1 && !(w->hosts == 0 && w->old))
        wire_fail(w, ST_MALFORMED, "there are %d Host headers; send exactly one", w->hosts);
    else if (w->coded && w->length_given)
        wire_fail(w, ST_MALFORMED, "%s", not_both);
    else if (w->coded && w->old)
        wire_fail(w, ST_MALFORMED, "HTTP/1.0 has no Transfer-Encoding; send a Content-Length");
    else if (w->coded)
        w->state = CHUNK_SIZE;
    else
        w->state = w->left > 0 ? BODY : START;
}

void wire_line_lf(struct wire *w, struct flow *f)
{
    wire_expect_lf(w, f, FIELD);
}

void wire_last_lf(struct wire *w, struct flow *f)
{
    bool trailer = w->trailer;

    if (f->in[f->i] != '\n') {
        wire_fail_byte(w, '\r', "a line");
        return;
    }
    flow_keep(f, 1);
    w->trailer = false;
    if (trailer)
        w->state = START;
    else
        end_header(w);
}
