/* instant.c - see instant.h. Source: https://prometheus.io/docs/prometheus/latest/querying/api/ for
 * the forms, and .../basics/#time-durations for the units. */
#include "server/protocols/prometheus/instant.h"

#include "server/data/timestamp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double earliest = -62135596800.0, latest = 253402300799.0; /* years 0001 to 9999 */
static const double longest = 1000 * 365.25 * 86400;                    /* seconds */

static enum status malformed(const char *text, const char *name, const char *right, struct err *e)
{
    err_set(e, ST_MALFORMED, "%s is '%.60s'; %s", name, text, right);
    return err_at(e, "?%s", name);
}

/* Reads a decimal number; false: text is none. */
static bool read_seconds(double *out, const char *text)
{
    char *end;

    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text))
        return false;
    *out = strtod(text, &end);
    return *end == '\0' && !isnan(*out);
}

/* Reads RFC 3339, whose fraction is taken out for timestamp_parse(). */
static bool read_rfc3339(double *out, const char *text)
{
    struct timestamp t;
    char plain[48];
    double fraction = 0;
    size_t n = strlen(text), dot = strcspn(text, "."), digits = 0;

    if (n >= sizeof(plain) || n < 20 || (text[10] != 'T' && text[10] != 't'))
        return false;
    memcpy(plain, text, n + 1);
    if (dot < n) {
        digits = strspn(text + dot + 1, "0123456789");
        for (size_t i = digits; i > 0; i--)
            fraction = (fraction + (text[dot + i] - '0')) / 10;
        memmove(plain + dot, text + dot + 1 + digits, n - dot - digits);
        if (dot != 19 || digits == 0)
            return false;
    }
    if (timestamp_parse(&t, plain, strlen(plain), NULL) || t.precision != FREQ_S)
        return false;
    *out = (double)t.seconds + fraction;
    return true;
}

enum status instant_read(int64_t *ms, const char *text, const char *name, struct err *e)
{
    double s;

    if (!read_seconds(&s, text) && !read_rfc3339(&s, text))
        return malformed(text, name,
                         "a time is written as seconds since 1970, or as 2020-01-31T05:00:00Z", e);
    *ms = llround(fmin(fmax(s, earliest), latest) * 1000);
    return ST_OK;
}

/* Reads one number with its unit into *ms; returns the rest, or NULL. */
static const char *read_unit(double *ms, const char *s)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ms", 1},         {"s", 1000},           {"m", 60000},           {"h", 3600000},
                 {"d", 86400000.0}, {"w", 7 * 86400000.0}, {"y", 365 * 86400000.0}};
    size_t digits = strspn(s, "0123456789");
    double n = 0;

    if (digits == 0 || digits > 15)
        return NULL;
    for (size_t i = 0; i < digits; i++)
        n = 10 * n + (s[i] - '0');
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t len = strlen(units[i].name);

        if (strncmp(s + digits, units[i].name, len) == 0) {
            *ms += n * units[i].ms;
            return s + digits + len;
        }
    }
    return NULL;
}

enum status duration_read(int64_t *ms, const char *text, const char *name, struct err *e)
{
    double sum = 0;

    if (read_seconds(&sum, text)) {
        sum *= 1000;
    } else {
        for (const char *s = text; s && *s;)
            if (!(s = read_unit(&sum, s)))
                sum = NAN;
    }
    if (!(sum >= 1 && sum <= longest * 1000))
        return malformed(text, name,
                         "a duration above zero is written as 90s, 5m, 1h30m or as seconds", e);
    *ms = llround(sum);
    return ST_OK;
}

void instant_put(struct buf *b, int64_t ms)
{
    uint64_t size = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;

    buf_printf(b, "%s%llu", ms < 0 ? "-" : "", (unsigned long long)(size / 1000));
    if (size % 1000)
        buf_printf(b, ".%03u", (unsigned)(size % 1000));
}
