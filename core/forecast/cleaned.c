/* cleaned.c - see cleaned.h. */
#include "core/forecast/cleaned.h"

#include "core/forecast/series/outliers.h"
#include "core/forecast/series/regimes.h"
#include "core/forecast/series/turns.h"
#include <lstm/explanation.h>

#include <math.h>

/* The index after the last value that was moved to another level; 0: none was. */
static int level_shift(const unsigned char *reason, int n)
{
    for (int i = n - 1; i >= 0; i--) {
        if (reason[i] == CHANGE_LEVEL)
            return i + 1;
    }
    return 0;
}

/* Moves the values before a turn, and notes it for those that had no other reason. */
static enum status move_turn(struct cleaned *c, double *y, unsigned char *reason, int n,
                             const struct params *p, struct err *e)
{
    struct turn turn;
    enum status st = turns_move(y, n, p, &turn, e);

    if (st)
        return st;
    c->turned_at = turn.at;
    c->slope_error = turn.error;
    for (int i = 0; i < turn.at; i++)
        reason[i] = (unsigned char)(reason[i] == CHANGE_NONE ? CHANGE_TREND : reason[i]);
    return ST_OK;
}

enum status cleaned_take(struct cleaned *out, double *y, unsigned char *reason, int n,
                         const struct params *p, bool turns, struct err *e)
{
    struct cleaned c = {.length = n, .change = regimes_change(y, n)};
    enum status st = outliers_clean(y, n, p, reason, e);

    if (st)
        return st;
    /* A change that only outliers and level steps caused does not make the forecast uncertain. */
    c.change = regimes_change(y, n) > 0 ? 0 : c.change;
    c.shifted_at = level_shift(reason, n);
    if (turns)
        st = move_turn(&c, y, reason, n, p, e);
    c.before = y[n - 1];
    if (!st)
        st = outliers_halve_last(y, n, p, e);
    c.last = y[n - 1];
    c.doubtful = c.last < c.before || c.last > c.before;
    if (c.doubtful)
        reason[n - 1] = CHANGE_DOUBTFUL;
    *out = c;
    return st;
}

void cleaned_widen(struct transform *t, const struct cleaned *c, bool turns)
{
    double v[4] = {c->last, c->before, c->last + c->change, c->last + c->slope_error};

    if (scaling_forward(v, &t->scaling, v, 4, NULL))
        return;
    t->doubt = fabs(v[1] - v[0]);
    t->unsteady = fabs(v[2] - v[0]);
    t->drift = fabs(v[3] - v[0]);
    t->since_turn = c->turned_at ? c->length - 1 - c->turned_at : 0;
    t->since_shift = turns && c->shifted_at ? c->length - c->shifted_at : 0;
}
