/* time_spelling.c - see time_spelling.h. The place of digits shows their meaning: a date precedes
 * the time of day, and an offset follows it. */
#include "server/data/time_spelling.h"

#include "server/data/timestamp.h"

#include <stdio.h>
#include <string.h>

/* A text that is read, and its format that is written. */
struct spelling {
    const char *s, *end;
    char *out;
    size_t n;
};

static void put(struct spelling *p, const char *format, size_t digits)
{
    p->n += (size_t)snprintf(p->out + p->n, TIME_FORMAT_MAX + 1 - p->n, "%s", format);
    p->n = p->n > TIME_FORMAT_MAX ? TIME_FORMAT_MAX : p->n;
    p->s += digits;
}

/* Copies one character literally; returns false at the end. */
static bool copy(struct spelling *p)
{
    char c[2] = {p->s < p->end ? *p->s : '\0', '\0'};

    if (c[0])
        put(p, c, 1);
    return c[0] != '\0';
}

/* Reads "Z", "+05:30", "-0530", "+05". */
static void zone(struct spelling *p, int16_t *offset)
{
    bool minus = *p->s == '-', colon = memchr(p->s, ':', (size_t)(p->end - p->s)) != NULL;
    int digits[4] = {0}, n = 0;

    if (*p->s != '+' && *p->s != '-') {
        while (copy(p)) {}
        return;
    }
    for (const char *s = p->s; s < p->end && n < 4; s++)
        if (*s >= '0' && *s <= '9')
            digits[n++] = *s - '0';
    *offset = (int16_t)((digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]);
    *offset = (int16_t)(minus ? -*offset : *offset);
    put(p, colon ? "%:z" : "%z", (size_t)(p->end - p->s));
}

static void clock(struct spelling *p, int16_t *offset)
{
    put(p, "%H", 2);
    copy(p);
    put(p, "%M", 2);
    if (p->s < p->end && *p->s == ':') {
        copy(p);
        put(p, "%S", 2);
        if (p->s < p->end && *p->s == '.')
            copy(p);
        while (p->s < p->end && *p->s == '0')
            copy(p);
    }
    if (p->s < p->end)
        zone(p, offset);
}

void time_spelling(struct time_style *out, const char *s, size_t len)
{
    struct spelling p = {s, s + len, out->format, 0};

    while (p.s < p.end && (*p.s == ' ' || *p.s == '\t'))
        p.s++;
    while (p.end > p.s && (p.end[-1] == ' ' || p.end[-1] == '\t'))
        p.end--;
    out->offset = 0;
    out->format[0] = '\0';
    if (p.end - p.s < 6)
        return; /* a year, or a row number */
    if (p.s[4] >= '0' && p.s[4] <= '9')
        return; /* seconds since 1970 */
    put(&p, "%Y", 4);
    if (*p.s == 'Q' || *p.s == 'q' || p.s[1] == 'Q' || p.s[1] == 'q') {
        while (p.end - p.s > 1)
            copy(&p);
        put(&p, "%q", 1);
        return;
    }
    copy(&p);
    put(&p, "%m", 2);
    if (!copy(&p))
        return;
    put(&p, "%d", 2);
    if (copy(&p))
        clock(&p, &out->offset);
}

bool time_spelling_kept(const struct time_style *s)
{
    static const int64_t local = 981173106; /* 2001-02-03T04:05:06: all parts are different */
    struct time_style again = {0};
    struct timestamp t;
    char text[TIME_TEXT_MAX];

    if (!s->format[0])
        return true;
    time_style_text(text, s, local);
    if (timestamp_parse(&t, text, strlen(text), NULL))
        return false;
    time_spelling(&again, text, strlen(text));
    return strcmp(again.format, s->format) == 0 && again.offset == s->offset;
}
