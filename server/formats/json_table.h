/* json_table.h - finds the table in a JSON document of another service, and writes it as records:
 *
 * - the matrix or vector of Prometheus: {"data":{"result":[{"metric":{…},"values":[[t,"5"],…]}]}}
 * - lists of equal length: {"ds":[…],"y":[…]}, Open-Meteo's {"hourly":{"time":[…],"rain":[…]}}
 * - what pandas writes: {"columns":[…],"index":[…],"data":[[…],…]}, {"ds":{"0":…},"y":{"0":…}}
 * - a list of records in a member: {"observations":[{"date":…,"value":…},…]}
 * - times and their values: {"2020-01":5,"2020-02":6} */
#ifndef SERVER_FORMATS_JSON_TABLE_H
#define SERVER_FORMATS_JSON_TABLE_H

#include "server/data/data.h"

enum { JSON_TABLE_PLACE = 128 };

/* Appends the records of the table with most rows as a JSON list. place: its JSON pointer, "" for
 * the whole document. ST_NOT_FOUND: there is none, or the document is one of series or sentences,
 * which json_body.h reads. ST_MALFORMED, ST_TOO_LARGE: json_read(). */
enum status json_table_records(struct buf *out, char place[JSON_TABLE_PLACE], const char *bytes,
                               size_t len, int max_depth, struct err *e);

#endif
