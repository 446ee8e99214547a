/* json_names.h - the member names of all open objects of a document, to refuse duplicates. Private
 * to formats/.
 *
 * Only the position of each name is kept: 4 bytes for each member of the open objects. */
#ifndef SERVER_FORMATS_JSON_NAMES_H
#define SERVER_FORMATS_JSON_NAMES_H

#include "server/base/siphash.h"

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

struct json_names {
    /* Offsets into the text, after the opening quotes. Those of the innermost object come last.
     * Before the names of each object lies the value of `first` for the object around it. */
    uint32_t *offsets; /* owned */
    size_t count, capacity;
    size_t first; /* index of the first name of the innermost object */
    struct hash_key hash;
};

/* A zeroed one is valid after json_names_init(), which sets the key of the hash. */
void json_names_init(struct json_names *n);
void json_names_release(struct json_names *n);

/* Called when an object begins; and for each of its names, at this offset. ST_NOMEM. */
enum status json_names_open(struct json_names *n, struct err *e);
enum status json_names_add(struct json_names *n, size_t offset, struct err *e);
/* The innermost object ends. *twin: the offset of the first name that equals an earlier one, with
 * escapes decoded, or SIZE_MAX. text: the document, whose strings are checked already. ST_NOMEM. */
enum status json_names_close(size_t *twin, struct json_names *n, const char *text, struct err *e);

#endif
