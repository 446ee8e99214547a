/* embedded.h - files that are embedded in the binary: migrations, the OpenAPI document, the
 * annotated configuration, the examples; and the page, packed by server/web/pack.sh. The Makefile
 * generates their definitions (build/embedded.c), so a new migration needs no entry in a list. */
#ifndef SERVER_BASE_EMBEDDED_H
#define SERVER_BASE_EMBEDDED_H

#include <stddef.h>

/* One file. Static storage; a NUL byte follows data[size - 1], so text can be used as a string. */
struct embedded_file {
    /* Path from the root of the source tree: "migrations/0001_initial.sql". The page's are
     * "web/hash", a digest of them all, and "web/app.js.gz". */
    const char *name;
    const unsigned char *data;
    size_t size; /* bytes, without the NUL */
};

/* In order of name. */
extern const struct embedded_file embedded_files[];
extern const size_t embedded_count;

/* Finds a file by name; NULL when there is none. */
const struct embedded_file *embedded_find(const char *name);

#endif
