/* text_check.h - checks of text from clients, for all formats. */
#ifndef SERVER_DATA_TEXT_CHECK_H
#define SERVER_DATA_TEXT_CHECK_H

#include <lstm/status.h>
#include <stddef.h>

/* A token, a tag, a name: 1 to max bytes of valid UTF-8 without control characters. what: its name
 * in messages, "token". ST_INVALID. */
enum status text_check(const char *s, size_t len, size_t max, const char *what, struct err *e);
/* A series id may be any text of 1 to SERIES_ID_MAX bytes of UTF-8, even with line ends and other
 * control characters. ST_INVALID. */
enum status series_id_check(const char *s, size_t len, struct err *e);
/* A whole text: ST_MALFORMED with the line when it is not valid UTF-8 or holds a NUL byte. */
enum status text_valid(const char *bytes, size_t len, struct err *e);

#endif
