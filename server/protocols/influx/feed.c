/* feed.c - see feed.h. */
#include "server/protocols/influx/feed.h"

#include "server/data/calendar.h"

#include <lstm/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULT_BYTES_MAX = 4096 };

void feed_init(struct feed *b)
{
    *b = (struct feed){0};
    buf_init(&b->text, FEED_TEXT_MAX);
    buf_init(&b->fault_text, FAULT_BYTES_MAX);
}

void feed_release(struct feed *b)
{
    free(b->rows);
    buf_release(&b->text);
    buf_release(&b->fault_text);
}

const char *feed_text(const struct feed *b, size_t offset)
{
    return b->text.data + offset;
}

void feed_fault(struct feed *b, long line, long count, const char *reason)
{
    if (!b->faults || line < b->first_fault)
        b->first_fault = line;
    if (b->faults < FEED_FAULTS_SHOWN)
        buf_printf(&b->fault_text, "%sline %ld: %s", b->fault_text.len ? "; " : "", line, reason);
    b->faults += count;
}

/* ---- names ---- */

/* Appends a part of a data set's name, as far as it has room. Every character that a name may not
 * have becomes one "-". */
static void put_part(char out[FEED_NAME_MAX + 2], size_t *used, const char *part)
{
    for (; *part && *used <= FEED_NAME_MAX; part++) {
        char c = *part;

        if (((unsigned char)c & 0xc0) == 0x80) /* the rest of a character of UTF-8 */
            continue;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 'a' - 'A');
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", c))
            c = '-';
        if (*used == 0 && strchr("._-", c))
            continue; /* a name begins with a letter or a digit */
        out[(*used)++] = c;
    }
}

/* Writes the name of the data set; false: it would be too long, or empty. */
static bool write_name(char out[FEED_NAME_MAX + 2], const char *bucket, const char *measurement,
                       const char *field)
{
    size_t used = 0;

    put_part(out, &used, bucket);
    put_part(out, &used, ".");
    put_part(out, &used, measurement);
    put_part(out, &used, ".");
    put_part(out, &used, field);
    if (used == 0 || used > FEED_NAME_MAX)
        return false;
    out[used] = '\0';
    return true;
}

static void put_escaped(struct buf *b, const char *s)
{
    for (; *s; s++) {
        if (*s == ',' || *s == '=' || *s == '\\')
            buf_add(b, "\\", 1);
        buf_add(b, s, 1);
    }
}

/* Appends the id of a series, "key=value,key=value", and its NUL. False: it would be too long. */
static bool put_series(struct buf *b, const struct line *l)
{
    size_t start = b->len;

    for (int i = 0; i < l->num_tags; i++) {
        buf_puts(b, i ? "," : "");
        put_escaped(b, l->tags[i].key);
        buf_puts(b, "=");
        put_escaped(b, l->tags[i].value);
    }
    buf_add(b, "", 1);
    return b->len - start <= FEED_SERIES_MAX;
}

/* ---- reading ---- */

static enum status add_row(struct feed *b, const struct feed_row *row, struct err *e)
{
    if (b->count == FEED_ROWS_MAX)
        return err_set(e, ST_TOO_LARGE, "a request has at most %d values; send smaller batches",
                       FEED_ROWS_MAX);
    if (b->count == b->cap) {
        int cap = b->cap ? 2 * b->cap : 1024;
        struct feed_row *more = realloc(b->rows, (size_t)cap * sizeof(*more));

        if (!more)
            return err_nomem(e, (size_t)cap * sizeof(*more));
        b->rows = more;
        b->cap = cap;
    }
    b->rows[b->count++] = *row;
    return ST_OK;
}

/* The line's time in seconds; INT64_MAX when there is no such time. */
static int64_t seconds_of(const struct line *l, enum influx_precision precision, int64_t now)
{
    static const int64_t parts[PRECISIONS] = {1000000000, 1000000, 1000, 1, 1, 1};
    static const int64_t times[PRECISIONS] = {1, 1, 1, 1, 60, 3600};
    int64_t seconds = now;

    if (l->has_time &&
        __builtin_mul_overflow(floor_div(l->time, parts[precision]), times[precision], &seconds))
        return INT64_MAX;
    return seconds;
}

/* Adds the fields of one line that have a number. */
static enum status add_line(struct feed *b, const struct line *l, const char *bucket,
                            int64_t seconds, long number, struct err *e)
{
    struct feed_row row = {.seconds = seconds, .line = number};
    char name[FEED_NAME_MAX + 2];
    enum status st = ST_OK;

    row.series = b->text.len;
    if (!put_series(&b->text, l))
        return err_set(e, ST_INVALID, "the tags have more than %d bytes", FEED_SERIES_MAX - 1);
    for (int i = 0; !st && i < l->num_fields; i++) {
        if (l->fields[i].is_text)
            continue;
        if (!write_name(name, bucket, l->measurement, l->fields[i].key))
            return err_set(
                e, ST_INVALID,
                "the data set's name, of bucket, measurement and field '%.40s', has more "
                "than %d characters",
                l->fields[i].key, FEED_NAME_MAX);
        row.dataset = b->text.len;
        row.order = b->count;
        row.value = l->fields[i].value;
        buf_add(&b->text, name, strlen(name) + 1);
        st = buf_status(&b->text, e);
        if (!st)
            st = add_row(b, &row, e);
    }
    return st ? st : buf_status(&b->text, e);
}

enum status feed_read(struct feed *b, const char *body, size_t len, const char *bucket,
                      enum influx_precision precision, int64_t now, struct err *e)
{
    struct line *l = malloc(sizeof(*l));
    struct lines in;
    bool more = true;
    enum status st = l ? ST_OK : err_nomem(e, sizeof(*l));

    lines_begin(&in, body, len);
    while (!st && more) {
        struct err fault = {0};
        int before = b->count;
        long number;

        st = lines_next(l, &more, &in, &fault);
        if (!more)
            break;
        number = fault.line ? fault.line : in.number;
        b->lines++;
        if (!st && !calendar_holds(seconds_of(l, precision, now)))
            st = err_set(&fault, ST_INVALID,
                         "the time is not in the years 0001 to 9999; is the precision right?");
        if (!st)
            st = add_line(b, l, bucket, seconds_of(l, precision, now), number, &fault);
        if (st == ST_INVALID) {
            b->count = before;
            feed_fault(b, number, 1, fault.message);
            st = ST_OK;
        } else if (st) {
            *e = fault;
        }
    }
    lines_end(&in);
    free(l);
    return st;
}

/* ---- rows of data sets ---- */

static int compare(const void *a, const void *b, void *ctx)
{
    const struct feed_row *x = a, *y = b;
    const struct feed *all = ctx;
    int c = strcmp(feed_text(all, x->dataset), feed_text(all, y->dataset));

    if (!c)
        c = strcmp(feed_text(all, x->series), feed_text(all, y->series));
    if (!c)
        c = (x->seconds > y->seconds) - (x->seconds < y->seconds);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

void feed_sort(struct feed *b)
{
    if (b->count)
        qsort_r(b->rows, (size_t)b->count, sizeof(*b->rows), compare, b);
}

int feed_end(const struct feed *b, int from)
{
    const char *name = feed_text(b, b->rows[from].dataset);
    int end = from;

    while (end < b->count && strcmp(feed_text(b, b->rows[end].dataset), name) == 0)
        end++;
    return end;
}

static void put_time(struct buf *out, int64_t seconds, bool days)
{
    int64_t day = floor_div(seconds, DAY_SECONDS), rest = floor_mod(seconds, DAY_SECONDS), y;
    int m, d;

    date_from_days(day, &y, &m, &d);
    buf_printf(out, "\"%04d-%02d-%02d", (int)y, m, d);
    if (!days)
        buf_printf(out, "T%02d:%02d:%02dZ", (int)(rest / 3600), (int)(rest / 60 % 60),
                   (int)(rest % 60));
    buf_puts(out, "\"");
}

void feed_put(struct buf *out, const struct feed *b, int from, int end, int64_t step, int64_t phase,
              bool days, const char *column, const char *default_id)
{
    for (int i = from; i < end; i++) {
        const struct feed_row *r = &b->rows[i], *next = i + 1 < end ? r + 1 : NULL;
        const char *series = feed_text(b, r->series);
        int64_t at = floor_div(r->seconds - phase, step);

        if (next && floor_div(next->seconds - phase, step) == at &&
            strcmp(feed_text(b, next->series), series) == 0)
            continue;
        buf_puts(out, "{\"time\":");
        put_time(out, at * step + phase, days);
        buf_puts(out, ",\"series\":");
        buf_put_json_string(out, series[0] ? series : default_id);
        buf_puts(out, ",");
        buf_put_json_string(out, column);
        buf_puts(out, ":");
        buf_put_f64(out, r->value);
        buf_puts(out, "}\n");
    }
}
