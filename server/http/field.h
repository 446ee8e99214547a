/* field.h - parameters in the value of a header field: "text/csv; charset=utf-8" (RFC 9110, section
 * 5.6.6). Private to http/. */
#ifndef SERVER_HTTP_FIELD_H
#define SERVER_HTTP_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/* Copies the value of the first parameter of that name (case-insensitive), quoted or not, into out,
 * cut to cap - 1 bytes; cap >= 1. Quoted values of other parameters are skipped as a whole. Returns
 * false when there is none. */
bool field_parameter(char *out, size_t cap, const char *value, const char *name);

#endif
