/* duration.c - see duration.h. */
#include "server/data/duration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
    char letter;
    int64_t seconds;
} units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNITS = sizeof(units) / sizeof(units[0]), DIGITS_MAX = 9 };

const char *duration_text(char out[DURATION_TEXT_MAX], int64_t seconds)
{
    int u = 1; /* weeks are read, but days are written */

    while (u < UNITS - 1 && seconds % units[u].seconds != 0)
        u++;
    (void)snprintf(out, DURATION_TEXT_MAX, "%lld%c", (long long)(seconds / units[u].seconds),
                   units[u].letter);
    return out;
}

enum status duration_parse(int64_t *out, const char *text, int64_t min, int64_t max, struct err *e)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
    size_t digits = strspn(text, "0123456789");
    int u = 0;

    while (u < UNITS && units[u].letter != text[digits])
        u++;
    if (digits == 0 || digits > DIGITS_MAX || u == UNITS || text[digits + 1])
        return err_set(e, ST_INVALID,
                       "'%.40s' is no time span; write a whole number with s, m (minutes), h, d or "
                       "w, such as 30s or 7d",
                       text);
    *out = strtoll(text, NULL, 10) * units[u].seconds;
    if (*out >= min && *out <= max)
        return ST_OK;
    return err_set(e, ST_INVALID, "'%.40s' must be from %s to %s", text, duration_text(least, min),
                   duration_text(most, max));
}
