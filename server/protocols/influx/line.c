/* line.c - see line.h. */
#include "server/protocols/influx/line.h"

#include <errno.h>
#include <lstm/utf8.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES_MAX = 400 }; /* the longest double without an exponent has 309 digits */

/* One line that is being read. */
struct cursor {
    const char *at, *end; /* of the line */
    char *to;             /* where the next text is written */
    struct err *e;
};

static enum status fail(const struct cursor *c, const char *what)
{
    size_t left = (size_t)(c->end - c->at);

    return err_set(c->e, ST_INVALID, "%s, at '%.*s'", what, (int)(left < 20 ? left : 20), c->at);
}

/* ---- lines ---- */

void lines_begin(struct lines *l, const char *text, size_t len)
{
    *l = (struct lines){.at = text, .end = text + len};
}

void lines_end(struct lines *l)
{
    free(l->room);
    *l = (struct lines){0};
}

static bool is_escapable(char c)
{
    return c == ',' || c == '=' || c == ' ';
}

/* Address of the blank before the fields, or end. */
static const char *fields_of(const char *s, const char *end)
{
    while (s < end && *s != ' ' && *s != '\n')
        s += *s == '\\' && s + 1 < end && is_escapable(s[1]) ? 2 : 1;
    return s;
}

/* The end of the line: a line end that is not inside of a text in quotes, which only fields have.
 * A quote that is never closed ends with its line. */
static const char *line_end(const char *s, const char *end)
{
    const char *first = NULL;
    bool quoted = false;

    for (s = fields_of(s, end); s < end; s++) {
        if (*s == '\n' && !quoted)
            return s;
        if (*s == '\n' && !first)
            first = s;
        if (*s == '"')
            quoted = !quoted;
        if (*s == '\\' && s + 1 < end && s[1] != '\n')
            s++;
    }
    return first && quoted ? first : end;
}

/* ---- texts ---- */

static bool has_controls(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return true;
    return false;
}

/* Reads a name up to one of the stops. A backslash before one of the escapable characters takes
 * it as it is; before others it stands for itself. */
static enum status read_name(const char **out, struct cursor *c, const char *stops,
                             const char *escapable, const char *what)
{
    char *start = c->to;

    while (c->at < c->end && !strchr(stops, *c->at)) {
        if (*c->at == '\\' && c->at + 1 < c->end && strchr(escapable, c->at[1]))
            c->at++;
        *c->to++ = *c->at++;
    }
    if (c->to == start)
        return fail(c, what);
    if (!utf8_valid(start, (size_t)(c->to - start)) || has_controls(start, (size_t)(c->to - start)))
        return fail(c, "a name is not UTF-8, or has control characters");
    *c->to++ = '\0';
    *out = start;
    return ST_OK;
}

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && *c->at == ' ')
        c->at++;
}

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* ---- tags ---- */

static int compare_tags(const void *a, const void *b)
{
    return strcmp(((const struct line_tag *)a)->key, ((const struct line_tag *)b)->key);
}

static enum status read_tags(struct line *out, struct cursor *c)
{
    enum status st = ST_OK;

    while (!st && take(c, ',')) {
        struct line_tag *t = &out->tags[out->num_tags];

        if (out->num_tags == LINE_TAGS_MAX)
            return fail(c, "a line has at most 64 tags");
        st = read_name(&t->key, c, ",= ", ",= ", "a tag needs a key");
        if (!st && !take(c, '='))
            return fail(c, "a tag needs '=' and a value");
        if (!st)
            st = read_name(&t->value, c, ",= ", ",= ", "a tag needs a value");
        if (!st && c->at < c->end && *c->at == '=')
            return fail(c, "'=' in the value of a tag is written as '\\='");
        out->num_tags++;
    }
    if (st)
        return st;
    qsort(out->tags, (size_t)out->num_tags, sizeof(out->tags[0]), compare_tags);
    for (int i = 1; i < out->num_tags; i++)
        if (strcmp(out->tags[i - 1].key, out->tags[i].key) == 0)
            return fail(c, "a tag occurs twice");
    return ST_OK;
}

/* ---- values ---- */

static enum status skip_string(struct cursor *c)
{
    for (c->at++; c->at < c->end; c->at++) {
        if (*c->at == '"') {
            c->at++;
            return ST_OK;
        }
        if (*c->at == '\\' && c->at + 1 < c->end && (c->at[1] == '"' || c->at[1] == '\\'))
            c->at++;
    }
    return fail(c, "a text has no closing quote");
}

/* Whether s (n bytes) is a decimal number: 1, -1.5, .5, 1e-3. */
static bool is_decimal(const char *s, size_t n)
{
    size_t i = n && (s[0] == '-' || s[0] == '+'), digits = 0;

    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        digits++;
    if (i < n && s[i] == '.')
        for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++)
            digits++;
    if (digits == 0)
        return false;
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        i += i < n && (s[i] == '-' || s[i] == '+');
        if (i == n)
            return false;
        while (i < n && s[i] >= '0' && s[i] <= '9')
            i++;
    }
    return i == n;
}

/* Whether s (n bytes) is a whole number in the range of its kind. */
static bool is_integer(const char *s, size_t n, bool is_unsigned)
{
    char text[24], *end;
    size_t sign = n && s[0] == '-';

    if (n == sign || n >= sizeof(text) || (is_unsigned && sign) ||
        strspn(s + sign, "0123456789") < n - sign)
        return false;
    memcpy(text, s, n);
    text[n] = '\0';
    errno = 0;
    if (is_unsigned)
        (void)strtoull(text, &end, 10);
    else
        (void)strtoll(text, &end, 10);
    return errno == 0 && *end == '\0';
}

static bool is_one_of(const char *s, size_t n, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == n && memcmp(s, *names, n) == 0)
            return true;
    return false;
}

/* Reads a number or a flag: n bytes at s. */
static enum status read_plain(struct line_field *out, const struct cursor *c, const char *s,
                              size_t n)
{
    static const char *const trues[] = {"t", "T", "true", "True", "TRUE", NULL};
    static const char *const falses[] = {"f", "F", "false", "False", "FALSE", NULL};
    const bool typed = n > 1 && (s[n - 1] == 'i' || s[n - 1] == 'u');
    char text[NUMBER_BYTES_MAX];

    if (is_one_of(s, n, trues) || is_one_of(s, n, falses)) {
        out->value = is_one_of(s, n, trues);
        return ST_OK;
    }
    if (n >= sizeof(text) || (typed ? !is_integer(s, n - 1, s[n - 1] == 'u') : !is_decimal(s, n)))
        return fail(c, "a value is a number, an integer with i or u, true, false, or a text in "
                       "quotes");
    memcpy(text, s, n - typed);
    text[n - typed] = '\0';
    out->value = strtod(text, NULL);
    return isfinite(out->value) ? ST_OK : fail(c, "a number is too large");
}

static enum status read_value(struct line_field *out, struct cursor *c)
{
    const char *start = c->at;

    out->is_text = c->at < c->end && *c->at == '"';
    if (out->is_text)
        return skip_string(c);
    while (c->at < c->end && *c->at != ',' && *c->at != ' ')
        c->at++;
    if (c->at == start)
        return fail(c, "a field needs a value");
    return read_plain(out, c, start, (size_t)(c->at - start));
}

static enum status read_fields(struct line *out, struct cursor *c)
{
    enum status st = ST_OK;

    do {
        struct line_field *f = &out->fields[out->num_fields];

        if (out->num_fields == LINE_FIELDS_MAX)
            return fail(c, "a line has at most 1024 fields");
        st = read_name(&f->key, c, ",= ", ",= ", "a line needs a field");
        if (!st && !take(c, '='))
            return fail(c, "a field needs '=' and a value");
        if (!st)
            st = read_value(f, c);
        out->num_fields++;
    } while (!st && take(c, ','));
    return st;
}

/* ---- the whole ---- */

static enum status read_time(struct line *out, struct cursor *c)
{
    char text[24];
    size_t n = (size_t)(c->end - c->at);

    out->has_time = n > 0;
    if (n == 0)
        return ST_OK;
    if (!is_integer(c->at, n, false))
        return fail(c, "the time is not a whole number");
    memcpy(text, c->at, n);
    text[n] = '\0';
    out->time = strtoll(text, NULL, 10);
    return ST_OK;
}

static enum status read_line(struct line *out, struct cursor *c)
{
    enum status st = read_name(&out->measurement, c, ", ", ", ", "a line needs a measurement");

    if (!st)
        st = read_tags(out, c);
    if (!st && c->at == c->end)
        return fail(c, "a line needs a field");
    skip_blanks(c);
    if (!st)
        st = read_fields(out, c);
    if (!st && c->at < c->end && *c->at != ' ')
        return fail(c, "a blank is needed before the time");
    skip_blanks(c);
    return st ? st : read_time(out, c);
}

/* Makes room for the texts of n bytes: each is shorter than its source by at least its separator,
 * which makes room for its NUL. */
static enum status make_room(struct lines *l, size_t n, struct err *e)
{
    char *more;

    if (l->room_size > n)
        return ST_OK;
    more = realloc(l->room, 2 * n + 64);
    if (!more)
        return err_nomem(e, 2 * n + 64);
    l->room = more;
    l->room_size = 2 * n + 64;
    return ST_OK;
}

static long count_ends(const char *s, const char *end)
{
    long n = 0;

    for (; s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
        n++;
    return n;
}

/* Finds the next line that has a point, without blanks around it; false: there is none. */
static bool find_line(const char **start, const char **end, struct lines *l)
{
    while (l->at < l->end) {
        const char *s = l->at, *stop;

        while (s < l->end && (*s == ' ' || *s == '\t' || *s == '\r'))
            s++;
        stop =
            s < l->end && *s == '#' ? memchr(s, '\n', (size_t)(l->end - s)) : line_end(s, l->end);
        stop = stop ? stop : l->end;
        l->number++;
        l->at = stop < l->end ? stop + 1 : stop;
        *start = s;
        *end = stop;
        while (*end > s && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r'))
            (*end)--;
        if (*end > s && *s != '#')
            return true;
    }
    return false;
}

enum status lines_next(struct line *out, bool *more, struct lines *l, struct err *e)
{
    const char *start, *end;
    struct cursor c;
    enum status st;

    *more = find_line(&start, &end, l);
    if (!*more)
        return ST_OK;
    out->num_tags = out->num_fields = 0;
    if (end - start > LINE_BYTES_MAX)
        return err_set(e, ST_INVALID, "a line has at most %d bytes", LINE_BYTES_MAX);
    st = make_room(l, (size_t)(end - start), e);
    if (st)
        return st;
    c = (struct cursor){start, end, l->room, e};
    st = read_line(out, &c);
    if (st)
        err_at_line(e, l->number);
    l->number += count_ends(start, end); /* in texts */
    return st;
}
