/* log_line.h - renders one event as a line of the log, JSON or text; log.h shows both.
 *
 * Rendering never allocates, so that the log can report that memory has run out. */
#ifndef SERVER_BASE_LOG_LINE_H
#define SERVER_BASE_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
/* LOG_COLOUR: text for a terminal. LOG_AUTO: only for log_open(), which chooses. */
enum log_format { LOG_JSON, LOG_TEXT, LOG_AUTO, LOG_COLOUR };

enum {
    /* Bytes of a line. Fields that do not fit are left out, and "truncated" is set. */
    LOG_LINE_MAX = 8192,
    LOG_VALUE_MAX = 2048 /* bytes of a string value; the rest is cut off */
};

enum log_type { LOG_STRING, LOG_INTEGER, LOG_NUMBER, LOG_BOOLEAN };

/* A name and its value. name is a literal of [a-z0-9_]; strings are borrowed for the call. */
struct log_field {
    const char *name;
    enum log_type type;
    union {
        const char *string; /* any bytes; NULL is written as null */
        int64_t integer;
        double number; /* NaN and infinity are written as null */
        bool boolean;
    };
};

static inline struct log_field log_str(const char *name, const char *v)
{
    return (struct log_field){.name = name, .type = LOG_STRING, .string = v};
}
static inline struct log_field log_int(const char *name, int64_t v)
{
    return (struct log_field){.name = name, .type = LOG_INTEGER, .integer = v};
}
static inline struct log_field log_num(const char *name, double v)
{
    return (struct log_field){.name = name, .type = LOG_NUMBER, .number = v};
}
static inline struct log_field log_bool(const char *name, bool v)
{
    return (struct log_field){.name = name, .type = LOG_BOOLEAN, .boolean = v};
}

/* Writes the line of an event, newline included, into out, NUL-terminated. Returns its length. ms:
 * since 1970 UTC. */
size_t log_render(char out[LOG_LINE_MAX], enum log_format format, enum log_level level,
                  const char *event, const struct log_field *fields, int n, int64_t ms);

#endif
