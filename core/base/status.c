/* status.c - error values: see <lstm/status.h>. */
#include <lstm/status.h>
#include <lstm/utf8.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* For a static analyser <lstm/status.h> defines these as macros. */
#undef err_set
#undef err_wrap
#undef err_at
#undef err_at_line
#undef err_nomem

const char *status_name(enum status st)
{
    static const char *const names[ST_COUNT] = {
        [ST_OK] = "ok",
        [ST_MALFORMED] = "malformed",
        [ST_INVALID] = "invalid",
        [ST_CORRUPT] = "corrupt",
        [ST_TOO_LARGE] = "too-large",
        [ST_NOT_FOUND] = "not-found",
        [ST_CONFLICT] = "conflict",
        [ST_PRECONDITION] = "precondition-failed",
        [ST_UNSUPPORTED] = "unsupported-media-type",
        [ST_NOT_ACCEPTABLE] = "not-acceptable",
        [ST_FORBIDDEN] = "forbidden",
        [ST_QUOTA] = "quota",
        [ST_BUSY] = "busy",
        [ST_CANCELLED] = "cancelled",
        [ST_NOMEM] = "out-of-memory",
        [ST_IO] = "io",
        [ST_FULL] = "full",
        [ST_READONLY] = "read-only",
        [ST_UNAVAILABLE] = "unavailable",
        [ST_INTERNAL] = "internal",
        [ST_LOST] = "lost",
    };

    return (unsigned)st < ST_COUNT ? names[st] : "unknown";
}

/* Formats into buf; a longer text is cut between characters. Messages quote what clients sent,
 * which "%.60s" may cut within a character, and they must still be valid UTF-8. */
static void format(char *buf, size_t cap, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));
static void format(char *buf, size_t cap, const char *fmt, va_list ap)
{
    int n = vsnprintf(buf, cap, fmt, ap);
    size_t end = strlen(buf);

    if (n >= 0 && (size_t)n >= cap) {
        while (end > 0 && ((unsigned char)buf[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)buf[end - 1] >= 0xC0)
            buf[end - 1] = '\0';
    }
    utf8_scrub(buf);
}

enum status err_set(struct err *e, enum status st, const char *fmt, ...)
{
    va_list ap;

    if (!e)
        return st;
    e->status = st;
    e->pointer[0] = '\0';
    e->line = 0;
    va_start(ap, fmt);
    format(e->message, sizeof(e->message), fmt, ap);
    va_end(ap);
    return st;
}

static void join(char *buf, size_t cap, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void join(char *buf, size_t cap, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    format(buf, cap, fmt, ap);
    va_end(ap);
}

enum status err_wrap(struct err *e, const char *fmt, ...)
{
    char context[sizeof(e->message)], old[sizeof(e->message)];
    va_list ap;

    if (!e)
        return ST_OK;
    memcpy(old, e->message, sizeof(old));
    va_start(ap, fmt);
    format(context, sizeof(context), fmt, ap);
    va_end(ap);
    join(e->message, sizeof(e->message), "%s: %s", context, old);
    return e->status;
}

enum status err_at(struct err *e, const char *pointer_fmt, ...)
{
    va_list ap;

    if (!e)
        return ST_OK;
    if (!e->pointer[0] && !e->line) {
        va_start(ap, pointer_fmt);
        format(e->pointer, sizeof(e->pointer), pointer_fmt, ap);
        va_end(ap);
    }
    return e->status;
}

enum status err_at_line(struct err *e, long line)
{
    if (!e)
        return ST_OK;
    if (!e->pointer[0] && !e->line)
        e->line = line;
    return e->status;
}

enum status err_nomem(struct err *e, size_t size)
{
    if (size)
        return err_set(e, ST_NOMEM, "out of memory: %zu bytes could not be allocated", size);
    return err_set(e, ST_NOMEM, "out of memory");
}
