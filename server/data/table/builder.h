/* builder.h - functions for all ways of making series from a table. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_BUILDER_H
#define SERVER_DATA_TABLE_BUILDER_H

#include "server/data/table/chooser.h"
#include "server/data/table/panel_week.h"
#include "server/data/timeline.h"

#include <lstm/buf.h>

struct builder {
    struct table *t;
    const struct survey *s;
    const struct table_options *o;
    const struct roles *r;
    struct chooser *c; /* for messages about a cell */
    struct series_set *out;
    struct time_style style; /* how the times are written */
    size_t memory;           /* bytes that further values may take */
    struct {
        int *slots; /* (n) indices of series + 1, by id; open addressing */
        size_t n;
    } ids;
    struct buf id;              /* of the present row */
    size_t totals, first_total; /* rows of totals that were left out; row of the first */
    struct err *e;
};

/* Makes room for as many series as there may be. builder_release() also after an error. */
enum status builder_open(struct builder *b);
void builder_release(struct builder *b);
/* Finds the series of the id, or adds it. ST_TOO_LARGE. */
enum status builder_series(int *out, struct builder *b, const char *id);
/* The timeline of n sorted distinct times (n >= 1) of a series: by the caller's frequency,
 * otherwise by their steps. When there are only a few, they get the frequency of like, a timeline
 * of the same table, or NULL. No step is closed yet. Errors name the series. */
enum status builder_timeline(struct timeline *out, const struct builder *b, const char *id,
                             const struct timestamp *t, size_t n, const struct timeline *like);
/* Begins the week of the panel. like: the timeline of the series with most rows; from the first to
 * the last of n times. */
enum status builder_week(struct panel_week *w, const struct builder *b, const struct timeline *like,
                         int64_t from, int64_t to, size_t n);
/* Closes the steps that never occur, unless the caller gave the frequency. ST_INVALID naming the
 * series: its times are irregular. */
enum status builder_close(struct timeline *t, const struct builder *b, const char *id,
                          const struct timestamp *stamps, size_t n, const struct panel_week *w);
/* Gives the series `length` rows of b->out->num_columns values, all `value`. ST_TOO_LARGE. */
enum status builder_grid(struct builder *b, struct series *s, int64_t length, double value);
/* ST_INVALID: a cell of the id only repeats the one above it. */
enum status builder_check_id(struct builder *b);
/* Whether the row that was read last, whose cell `odd` is not a time, is a row of totals; it is
 * counted then. */
bool builder_skips(struct builder *b, int odd);
/* Whether the row that was read last, of a table whose rows are series, sums up the others; it is
 * counted then. Never if the caller named the columns of the id. */
bool builder_skips_series(struct builder *b);
/* ST_TOO_LARGE: more rows than a series may have. */
enum status builder_too_long(const struct builder *b, const char *id, int64_t length);

#endif
