/* log_line.c - see log_line.h. A busy server writes a line for each request, so printf() is avoided
 * where that is easy. */
#include "server/base/log_line.h"

#include <lstm/number.h>
#include <lstm/utf8.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Bytes kept free at the end of a line for its closing: ,"truncated":true}\n */
enum { CLOSING = 32 };

struct line {
    char *data;
    size_t len, max;
    bool json, colour, full;
};

static void put(struct line *l, const char *s, size_t n)
{
    if (l->full || n > l->max - l->len) {
        l->full = true;
        return;
    }
    memcpy(l->data + l->len, s, n);
    l->len += n;
}

static void puts_line(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

/* How many of the n bytes at s are ASCII that needs no escape. */
static size_t as_is(const unsigned char *s, size_t n)
{
    size_t i = 0;

    while (i < n && (unsigned char)(s[i] - 0x20) < 0x5f && s[i] != '"' && s[i] != '\\')
        i++;
    return i;
}

/* Whether a character of U+2000 to U+207F, given its last two bytes, is a line separator (2028,
 * 2029) or changes the direction of writing (200E, 200F, 202A to 202E, 2066 to 2069). */
static bool steers(unsigned char middle, unsigned char last)
{
    int low = (middle & 1) << 6 | (last & 0x3f);

    return low == 0x0e || low == 0x0f || (low >= 0x28 && low <= 0x2e) ||
           (low >= 0x66 && low <= 0x69);
}

/* The escape of the character of n bytes at s; "" when it needs none. n is 0 when the bytes are not
 * a character. */
static void escape_of(char escape[8], const unsigned char *s, size_t n)
{
    escape[0] = '\0';
    if (n == 0)
        (void)snprintf(escape, 8, "\\ufffd");
    else if (n == 1 && (s[0] == '"' || s[0] == '\\'))
        (void)snprintf(escape, 8, "\\%c", s[0]);
    else if (n == 1 && s[0] == '\n')
        (void)snprintf(escape, 8, "\\n");
    else if (n == 1 && s[0] == '\t')
        (void)snprintf(escape, 8, "\\t");
    else if (n == 1 && (s[0] < 0x20 || s[0] == 0x7f))
        (void)snprintf(escape, 8, "\\u%04x", s[0]);
    else if (n == 2 && s[0] == 0xC2 && s[1] < 0xA0)
        (void)snprintf(escape, 8, "\\u%04x", s[1]);
    else if (n == 3 && s[0] == 0xE2 && (s[1] == 0x80 || s[1] == 0x81) && steers(s[1], s[2]))
        (void)snprintf(escape, 8, "\\u20%02x", (s[1] & 1) << 6 | (s[2] & 0x3f));
}

/* Writes the inside of a JSON string, in both formats. It escapes characters that could control a
 * terminal (C0, DEL, C1) or change the direction of writing, and line separators, which split lines
 * in some viewers. A byte that is not UTF-8 becomes U+FFFD. quoted: the value is between quotes. */
static void put_escaped(struct line *l, const char *value, bool quoted)
{
    const unsigned char *s = (const unsigned char *)value;
    size_t left = strnlen(value, LOG_VALUE_MAX);
    bool cut = left == LOG_VALUE_MAX;

    while (left > 0) {
        char escape[8];
        size_t n = as_is(s, left);

        if (n == 0) {
            n = utf8_length((const char *)s, left);
            if (n == 0 && cut && left < 4)
                break; /* the limit cuts a character in two */
            escape_of(escape, s, n);
            if (s[0] == '"' && !quoted)
                escape[0] = '\0';
            if (n == 0)
                n = 1;
            if (escape[0])
                puts_line(l, escape);
            else
                put(l, (const char *)s, n);
        } else {
            put(l, (const char *)s, n);
        }
        s += n;
        left -= n;
    }
    if (cut)
        puts_line(l, "...");
}

static void put_quoted(struct line *l, const char *value)
{
    put(l, "\"", 1);
    put_escaped(l, value, true);
    put(l, "\"", 1);
}

static bool plain_character(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= ':') || c == '_' ||
           c == '@' || c == '+';
}

/* In text, a value without blanks, quotes and control characters needs no quotes. */
static bool plain(const char *s)
{
    size_t n = 0;

    while (n < 256 && plain_character((unsigned char)s[n]))
        n++;
    return n > 0 && n < 256 && s[n] == '\0';
}

static void two_digits(char *out, int v)
{
    out[0] = (char)('0' + v / 10 % 10);
    out[1] = (char)('0' + v % 10);
}

static void put_thousandths(struct line *l, int64_t v)
{
    char text[NUMBER_TEXT_MAX + 4];
    size_t n = number_text_i64(text, v / 1000);
    int rest = (int)(v % 1000);

    if (rest > 0) {
        text[n] = '.';
        text[n + 1] = (char)('0' + rest / 100);
        two_digits(text + n + 2, rest);
        n += 4;
        while (text[n - 1] == '0')
            n--;
    }
    put(l, text, n);
}

/* Nine digits are enough; most times and rates need fewer. */
static void put_number(struct line *l, double v)
{
    char text[NUMBER_TEXT_MAX] = "null";

    if (v >= 0 && v < 1e6 && (double)(int64_t)(v * 1000 + 0.5) / 1000 == v) { /* NOLINT */
        put_thousandths(l, (int64_t)(v * 1000 + 0.5));
        return;
    }
    if (isfinite(v) && number_text(text, v) > 10)
        (void)snprintf(text, sizeof text, "%.9g", v);
    puts_line(l, text);
}

static void put_value(struct line *l, const struct log_field *f)
{
    char text[NUMBER_TEXT_MAX];

    switch (f->type) {
    case LOG_STRING:
        if (!f->string)
            puts_line(l, "null");
        else if (!l->json && plain(f->string))
            puts_line(l, f->string);
        else
            put_quoted(l, f->string);
        return;
    case LOG_INTEGER:
        put(l, text, number_text_i64(text, (long long)f->integer));
        return;
    case LOG_NUMBER:
        put_number(l, f->number);
        return;
    case LOG_BOOLEAN:
        puts_line(l, f->boolean ? "true" : "false");
        return;
    }
}

static void put_coloured(struct line *l, const char *colour, const char *text)
{
    if (l->colour)
        puts_line(l, colour);
    puts_line(l, text);
    if (l->colour)
        puts_line(l, "\x1b[0m");
}

/* In text, a sentence follows its event without quotes, so that it is easier to read. */
static bool is_sentence(const struct line *l, const struct log_field *f)
{
    return !l->json && f->type == LOG_STRING && f->string && strcmp(f->name, "message") == 0;
}

/* Writes the whole field or nothing, so that no part of a field remains in the line. */
static bool put_field(struct line *l, const struct log_field *f)
{
    size_t before = l->len;

    if (l->json) {
        put(l, ",\"", 2);
        puts_line(l, f->name); /* a literal of [a-z0-9_] */
        put(l, "\":", 2);
    } else if (is_sentence(l, f)) {
        put(l, ": ", 2);
    } else {
        put(l, " ", 1);
        put_coloured(l, "\x1b[2m", f->name);
        put(l, "=", 1);
    }
    if (is_sentence(l, f))
        put_escaped(l, f->string, false);
    else
        put_value(l, f);
    if (!l->full)
        return true;
    l->full = false;
    l->len = before;
    return false;
}

static bool calendar(char *text, time_t seconds)
{
    struct tm tm;

    if (!gmtime_r(&seconds, &tm))
        return false;
    two_digits(text, (tm.tm_year + 1900) / 100);
    two_digits(text + 2, tm.tm_year + 1900);
    two_digits(text + 5, tm.tm_mon + 1);
    two_digits(text + 8, tm.tm_mday);
    two_digits(text + 11, tm.tm_hour);
    two_digits(text + 14, tm.tm_min);
    two_digits(text + 17, tm.tm_sec);
    return true;
}

/* Writes 2026-01-31T12:00:00.123Z, or nothing for a time outside of the calendar. All but the
 * fraction is reused within the same second. */
static void put_time(struct line *l, int64_t ms)
{
    static _Thread_local char text[] = "0000-00-00T00:00:00.000Z";
    static _Thread_local int64_t shown = INT64_MIN;
    int fraction = (int)(((ms % 1000) + 1000) % 1000);
    int64_t second = (ms - fraction) / 1000;

    if (second != shown && !calendar(text, (time_t)second))
        return;
    shown = second;
    text[20] = (char)('0' + fraction / 100);
    two_digits(text + 21, fraction);
    put(l, text, sizeof(text) - 1);
}

static void put_text_head(struct line *l, enum log_level level, const char *event, int64_t ms)
{
    static const char *const upper[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};
    static const char *const colours[] = {"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m"};

    put_time(l, ms);
    put(l, " ", 1);
    put_coloured(l, colours[level], upper[level]);
    put(l, " ", 1);
    put_coloured(l, "\x1b[1m", event);
}

static void put_head(struct line *l, enum log_level level, const char *event, int64_t ms)
{
    static const char *const lower[] = {"debug", "info", "warn", "error"};

    if (!l->json) {
        put_text_head(l, level, event, ms);
        return;
    }
    puts_line(l, "{\"time\":\"");
    put_time(l, ms);
    puts_line(l, "\",\"level\":\"");
    puts_line(l, lower[level]);
    puts_line(l, "\",\"event\":");
    put_quoted(l, event);
}

size_t log_render(char out[LOG_LINE_MAX], enum log_format format, enum log_level level,
                  const char *event, const struct log_field *fields, int n, int64_t ms)
{
    struct line l = {.data = out,
                     .max = LOG_LINE_MAX - CLOSING,
                     .json = format == LOG_JSON,
                     .colour = format == LOG_COLOUR};
    const struct log_field mark = log_bool("truncated", true);
    bool whole = true;

    put_head(&l, level, event, ms);
    for (int i = 0; i < n; i++)
        whole = put_field(&l, &fields[i]) && whole;
    l.max = LOG_LINE_MAX - 4;
    if (!whole)
        (void)put_field(&l, &mark);
    puts_line(&l, l.json ? "}\n" : "\n");
    out[l.len] = '\0';
    return l.len;
}
