/* json_scan.h - strict RFC 8259 grammar, checked before a lenient parser sees the text. Private to
 * formats/. */
#ifndef SERVER_FORMATS_JSON_SCAN_H
#define SERVER_FORMATS_JSON_SCAN_H

#include <lstm/status.h>
#include <stddef.h>

/* ST_MALFORMED with the place as line and column unless bytes are exactly one JSON document: see
 * json_read(). Linear in len. Beside the text it needs at most 20 bytes for each member of the
 * object that has most, and of those around it. */
enum status json_scan(const char *bytes, size_t len, int max_depth, struct err *e);

#endif
