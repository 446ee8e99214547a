/* conn_table.h - finds the connection of a file descriptor. Any thread. Private to http/. */
#ifndef SERVER_HTTP_CONN_TABLE_H
#define SERVER_HTTP_CONN_TABLE_H

#include <stdbool.h>

struct conn;

/* c is borrowed until conn_table_remove(), which must be called before fd is closed. Returns false
 * when fd is too large. */
bool conn_table_put(int fd, struct conn *c);
void conn_table_remove(int fd);
/* Returns NULL when fd is not a connection of ours. */
struct conn *conn_table_find(int fd);

#endif
