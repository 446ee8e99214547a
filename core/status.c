/* status.c - error values: see <lstm/status.h>. */
#include <lstm/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
        [ST_BUSY] = "busy",
        [ST_CANCELLED] = "cancelled",
        [ST_NOMEM] = "out-of-memory",
        [ST_IO] = "io",
        [ST_INTERNAL] = "internal",
    };

    return (unsigned)st < ST_COUNT ? names[st] : "unknown";
}

/* Cuts a message that filled its buffer at a character boundary, so that it stays valid UTF-8. */
static void trim_utf8(char *s, size_t cap)
{
    size_t n = strlen(s);
    size_t start = n;

    if (n + 1 < cap)
        return;
    while (start > 0 && ((unsigned char)s[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)s[start - 1] >= 0xC0)
        s[start - 1] = '\0';
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
    vsnprintf(e->message, sizeof(e->message), fmt, ap);
    va_end(ap);
    trim_utf8(e->message, sizeof(e->message));
    return st;
}

enum status err_wrap(struct err *e, const char *fmt, ...)
{
    char old[sizeof(e->message)];
    va_list ap;
    size_t n;

    if (!e)
        return ST_OK;
    memcpy(old, e->message, sizeof(old));
    va_start(ap, fmt);
    vsnprintf(e->message, sizeof(e->message), fmt, ap);
    va_end(ap);
    n = strlen(e->message);
    snprintf(e->message + n, sizeof(e->message) - n, ": %s", old);
    trim_utf8(e->message, sizeof(e->message));
    return e->status;
}

enum status err_at(struct err *e, const char *pointer_fmt, ...)
{
    va_list ap;

    if (!e)
        return ST_OK;
    if (!e->pointer[0] && !e->line) {
        va_start(ap, pointer_fmt);
        vsnprintf(e->pointer, sizeof(e->pointer), pointer_fmt, ap);
        va_end(ap);
        trim_utf8(e->pointer, sizeof(e->pointer));
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
        return err_set(e, ST_NOMEM, "out of memory: %zu bytes were not to be had", size);
    return err_set(e, ST_NOMEM, "out of memory");
}
