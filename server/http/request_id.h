/* request_id.h - ids of requests: the client's if it is valid, otherwise a new one. Private to
 * http/. */
#ifndef SERVER_HTTP_REQUEST_ID_H
#define SERVER_HTTP_REQUEST_ID_H

#include <stdbool.h>

enum { REQUEST_ID_MAX = 64 };

/* Whether id is 1 to REQUEST_ID_MAX characters of [A-Za-z0-9._-], which are safe in headers and
 * logs. */
bool request_id_ok(const char *id);
/* 28 hexadecimal digits: time in ms, counter, a random number of the process. Sorts by time. */
void request_id_make(char out[REQUEST_ID_MAX + 1]);

#endif
