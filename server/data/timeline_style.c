/* timeline_style.c - see timeline_style.h. */
#include "server/data/timeline_style.h"

#include <stdio.h>
#include <string.h>

#define FIRST_BUSINESS "first business day"
#define LAST_BUSINESS  "last business day"

const char *time_anchor_text(char out[ANCHOR_TEXT_MAX], int anchor)
{
    if (anchor == ANCHOR_FIRST_BUSINESS_DAY || anchor == ANCHOR_LAST_BUSINESS_DAY)
        snprintf(out, ANCHOR_TEXT_MAX, "%s",
                 anchor == ANCHOR_LAST_BUSINESS_DAY ? LAST_BUSINESS : FIRST_BUSINESS);
    else if (anchor == ANCHOR_PERIOD)
        out[0] = '\0';
    else
        snprintf(out, ANCHOR_TEXT_MAX, "%d", anchor);
    return out;
}

/* The value of s if it is one or two digits, otherwise -1. */
static int small_number(const char *s)
{
    size_t n = strlen(s);

    if (n < 1 || n > 2 || strspn(s, "0123456789") != n)
        return -1;
    return n == 1 ? s[0] - '0' : (s[0] - '0') * 10 + s[1] - '0';
}

enum status time_anchor_parse(uint8_t *out, const char *text, struct err *e)
{
    int day = small_number(text);

    if (strcmp(text, FIRST_BUSINESS) == 0)
        *out = ANCHOR_FIRST_BUSINESS_DAY;
    else if (strcmp(text, LAST_BUSINESS) == 0)
        *out = ANCHOR_LAST_BUSINESS_DAY;
    else if (day >= 1 && day <= 31)
        *out = (uint8_t)day;
    else
        return err_set(e, ST_INVALID,
                       "'%.40s' is no place in a month; give a day from 1 to 31 (31 is the last of "
                       "each), '" FIRST_BUSINESS "' or '" LAST_BUSINESS "'",
                       text);
    return ST_OK;
}

bool timeline_anchor_hidden(const struct timeline *t)
{
    struct timeline seen = *t;
    struct timestamp first = timeline_stamp(t, 0);
    char name[16];

    if (t->style.anchor == ANCHOR_PERIOD)
        return false;
    return timeline_infer(&seen, &first, 1, frequency_name(name, t->frequency), NULL) ||
           seen.style.anchor != t->style.anchor;
}

/* ---- writing ---- */

const char *timeline_style_text(char out[TIMELINE_STYLE_MAX], const struct timeline *t)
{
    const struct time_style *s = &t->style;
    int minutes = s->offset < 0 ? -s->offset : s->offset;
    char open[OPEN_TEXT_MAX], anchor[ANCHOR_TEXT_MAX];
    size_t n = 0;

    out[n++] = '1';
    out[n] = '\0';
    if (s->offset)
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|offset=%c%02d:%02d",
                              s->offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    if (s->anchor)
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|anchor=%s",
                              time_anchor_text(anchor, s->anchor));
    if (s->month)
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|month=%d", s->month);
    if (s->clock)
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|clock=%02d:%02d:%02d",
                              s->clock / 3600, s->clock / 60 % 60, s->clock % 60);
    if (timeline_has_closed(t))
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|open=%s",
                              timeline_open_steps(open, t));
    if (s->format[0])
        n += (size_t)snprintf(out + n, TIMELINE_STYLE_MAX - n, "|format=%s", s->format);
    if (n == 1)
        out[0] = '\0';
    return out;
}

/* ---- reading ---- */

/* Reads "+05:30". */
static bool read_offset(int16_t *out, const char *v)
{
    int h, m;

    if (strlen(v) != 6 || (v[0] != '+' && v[0] != '-') || v[3] != ':')
        return false;
    h = small_number((const char[]){v[1], v[2], '\0'});
    m = small_number(v + 4);
    if (h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    *out = (int16_t)((v[0] == '-' ? -1 : 1) * (h * 60 + m));
    return true;
}

/* Reads "12:00:00". */
static bool read_clock(int32_t *out, const char *v)
{
    int part[3];

    if (strlen(v) != 8 || v[2] != ':' || v[5] != ':')
        return false;
    for (int i = 0; i < 3; i++)
        part[i] = small_number((const char[]){v[3 * i], v[3 * i + 1], '\0'});
    if (part[0] < 0 || part[0] > 23 || part[1] < 0 || part[1] > 59 || part[2] < 0 || part[2] > 59)
        return false;
    *out = part[0] * 3600 + part[1] * 60 + part[2];
    return true;
}

static bool read_month(uint8_t *out, const char *v)
{
    int month = small_number(v);

    if (month < 1 || month > 11)
        return false;
    *out = (uint8_t)month;
    return true;
}

/* Reads one entry, key=value. Open steps come after offset and clock. */
static bool read_entry(struct timeline *t, const char *key, const char *v)
{
    struct time_style *s = &t->style;

    if (strcmp(key, "offset") == 0)
        return read_offset(&s->offset, v);
    if (strcmp(key, "anchor") == 0)
        return !time_anchor_parse(&s->anchor, v, NULL);
    if (strcmp(key, "month") == 0)
        return read_month(&s->month, v);
    if (strcmp(key, "clock") == 0)
        return read_clock(&s->clock, v);
    if (strcmp(key, "open") == 0)
        return !timeline_set_open(t, v, NULL);
    return false;
}

/* Reads the entries from s on, each at most once, in the order of the keys. */
static bool read_entries(struct timeline *t, const char *s)
{
    static const char *const keys[] = {"offset", "anchor", "month", "clock", "open", "format"};
    char v[OPEN_TEXT_MAX];
    size_t n;

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        size_t len = strlen(keys[k]);

        if (s[0] != '|' || strncmp(s + 1, keys[k], len) != 0 || s[1 + len] != '=')
            continue;
        s += len + 2;
        if (strcmp(keys[k], "format") == 0) /* the last one, since it may contain a '|' */
            return s[0] && !time_style_format(&t->style, s, NULL);
        n = strcspn(s, "|");
        if (n >= sizeof(v))
            return false;
        memcpy(v, s, n);
        v[n] = '\0';
        if (!read_entry(t, keys[k], v))
            return false;
        s += n;
    }
    return !*s;
}

enum status timeline_style_check(const struct timeline *t, struct err *e)
{
    const struct time_style *s = &t->style;
    enum freq_unit unit = t->frequency.unit;
    bool months = unit == FREQ_Y || unit == FREQ_Q || unit == FREQ_M;
    int period = unit == FREQ_Y ? 12 : unit == FREQ_Q ? 3 : 1;
    char name[16];

    if (unit == FREQ_INDEX || (s->anchor && (!months || s->anchor > ANCHOR_LAST_BUSINESS_DAY)) ||
        s->month >= period || (s->clock && unit > FREQ_D) || s->clock < 0 ||
        s->clock >= DAY_SECONDS || s->offset < -TIME_OFFSET_MAX || s->offset > TIME_OFFSET_MAX)
        return err_set(e, ST_INVALID, "the style of the times does not go with the frequency '%s'",
                       timeline_name(name, t));
    return ST_OK;
}

enum status timeline_style_parse(struct timeline *t, const char *text, struct err *e)
{
    t->style = (struct time_style){0};
    if (!text[0])
        return ST_OK;
    if (text[0] != '1' || !read_entries(t, text + 1))
        return err_set(e, ST_INVALID, "'%.80s' is not the style of a timeline", text);
    return timeline_style_check(t, e);
}
