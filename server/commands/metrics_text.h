/* metrics_text.h - error measures as a table for people. */
#ifndef SERVER_COMMANDS_METRICS_TEXT_H
#define SERVER_COMMANDS_METRICS_TEXT_H

#include <cjson/cJSON.h>
#include <lstm/buf.h>

/* Appends a row for each number among the metrics, and a column for each method that is compared:
 * members that are objects with numbers of the same names. Nothing when there are none. */
void metrics_put(struct buf *out, const cJSON *metrics);

#endif
