/* config_table.h - the table of keys, and the syntax of values. Private to config/. */
#ifndef SERVER_CONFIG_CONFIG_TABLE_H
#define SERVER_CONFIG_CONFIG_TABLE_H

#include "server/config/config_values.h"

#include <lstm/buf.h>
#include <lstm/status.h>

enum config_type {
    CONFIG_TEXT,    /* no control characters */
    CONFIG_PATH,    /* text that is not empty */
    CONFIG_LISTEN,  /* address:port */
    CONFIG_SECRET,  /* visible ASCII; never shown */
    CONFIG_HOSTS,   /* hosts with or without a port, separated by commas or blanks */
    CONFIG_ORIGINS, /* origins of web pages, or *, separated in the same way */
    CONFIG_PROXIES, /* addresses and networks, separated in the same way */
    CONFIG_ALLOWED, /* host names, addresses and networks, separated in the same way */
    CONFIG_PREFIX,  /* a path without a slash at its end, or empty */
    CONFIG_BOOLEAN,
    CONFIG_INTEGER,
    CONFIG_SIZE, /* an integer of bytes; K, M, G multiply by 1024 */
    CONFIG_REAL,
    CONFIG_CHOICE /* one of `choices`; stored as its index */
};

struct config_key {
    const char *name;
    enum config_type type;
    size_t offset;   /* of the member of struct config */
    double min, max; /* INTEGER, SIZE, REAL */
    const char *fallback;
    const char *unit;
    const char *const *choices; /* CHOICE: NULL-terminated */
    const char *help;           /* sentences: what it is, then why one would change it */
};

extern const struct config_key config_table[CONFIG_KEYS];

/* ST_INVALID when text is empty and key k is a secret or its file. An empty one from the
 * environment or a flag is probably a variable that was not set, and would leave the API open. */
enum status config_check_given(int k, const char *text, const char *place, struct err *e);
/* Index of a key, -1 when there is none. */
int config_find(const char *name);
/* Reads text into c's member for key k. place: "lstmd.conf:12: workers", "--workers". ST_INVALID
 * leaves c unchanged. */
enum status config_set(struct config *c, int k, const char *text, const char *place, struct err *e);
/* Writes the value as in a file, even a secret. */
void config_put_value(struct buf *out, const struct config *c, int k);
/* Writes the allowed values: "an integer from 1 to 256", "one of json, text". */
void config_put_range(struct buf *out, int k);
/* ST_INVALID: "what is unknown", followed by the nearest key. what: as the user wrote it; name: the
 * key that it stands for; prefix: of the suggestion ("--", "LSTMD_", ""). */
enum status config_unknown(const char *what, const char *name, const char *prefix, struct err *e);

/* Applies the file's lines to c, except where a flag or the environment has set a key. name: for
 * messages. text: NUL-terminated, len bytes. */
enum status config_read_text(struct config *c, const char *name, const char *text, size_t len,
                             struct err *e);
enum status config_read_file(struct config *c, const char *path, struct err *e);

#endif
