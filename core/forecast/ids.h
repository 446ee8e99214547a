/* ids.h - ids of series in a model file, which are separated by line breaks. Private to
 * forecast/. */
#ifndef CORE_FORECAST_IDS_H
#define CORE_FORECAST_IDS_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether one of n ids has a line break, so that all of them have to be escaped. */
bool ids_need_escapes(const char *const *ids, size_t n);
/* *out is n copies in one allocation, free() it: "\n" as backslash and n, a backslash as two. */
enum status ids_escape(char ***out, const char *const *ids, size_t n, struct err *e);
/* Removes the escapes from s in place. Returns false when it finds an unknown one. */
bool ids_unescape(char *s);

#endif
