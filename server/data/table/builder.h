/* builder.h - what the ways from a table to series share. Private to data/table/. */
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
    struct chooser *c; /* for messages of a cell */
    struct series_set *out;
    struct time_style style; /* how the times are written */
    size_t memory;           /* bytes that values may still take */
    struct {
        int *slots; /* (n) indexes of series + 1, by id; open addressing */
        size_t n;
    } ids;
    struct buf id;              /* of the row under way */
    size_t totals, first_total; /* rows of totals that were left out; place of the first */
    struct err *e;
};

/* Room for as many series as rows may begin. builder_release() after an error, too. */
enum status builder_open(struct builder *b);
void builder_release(struct builder *b);
/* The series of the id, added when it is new. ST_TOO_LARGE. */
enum status builder_series(int *out, struct builder *b, const char *id);
/* The timeline of n sorted distinct times (n >= 1) of a series: by the caller's frequency, else by
 * its steps; those of a few rows go on with the frequency of like, a timeline of the same table, or
 * NULL. No step is closed yet. Errors name the series. */
enum status builder_timeline(struct timeline *out, const struct builder *b, const char *id,
                             const struct timestamp *t, size_t n, const struct timeline *like);
/* Begins the week of the panel whose series with most rows has the timeline like, between the first
 * and the last time of n stamps in all. */
enum status builder_week(struct panel_week *w, const struct builder *b, const struct timeline *like,
                         int64_t from, int64_t to, size_t n);
/* Closes the steps that never occur, unless the caller gives the frequency. ST_INVALID naming the
 * series: its times are irregular. */
enum status builder_close(struct timeline *t, const struct builder *b, const char *id,
                          const struct timestamp *stamps, size_t n, const struct panel_week *w);
/* Gives the series length rows of b->out->num_columns values, all `value`. ST_TOO_LARGE. */
enum status builder_grid(struct builder *b, struct series *s, int64_t length, double value);
/* ST_INVALID: a cell of its id only repeats the one above it. */
enum status builder_check_id(struct builder *b);
/* Whether the row that was read last, whose cell `odd` is no time, is one of totals; then it is
 * counted. */
bool builder_skips(struct builder *b, int odd);
/* Whether the row that was read last, of a table whose rows are series, sums up the others; then it
 * is counted. Not where the caller names the columns of the id. */
bool builder_skips_series(struct builder *b);
/* ST_TOO_LARGE: more rows than a series may have. */
enum status builder_too_long(const struct builder *b, const char *id, int64_t length);

#endif
