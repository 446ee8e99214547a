/* json_scan.h - strict RFC 8259 grammar, checked before a lenient parser sees the text. Private to
 * formats/. */
#ifndef FORMATS_JSON_SCAN_H
#define FORMATS_JSON_SCAN_H

#include "server/buf.h"
#include "server/formats/json.h"

/* ST_MALFORMED with the place as line and column unless bytes are exactly one JSON document: see
 * json_read(). Linear in len. */
enum status json_scan(const char *bytes, size_t len, int max_depth, struct err *e);
/* The same, with the text that json_read_lists() gives to the parser in text, which is initialised, and what
 * is not in it in lists. */
enum status json_scan_lists(struct buf *text, struct json_lists *lists, const char *bytes,
                            size_t len, int max_depth, struct err *e);

#endif
