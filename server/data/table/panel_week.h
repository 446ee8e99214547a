/* panel_week.h - which steps of a week occur in any series of a panel. A series has the closed
 * steps that its own stamps show; one of a few rows has those of the others. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_PANEL_WEEK_H
#define SERVER_DATA_TABLE_PANEL_WEEK_H

#include "server/data/timeline.h"

#include <stddef.h>

struct panel_week {
    struct timeline line; /* of the series with most rows; then with the closed steps of all */
    int64_t from, step;   /* of bit 0: seconds; 0: these steps close never */
    uint64_t *seen;       /* a bit a step, owned */
    int64_t steps;
    enum freq_unit precision; /* of the stamps */
};

/* like: the grid of the series with most rows; from, to: the first and the last time of the panel;
 * most: bits that may be taken. Where steps of that frequency are never closed, or the panel is too
 * sparse for it, nothing will be. ST_NOMEM. panel_week_release() in any case. */
enum status panel_week_begin(struct panel_week *w, const struct timeline *like, int64_t from,
                             int64_t to, size_t most, struct err *e);
/* The stamps of a series on grid t; one of another frequency has no part. */
void panel_week_add(struct panel_week *w, const struct timeline *t, const struct timestamp *stamps,
                    size_t n);
/* Behind the last series. ST_NOMEM. */
enum status panel_week_end(struct panel_week *w, struct err *e);
/* Closes the steps of t, the grid of a series of the panel. Those of the panel count where the
 * series has the frequency of the panel and shows none. */
void panel_week_close(const struct panel_week *w, struct timeline *t,
                      const struct timestamp *stamps, size_t n);
void panel_week_release(struct panel_week *w);

#endif
