/* id_columns.h - finds the columns of a table that name the series of a row. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_ID_COLUMNS_H
#define SERVER_DATA_TABLE_ID_COLUMNS_H

#include "server/data/table/chooser.h"

#include <lstm/buf.h>

/* Sets the ids of c->r: those that the caller names, those with known names, or those that
 * distinguish rows of the same time. */
enum status id_columns_choose(struct chooser *c);
/* Finds columns that distinguish rows of the same time; none when times are unique. */
enum status id_columns_guess(struct chooser *c);
/* Writes the id of the row that was read last into buf: its cells joined by '/', without empty
 * ones. */
const char *id_columns_read(struct buf *buf, const struct roles *r, const char *default_id,
                            const struct cell *cells);
/* Whether the id of the row is this one; num_ids > 0. May return false although it is. */
bool id_columns_are(const char *id, const struct roles *r, const struct cell *cells);

/* Whether an id cell of the row only repeats the one above it: ", '' or "do." (ditto). In a column
 * with a name such as "unique_id" these are ids. */
bool id_columns_ditto(int *column, const struct roles *r, const struct survey *s,
                      const struct cell *cells);

#endif
