/* stop.h - how a caller ends a long computation from outside, in the middle of it.
 *
 * The core knows neither threads nor clocks. It looks at the caller's flag every so many operations,
 * a few milliseconds of one core apart, and gives up when the flag is up: results that are not whole
 * are thrown away, and the function returns as its comment tells. */
#ifndef LSTM_STOP_H
#define LSTM_STOP_H

#include <stdbool.h>
#include <stddef.h>

struct stop_flag {
    void *ctx;
    /* Whether to give up. Called on every thread that works for the computation, often and at the
     * same time: it reads a flag and takes no lock. What was true once stays true until the
     * computation has returned. */
    bool (*asked)(void *ctx);
};

/* s may be NULL: never. */
static inline bool stop_asked(const struct stop_flag *s)
{
    return s && s->asked(s->ctx);
}

/* Counts operations between two looks at the flag, for loops whose turns are short. */
struct stop_meter {
    const struct stop_flag *stop; /* or NULL */
    size_t left;                  /* operations until the next look */
    bool asked;                   /* once true it stays so */
};
enum { STOP_OPERATIONS = 1 << 21 };

/* Called before n further operations; true: give up. */
static inline bool stop_meter_take(struct stop_meter *m, size_t n)
{
    if (m->left > n) {
        m->left -= n;
        return m->asked;
    }
    m->left = STOP_OPERATIONS;
    if (!m->asked)
        m->asked = stop_asked(m->stop);
    return m->asked;
}

#endif
