/* conn_table.h - which connection has a file descriptor. Any thread. Private to http/. */
#ifndef SERVER_HTTP_CONN_TABLE_H
#define SERVER_HTTP_CONN_TABLE_H

#include <stdbool.h>

struct conn;

/* c is borrowed until conn_table_remove(), which comes before fd is closed. False when fd is too
 * large a number. */
bool conn_table_put(int fd, struct conn *c);
void conn_table_remove(int fd);
/* NULL: no connection of ours. */
struct conn *conn_table_find(int fd);

#endif
