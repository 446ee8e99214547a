/* frequency.c - see frequency.h. */
#include "server/data/frequency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum freq_unit unit;
} aliases[] = {
    {"Y", FREQ_Y},     {"A", FREQ_Y},   {"YE", FREQ_Y}, {"YS", FREQ_Y}, {"AS", FREQ_Y},
    {"Q", FREQ_Q},     {"QE", FREQ_Q},  {"QS", FREQ_Q}, {"M", FREQ_M},  {"ME", FREQ_M},
    {"MS", FREQ_M},    {"W", FREQ_W},   {"D", FREQ_D},  {"H", FREQ_H},  {"h", FREQ_H},
    {"min", FREQ_MIN}, {"T", FREQ_MIN}, {"S", FREQ_S},  {"s", FREQ_S},
};

static const char *const unit_names[] = {"", "Y", "Q", "M", "W", "D", "H", "min", "S"};

/* The length without the anchor of "W-SUN", "Q-DEC", "YE-DEC": the times show the anchor
 * themselves. */
static size_t without_anchor(const char *s)
{
    const char *dash = strchr(s, '-');

    return dash && strlen(dash) == 4 ? (size_t)(dash - s) : strlen(s);
}

enum status frequency_parse(struct frequency *out, const char *s, struct err *e)
{
    size_t digits = strspn(s, "0123456789"), n;
    long multiple = digits ? strtol(s, NULL, 10) : 1;

    if (!s[0] || strcmp(s, "index") == 0) {
        *out = (struct frequency){FREQ_INDEX, 1};
        return ST_OK;
    }
    n = without_anchor(s + digits);
    for (size_t i = 0; digits < 8 && multiple >= 1 && multiple <= FREQUENCY_MULTIPLE_MAX &&
                       i < sizeof(aliases) / sizeof(aliases[0]);
         i++)
        if (strlen(aliases[i].name) == n && strncmp(aliases[i].name, s + digits, n) == 0) {
            *out = (struct frequency){aliases[i].unit, (int)multiple};
            return ST_OK;
        }
    return err_set(e, ST_INVALID,
                   "frequency '%.40s' is not known; give Y, Q, M, W, B, D, H, min or S, with a "
                   "multiple before it where needed (15min)",
                   s);
}

const char *frequency_name(char out[16], struct frequency f)
{
    if (f.multiple > 1 && f.unit != FREQ_INDEX)
        snprintf(out, 16, "%d%s", f.multiple, unit_names[f.unit]);
    else
        snprintf(out, 16, "%s", unit_names[f.unit]);
    return out;
}

int64_t frequency_step(struct frequency f)
{
    static const int64_t base[] = {1, 1, 1, 1, 7, 1, 3600, 60, 1};
    int64_t multiple = f.multiple > 0 ? f.multiple : 1;

    return f.unit == FREQ_INDEX ? 1 : base[f.unit] * multiple;
}

int frequency_season_length(struct frequency f)
{
    static const int season[] = {1, 1, 4, 12, 52, 7, 24, 60, 60};
    int whole = season[f.unit], multiple = f.multiple > 0 ? f.multiple : 1;

    if (f.unit == FREQ_MIN && multiple > 1)
        whole = 24 * 60; /* data of every 15 minutes have the season of a day */
    if (whole % multiple != 0)
        return 1;
    return whole / multiple > 1 ? whole / multiple : 1;
}
