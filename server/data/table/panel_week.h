/* panel_week.h - finds the steps of a week that occur in any series of a panel. A series has the
 * closed steps that its own times show; a series of a few rows has those of the others. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_PANEL_WEEK_H
#define SERVER_DATA_TABLE_PANEL_WEEK_H

#include "server/data/timeline.h"

#include <stddef.h>

struct panel_week {
    struct timeline
        line;           /* of the series with most rows; at the end, with the closed steps of all */
    int64_t from, step; /* of bit 0, seconds; step 0: such steps are never closed */
    uint64_t *seen;     /* one bit for each step; owned */
    int64_t steps;
    enum freq_unit precision; /* of the times */
};

/* like: the grid of the series with most rows; from, to: the first and the last time of the panel;
 * most: limit of the bits. Nothing will be closed when steps of that frequency never are, or the
 * panel is too sparse. ST_NOMEM. panel_week_release() in any case. */
enum status panel_week_begin(struct panel_week *w, const struct timeline *like, int64_t from,
                             int64_t to, size_t most, struct err *e);
/* Adds the times of a series on grid t. A series of another frequency is ignored. */
void panel_week_add(struct panel_week *w, const struct timeline *t, const struct timestamp *stamps,
                    size_t n);
/* Called after the last series. ST_NOMEM. */
enum status panel_week_end(struct panel_week *w, struct err *e);
/* Closes steps of t, the grid of a series: those of the panel, when the series has the panel's
 * frequency and shows none itself. */
void panel_week_close(const struct panel_week *w, struct timeline *t,
                      const struct timestamp *stamps, size_t n);
void panel_week_release(struct panel_week *w);

#endif
