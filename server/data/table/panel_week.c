/* panel_week.c - see panel_week.h.
 *
 * The steps of a series are those that its own times show or, if these are too few, those of the
 * panel. There is one bit for each step between the first and the last time of the panel: so the
 * times of all series are merged, in order, without sorting. */
#include "server/data/table/panel_week.h"

#include "server/data/calendar.h"

#include <stdlib.h>

void panel_week_release(struct panel_week *w)
{
    free(w->seen);
    w->seen = NULL;
}

/* Length of the steps in seconds; 0: such steps are never closed. */
static int64_t step_of(const struct timeline *t)
{
    int64_t step = t->frequency.unit == FREQ_D  ? DAY_SECONDS * frequency_step(t->frequency)
                   : t->frequency.unit > FREQ_D ? frequency_step(t->frequency)
                                                : 0;

    return open_week_fits(step) ? step : 0;
}

enum status panel_week_begin(struct panel_week *w, const struct timeline *like, int64_t from,
                             int64_t to, size_t most, struct err *e)
{
    *w = (struct panel_week){
        .line = *like, .from = from, .step = step_of(like), .precision = FREQ_D};
    if (w->step > 0)
        w->steps = (to - from) / w->step + 1;
    if (w->step == 0 || (size_t)w->steps > most) {
        w->step = 0;
        return ST_OK;
    }
    w->seen = calloc((size_t)w->steps / 64 + 1, sizeof(*w->seen));
    return w->seen ? ST_OK : err_nomem(e, (size_t)w->steps / 8);
}

static bool has_part(const struct panel_week *w, const struct timeline *t)
{
    return w->step > 0 && step_of(t) == w->step;
}

void panel_week_add(struct panel_week *w, const struct timeline *t, const struct timestamp *stamps,
                    size_t n)
{
    if (!has_part(w, t))
        return;
    for (size_t i = 0; i < n; i++) {
        int64_t k = (stamps[i].seconds - w->from) / w->step;

        if (stamps[i].precision == FREQ_S)
            w->precision = FREQ_S;
        if (k >= 0 && k < w->steps && (stamps[i].seconds - w->from) % w->step == 0)
            w->seen[k / 64] |= (uint64_t)1 << k % 64;
    }
}

enum status panel_week_end(struct panel_week *w, struct err *e)
{
    struct timestamp *stamps;
    size_t n = 0;

    if (w->step == 0)
        return ST_OK;
    for (int64_t i = 0; i <= w->steps / 64; i++)
        n += (size_t)__builtin_popcountll(w->seen[i]);
    if (n == (size_t)w->steps)
        return ST_OK; /* all steps occur */
    stamps = malloc((n + 1) * sizeof(*stamps));
    if (!stamps)
        return err_nomem(e, n * sizeof(*stamps));
    n = 0;
    for (int64_t i = 0; i <= w->steps / 64; i++)
        for (uint64_t left = w->seen[i]; left; left &= left - 1)
            stamps[n++] = (struct timestamp){w->from + (64 * i + __builtin_ctzll(left)) * w->step,
                                             w->precision};
    if (n > 0)
        timeline_find_closed(&w->line, stamps, n);
    free(stamps);
    return ST_OK;
}

void panel_week_close(const struct panel_week *w, struct timeline *t,
                      const struct timestamp *stamps, size_t n)
{
    timeline_find_closed(t, stamps, n);
    if (has_part(w, t) && open_week_always(&t->style.open))
        t->style.open = w->line.style.open;
}
