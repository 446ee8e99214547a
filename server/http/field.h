/* field.h - parameters in the value of a header field: "text/csv; charset=utf-8" (RFC 9110, section
 * 5.6.6). Private to http/. */
#ifndef SERVER_HTTP_FIELD_H
#define SERVER_HTTP_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/* The value of the first parameter of that name (case-insensitive), in quotes or not, into out, cut
 * to what has room; cap >= 1. Quoted strings of other parameters are passed over whole. False:
 * there is none. */
bool field_parameter(char *out, size_t cap, const char *value, const char *name);

#endif
