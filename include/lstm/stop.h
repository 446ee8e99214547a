/* stop.h - a flag by which a caller stops a long computation.
 *
 * The core has neither threads nor clocks. It reads the caller's flag every few milliseconds of one
 * core's work, counted in operations. When the flag is set, the computation drops incomplete
 * results, and the function returns what its comment documents. */
#ifndef LSTM_STOP_H
#define LSTM_STOP_H

#include <stdbool.h>
#include <stddef.h>

struct stop_flag {
    void *ctx;
    /* Returns whether to stop. All threads of the computation call it, often and at the same time,
     * so it reads a flag and takes no lock. Once true, it must stay true until the computation has
     * returned. */
    bool (*asked)(void *ctx);
};

/* Whether to stop. s may be NULL: never. */
static inline bool stop_asked(const struct stop_flag *s)
{
    return s && s->asked(s->ctx);
}

/* Counts operations between two reads of the flag, for loops with short bodies. */
struct stop_meter {
    const struct stop_flag *stop; /* or NULL */
    size_t left;                  /* operations until the next read */
    bool asked;                   /* once true it stays so */
};
enum { STOP_OPERATIONS = 1 << 21 };

/* Call it before n further operations. Returns true to stop. */
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
