/* json_members.h - what the readers of data sets find in the text of an object. Private to formats/. */
#ifndef SERVER_FORMATS_JSON_MEMBERS_H
#define SERVER_FORMATS_JSON_MEMBERS_H

#include "server/formats/json_text.h"

#include <lstm/status.h>

/* The value of each of the first n names in the object at *p, which moves behind it; NULL where it is not there. names
 * ends with NULL. ST_INVALID with the pointer when the value at *p is no object, and naming the first member that is
 * neither among them nor among others (NULL-terminated, or NULL). */
enum status json_members(const char **out, const char **p, const char *const *names, size_t n,
                         const char *const *others, const char *pointer, struct err *e);
/* Members of the object at *p, which moves behind it. */
size_t json_count_members(const char **p);

#endif
