/* wire.c - see wire.h.
 *
 * One step function per state takes as many bytes as it can. A fault counts only when its request
 * has five bytes, so that there is room for what takes its place behind complete requests
 * (receive.c). */
#include "server/http/wire.h"

#include "server/http/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum state {
    START,    /* between requests */
    EMPTY_LF, /* of an empty line before a request */
    METHOD,
    TARGET,
    VERSION,
    LINE_LF, /* of the request line or of a field */
    FIELD,   /* the beginning of a field or of the empty line */
    NAME,
    BEFORE_VALUE,
    VALUE,
    LAST_LF, /* of the empty line */
    BODY,    /* with a Content-Length, or the data of a chunk */
    DATA_CR, /* behind the data of a chunk */
    DATA_LF,
    CHUNK_SIZE,
    CHUNK_BLANK,
    CHUNK_EXTENSION,
    CHUNK_LF
};

struct flow {
    char *out;
    const char *in;
    size_t o, i, n, began;
};

/* ---- bytes ---- */

enum {
    BLANK = 1,
    DELIMITER = 2, /* visible or beyond ASCII, and in no token */
    TOKEN = 4,     /* RFC 9110, 5.6.2: tchar */
    VISIBLE = DELIMITER | TOKEN
};

/* clang-format off */
static const unsigned char classes[256] = {
    ['\t'] = BLANK, [' '] = BLANK,
    ['!'] = TOKEN, ['"'] = DELIMITER, ['#' ... '\''] = TOKEN, ['(' ... ')'] = DELIMITER,
    ['*' ... '+'] = TOKEN, [','] = DELIMITER, ['-' ... '.'] = TOKEN, ['/'] = DELIMITER,
    ['0' ... '9'] = TOKEN, [':' ... '@'] = DELIMITER, ['A' ... 'Z'] = TOKEN,
    ['[' ... ']'] = DELIMITER, ['^' ... 'z'] = TOKEN, ['{'] = DELIMITER, ['|'] = TOKEN,
    ['}'] = DELIMITER, ['~'] = TOKEN, [0x80 ... 0xff] = DELIMITER};
/* clang-format on */

static bool is(unsigned char c, int class)
{
    return (classes[c] & class) != 0;
}

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t span(const struct flow *f, int class)
{
    const char *p = f->in + f->i, *end = f->in + f->n;

    while (p < end && is((unsigned char)*p, class))
        p++;
    return (size_t)(p - f->in) - f->i;
}

static void keep(struct flow *f, size_t k)
{
    if (f->out + f->o != f->in + f->i)
        memmove(f->out + f->o, f->in + f->i, k);
    f->o += k;
    f->i += k;
}

static void drop(struct flow *f, size_t k)
{
    f->i += k;
}

/* A trailer is checked and left out. */
static void take(const struct wire *w, struct flow *f, size_t k)
{
    if (w->trailer)
        drop(f, k);
    else
        keep(f, k);
}

static void take_to(struct wire *w, struct flow *f, enum state next)
{
    take(w, f, 1);
    w->state = next;
    w->word_len = 0;
}

static void fail(struct wire *w, int kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void fail(struct wire *w, int kind, const char *fmt, ...)
{
    va_list ap;

    w->fault = kind;
    va_start(ap, fmt);
    (void)vsnprintf(w->detail, sizeof(w->detail), fmt, ap);
    va_end(ap);
}

/* c is not allowed in what. */
static void fail_byte(struct wire *w, unsigned char c, const char *what)
{
    if (c == '\n')
        fail(w, ST_MALFORMED, "%s ends with a bare LF; a line ends with CR LF", what);
    else if (c == '\r')
        fail(w, ST_MALFORMED, "%s holds a CR that no LF follows", what);
    else if (c == '\0')
        fail(w, ST_MALFORMED, "%s holds a NUL byte", what);
    else
        fail(w, ST_MALFORMED, "%s holds the byte 0x%02x, which is not allowed there", what, c);
}

static void expect_lf(struct wire *w, struct flow *f, enum state next)
{
    if (f->in[f->i] != '\n')
        fail_byte(w, '\r', "a line");
    else
        take_to(w, f, next);
}

/* ---- the request line ---- */

static void start(struct wire *w, struct flow *f)
{
    if (!w->empty_line)
        f->began = f->o;
    if (f->in[f->i] == '\r' && !w->empty_line) {
        drop(f, 1);
        w->state = EMPTY_LF;
        return;
    }
    w->state = METHOD;
    w->trailer = w->old = w->length_given = w->coded = false;
    w->hosts = w->digits = 0;
    w->word_len = 0;
    w->left = 0;
}

static void empty_lf(struct wire *w, struct flow *f)
{
    if (f->in[f->i] != '\n') {
        fail_byte(w, '\r', "the line before the request");
        return;
    }
    drop(f, 1);
    w->empty_line = true;
    w->state = START;
}

static void method(struct wire *w, struct flow *f)
{
    size_t k = span(f, TOKEN);

    w->word_len += k;
    keep(f, k);
    if (f->i == f->n)
        return;
    if (f->in[f->i] == ' ' && w->word_len > 0)
        take_to(w, f, TARGET);
    else
        fail(w, ST_MALFORMED,
             "this is not HTTP: a request begins with a line such as "
             "'GET /v1/datasets HTTP/1.1'");
}

static void fail_blank(struct wire *w)
{
    fail(w, ST_MALFORMED,
         "the request line has more than two blanks; a blank in the target is "
         "written %%20");
}

static void target(struct wire *w, struct flow *f)
{
    size_t k = span(f, VISIBLE);
    unsigned char c;

    w->word_len += k;
    keep(f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ' ' && w->word_len > 0)
        take_to(w, f, VERSION);
    else if (c == ' ')
        fail_blank(w);
    else if (c == '\r')
        fail(w, ST_MALFORMED, "the request line does not end with a blank and 'HTTP/1.1'");
    else
        fail_byte(w, c, "the request target");
}

static void check_version(struct wire *w)
{
    const char *v = w->value;

    if (w->word_len != 8 || strncmp(v, "HTTP/", 5) != 0 || v[5] < '0' || v[5] > '9' ||
        v[6] != '.' || v[7] < '0' || v[7] > '9')
        fail(w, ST_MALFORMED, "the request line ends with '%.8s' and not with 'HTTP/1.1'", v);
    else if (v[5] != '1')
        fail(w, PROBLEM_VERSION, "%.8s is not spoken here; use HTTP/1.1", v);
    w->old = v[7] == '0';
}

/* Adds k bytes to a word of *len bytes, which is kept cut to cap - 1. */
static void add_word(char *word, size_t cap, size_t *len, const char *s, size_t k)
{
    size_t room = *len < cap - 1 ? cap - 1 - *len : 0, n = k < room ? k : room;

    if (room > 0) {
        memcpy(word + *len, s, n);
        word[*len + n] = '\0';
    }
    *len += k;
}

static void remember(struct wire *w, const char *s, size_t k)
{
    add_word(w->value, sizeof(w->value), &w->word_len, s, k);
}

static void version(struct wire *w, struct flow *f)
{
    size_t k = span(f, VISIBLE);
    unsigned char c;

    remember(w, f->in + f->i, k);
    keep(f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ' ')
        fail_blank(w);
    else if (c != '\r')
        fail_byte(w, c, "the request line");
    else
        check_version(w);
    if (!w->fault)
        take_to(w, f, LINE_LF);
}

/* ---- fields ---- */

static void field(struct wire *w, struct flow *f)
{
    unsigned char c = (unsigned char)f->in[f->i];

    if (c == '\r') {
        keep(f, 1);
        w->state = LAST_LF;
    } else if (is(c, BLANK)) {
        fail(w, ST_MALFORMED, "a header line begins with a blank; folded headers are not accepted");
    } else {
        w->state = NAME;
        w->word_len = 0;
        w->name[0] = '\0';
    }
}

/* The fields that frame a request; of others the value does not matter here. */
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

static void name(struct wire *w, struct flow *f)
{
    size_t k = span(f, TOKEN);
    unsigned char c;

    add_word(w->name, sizeof(w->name), &w->word_len, f->in + f->i, k);
    take(w, f, k);
    if (f->i == f->n)
        return;
    c = (unsigned char)f->in[f->i];
    if (c == ':' && w->word_len > 0) {
        w->framing = framing_of(w);
        w->held_len = 0;
        w->value[0] = '\0';
        take_to(w, f, BEFORE_VALUE);
    } else if (c == ':') {
        fail(w, ST_MALFORMED, "a header line has no name before its colon");
    } else if (is(c, BLANK)) {
        fail(w, ST_MALFORMED,
             "the header name '%s' is followed by a blank; the colon comes "
             "right behind the name",
             w->name);
    } else if (c == '\r') {
        fail(w, ST_MALFORMED, "the header line '%s' has no colon", w->name);
    } else {
        fail_byte(w, c, "a header name");
    }
}

static void before_value(struct wire *w, struct flow *f)
{
    drop(f, span(f, BLANK));
    if (f->i < f->n)
        w->state = VALUE;
}

static void end_field(struct wire *w);

/* Blanks are kept back until more of the value follows. */
static void value_blanks(struct wire *w, struct flow *f)
{
    size_t k = span(f, BLANK);

    if (w->held_len + k > sizeof(w->held)) {
        fail(w, ST_MALFORMED, "a header value has more than %d blanks in a row", WIRE_HELD_MAX);
        return;
    }
    memcpy(w->held + w->held_len, f->in + f->i, k);
    w->held_len += k;
    drop(f, k);
}

static void value_text(struct wire *w, struct flow *f, size_t k)
{
    if (w->framing) {
        remember(w, w->held, w->held_len);
        remember(w, f->in + f->i, k);
    }
    if (!w->trailer && w->held_len > 0) {
        memcpy(f->out + f->o, w->held, w->held_len);
        f->o += w->held_len;
    }
    w->held_len = 0;
    take(w, f, k);
}

static void value(struct wire *w, struct flow *f)
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
            take_to(w, f, LINE_LF);
    } else {
        fail_byte(w, c, "a header value");
    }
}

/* ---- the fields that frame ---- */

static const char not_both[] = "send one Content-Length or one Transfer-Encoding, not both";

static void read_length(struct wire *w)
{
    size_t digits = strspn(w->value, "0123456789");

    if (w->length_given) {
        fail(w, ST_MALFORMED, "%s", not_both);
        return;
    }
    w->length_given = true;
    if (digits == 0 || w->value[digits]) {
        fail(w, ST_MALFORMED, "Content-Length '%s' is not a number of bytes such as 39", w->value);
        return;
    }
    for (size_t i = 0; i < digits; i++) {
        uint64_t d = (uint64_t)(w->value[i] - '0');

        if (w->word_len > digits || w->left > (UINT64_MAX - d) / 10) {
            fail(w, ST_TOO_LARGE, "the Content-Length is larger than any body that is taken");
            return;
        }
        w->left = 10 * w->left + d;
    }
}

/* Counts the codings of a list and those that are chunked, and whether the last one is. False for
 * what is no list of names. */
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

/* One coding is read: chunked, alone. With chunked twice or not at the end of the list it is in
 * doubt where the body ends (RFC 9112, 6.3); other codings are not known here. */
static void read_coding(struct wire *w)
{
    int chunked;
    bool at_end, list = read_codings(w->value, &chunked, &at_end);

    if (w->coded)
        fail(w, ST_MALFORMED, "%s", not_both);
    else if (!list || w->word_len >= sizeof(w->value) || chunked > 1 || (chunked == 1 && !at_end))
        fail(w, ST_MALFORMED,
             "Transfer-Encoding '%s' leaves the end of the body in doubt; use "
             "chunked",
             w->value);
    else if (strcasecmp(w->value, "chunked") != 0)
        fail(w, PROBLEM_NOT_IMPLEMENTED, "Transfer-Encoding '%s' is not read; use chunked",
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

/* The empty line was read: is the framing beyond doubt, and where does the body end? */
static void end_header(struct wire *w)
{
    w->line = 0;
    if (w->hosts != 1 && !(w->hosts == 0 && w->old))
        fail(w, ST_MALFORMED, "there are %d Host headers; send exactly one", w->hosts);
    else if (w->coded && w->length_given)
        fail(w, ST_MALFORMED, "%s", not_both);
    else if (w->coded && w->old)
        fail(w, ST_MALFORMED, "HTTP/1.0 has no Transfer-Encoding; send a Content-Length");
    else if (w->coded)
        w->state = CHUNK_SIZE;
    else
        w->state = w->left > 0 ? BODY : START;
}

static void last_lf(struct wire *w, struct flow *f)
{
    bool trailer = w->trailer;

    if (f->in[f->i] != '\n') {
        fail_byte(w, '\r', "a line");
        return;
    }
    keep(f, 1);
    w->trailer = false;
    if (trailer)
        w->state = START;
    else
        end_header(w);
}

/* ---- bodies ---- */

static void body(struct wire *w, struct flow *f)
{
    size_t k = f->n - f->i;

    if (k > w->left)
        k = (size_t)w->left;
    keep(f, k);
    w->left -= k;
    if (w->left == 0)
        w->state = w->coded ? DATA_CR : START;
}

static void data_end(struct wire *w, struct flow *f)
{
    char due = w->state == DATA_CR ? '\r' : '\n';

    if (f->in[f->i] != due) {
        fail(w, ST_MALFORMED, "the data of a chunk are not followed by CR LF; its size is wrong");
        return;
    }
    keep(f, 1);
    w->state = w->state == DATA_CR ? DATA_LF : CHUNK_SIZE;
    w->line = 0;
    w->digits = 0;
}

static void chunk_size(struct wire *w, struct flow *f)
{
    unsigned char c = (unsigned char)f->in[f->i];
    int d = hex_digit(c);

    if (d >= 0 && (w->left >> 60) > 0) {
        fail(w, ST_TOO_LARGE, "a chunk is larger than any body that is taken");
    } else if (d >= 0 && w->digits == 16) {
        fail(w, ST_MALFORMED, "the size of a chunk has more than 16 digits");
    } else if (d >= 0) {
        w->left = 16 * w->left + (uint64_t)d;
        w->digits++;
        keep(f, 1);
    } else if (w->digits == 0) {
        fail(w, ST_MALFORMED, "a chunk does not begin with its size in hexadecimal digits");
    } else if (c == ';' || is(c, BLANK)) {
        drop(f, 1);
        w->state = c == ';' ? CHUNK_EXTENSION : CHUNK_BLANK;
    } else if (c == '\r') {
        take_to(w, f, CHUNK_LF);
    } else {
        fail_byte(w, c, "the size of a chunk");
    }
}

/* Blanks may stand before an extension, and only there (RFC 9112, 7.1.1). */
static void chunk_blank(struct wire *w, struct flow *f)
{
    drop(f, span(f, BLANK));
    if (f->i == f->n)
        return;
    if (f->in[f->i] == ';')
        w->state = CHUNK_EXTENSION;
    else
        fail(w, ST_MALFORMED, "the size of a chunk is followed by a blank");
}

static void chunk_extension(struct wire *w, struct flow *f)
{
    drop(f, span(f, BLANK | VISIBLE));
    if (f->i == f->n)
        return;
    if (f->in[f->i] == '\r')
        take_to(w, f, CHUNK_LF);
    else
        fail_byte(w, (unsigned char)f->in[f->i], "a chunk's extension");
}

static void chunk_lf(struct wire *w, struct flow *f)
{
    expect_lf(w, f, w->left > 0 ? BODY : FIELD);
    w->trailer = w->left == 0;
    w->line = 0;
}

/* ---- all of it ---- */

static void line_lf(struct wire *w, struct flow *f)
{
    expect_lf(w, f, FIELD);
}

typedef void step(struct wire *w, struct flow *f);

static step *const steps[] = {
    [START] = start,
    [EMPTY_LF] = empty_lf,
    [METHOD] = method,
    [TARGET] = target,
    [VERSION] = version,
    [LINE_LF] = line_lf,
    [FIELD] = field,
    [NAME] = name,
    [BEFORE_VALUE] = before_value,
    [VALUE] = value,
    [LAST_LF] = last_lf,
    [BODY] = body,
    [DATA_CR] = data_end,
    [DATA_LF] = data_end,
    [CHUNK_SIZE] = chunk_size,
    [CHUNK_BLANK] = chunk_blank,
    [CHUNK_EXTENSION] = chunk_extension,
    [CHUNK_LF] = chunk_lf,
};

static void check_size(struct wire *w, enum state before)
{
    const char *what = w->trailer ? "the trailers" : "the request line and the header";

    if (before <= VERSION && w->count > w->max_header)
        fail(w, PROBLEM_TARGET, "the request line is larger than %zu bytes (max_header_bytes)",
             w->max_header);
    else if (before <= LAST_LF && (w->trailer ? w->line : w->count) > w->max_header)
        fail(w, PROBLEM_HEADERS, "%s are larger than %zu bytes (max_header_bytes)", what,
             w->max_header);
    else if (before >= CHUNK_SIZE && w->line > WIRE_CHUNK_LINE_MAX)
        fail(w, ST_MALFORMED, "the line with the size of a chunk is longer than %d bytes",
             WIRE_CHUNK_LINE_MAX);
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
        fail(w, PROBLEM_HEADERS, "the header is larger than what is left of its memory");
}

size_t wire_pass(struct wire *w, char *out, const char *in, size_t n, size_t *began)
{
    struct flow f = {.out = out, .in = in, .n = n, .began = *began};

    while (f.i < n && !wire_broken(w)) {
        enum state before = (enum state)w->state;
        size_t at = f.i;

        if (w->fault)
            drop(&f, 1);
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
