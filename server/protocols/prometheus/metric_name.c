/* metric_name.c - see metric_name.h. */
#include "server/protocols/prometheus/metric_name.h"

#include <stdio.h>
#include <string.h>

static const char *const suffix[METRIC_KINDS] = {":actual", ":predicted", ":anomalous"};
static const char escaped[] = "U__";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_legal(const char *s)
{
    if (is_digit(*s) || strncmp(s, escaped, strlen(escaped)) == 0)
        return false;
    while (is_letter(*s) || is_digit(*s))
        s++;
    return *s == '\0';
}

/* Writes one character of a name that is escaped; first: of the whole name. */
static int put(char *out, size_t room, char c, bool first)
{
    if (c == '_')
        return snprintf(out, room, "__");
    if (is_letter(c) || (is_digit(c) && !first))
        return snprintf(out, room, "%c", c);
    return snprintf(out, room, "_%x_", (unsigned)(unsigned char)c);
}

const char *metric_name(char out[METRIC_NAME_MAX + 1], const char *source, enum metric_kind kind)
{
    size_t room = METRIC_NAME_MAX + 1, used = 0;

    if (is_legal(source)) {
        (void)snprintf(out, room, "%.*s%s", METRIC_SOURCE_MAX, source, suffix[kind]);
        return out;
    }
    used += (size_t)snprintf(out, room, "%s", escaped);
    for (const char *s = source; *s && s < source + METRIC_SOURCE_MAX; s++)
        used += (size_t)put(out + used, room - used, *s, s == source);
    (void)snprintf(out + used, room - used, "%s", suffix[kind]);
    return out;
}

/* Reads one character of an escaped name, and moves *at after it; -1: it is none. */
static int take(const char **at)
{
    const char *s = *at;
    unsigned code = 0;
    int used = 0;

    if (*s != '_') {
        (*at)++;
        return (unsigned char)*s;
    }
    if (s[1] == '_') {
        *at += 2;
        return '_';
    }
    if (sscanf(s, "_%2x_%n", &code, &used) != 1 || used == 0)
        return -1;
    *at += used;
    return (int)code;
}

/* Reads the name (len bytes of metric) into source; false: it is too long or not escaped so. */
static bool unescape(char source[METRIC_SOURCE_MAX + 1], const char *metric, size_t len)
{
    size_t used = 0;

    for (const char *s = metric; s < metric + len;) {
        int c = take(&s);

        if (c <= 0 || used == METRIC_SOURCE_MAX)
            return false;
        source[used++] = (char)c;
    }
    source[used] = '\0';
    return used > 0;
}

bool metric_name_read(char source[METRIC_SOURCE_MAX + 1], enum metric_kind *kind,
                      const char *metric)
{
    const char *end = strrchr(metric, ':');
    char again[METRIC_NAME_MAX + 1];
    size_t skip = strncmp(metric, escaped, strlen(escaped)) == 0 ? strlen(escaped) : 0;
    int k = 0;

    while (end && k < METRIC_KINDS && strcmp(end, suffix[k]) != 0)
        k++;
    if (!end || k == METRIC_KINDS || (size_t)(end - metric) < skip)
        return false;
    *kind = (enum metric_kind)k;
    if (skip && !unescape(source, metric + skip, (size_t)(end - metric) - skip))
        return false;
    if (!skip && (end - metric > METRIC_SOURCE_MAX || end == metric))
        return false;
    if (!skip)
        (void)snprintf(source, METRIC_SOURCE_MAX + 1, "%.*s", (int)(end - metric), metric);
    return strcmp(metric_name(again, source, *kind), metric) == 0;
}
