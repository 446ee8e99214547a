/* json_names.h - member names of the objects of a document that are open, to refuse one that is
 * there twice. Private to formats/.
 *
 * Only where a name begins is kept: 4 bytes for each member of the objects that are open. */
#ifndef SERVER_FORMATS_JSON_NAMES_H
#define SERVER_FORMATS_JSON_NAMES_H

#include "server/base/siphash.h"

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

struct json_names {
    /* Offsets into the text, behind the opening quotes. Those of the innermost object come last; in
     * front of the names of each object stands the value of first for the object around it. */
    uint32_t *offsets; /* owned */
    size_t count, capacity;
    size_t first; /* of the innermost object */
    struct hash_key hash;
};

/* Zeroed is valid, but for the key of the hash: json_names_init(). */
void json_names_init(struct json_names *n);
void json_names_release(struct json_names *n);

/* An object begins; a name at offset belongs to it. ST_NOMEM. */
enum status json_names_open(struct json_names *n, struct err *e);
enum status json_names_add(struct json_names *n, size_t offset, struct err *e);
/* The innermost object ends. *twin: the offset of a name that one before it equals, escapes undone,
 * or SIZE_MAX. text: the document, whose strings have been checked. ST_NOMEM. */
enum status json_names_close(size_t *twin, struct json_names *n, const char *text, struct err *e);

#endif
