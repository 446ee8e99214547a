/* id_columns.h - which columns of a table name the series of a row. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_ID_COLUMNS_H
#define SERVER_DATA_TABLE_ID_COLUMNS_H

#include "server/data/table/chooser.h"

#include <lstm/buf.h>

/* Fills the ids of c->r: as the caller names them, by names, or those columns that tell rows of the
 * same time apart. */
enum status id_columns_choose(struct chooser *c);
/* The columns that tell rows of the same time apart; none where times are unique. */
enum status id_columns_guess(struct chooser *c);
/* The id of the row that was read last: its cells joined by '/', without the empty ones. Into buf,
 * which is emptied first. */
const char *id_columns_read(struct buf *buf, const struct roles *r, const char *default_id,
                            const struct cell *cells);
/* Whether that is the id, where num_ids > 0; false is allowed where it is. */
bool id_columns_are(const char *id, const struct roles *r, const struct cell *cells);

/* Whether a cell of the ids of the row repeats the one above it: ", '', do. In a column that is
 * called "unique_id" or so, such a text is an id. */
bool id_columns_ditto(int *column, const struct roles *r, const struct survey *s,
                      const struct cell *cells);

#endif
