/* cpu.h - which instruction set the kernels of the core use.
 *
 * Without a call the best one that this CPU has is taken on first use. The choice is the only state
 * that the core keeps outside of its objects: one pointer to a constant table, core/nn/kernels.c. */
#ifndef LSTM_CPU_H
#define LSTM_CPU_H

#include <lstm/status.h>

/* name: "auto", "portable", "avx2", "avx512", or "naive" (plain loops, for tests). NULL or "" means
 * "auto". ST_INVALID names those that this CPU can run, and nothing is changed.
 * Call it before any other function of the core; not thread safe; objects (a net_work) made under
 * one choice must not be used under another. Results differ between instruction sets in the last
 * bits and are always the same within one. */
enum status kernels_select(const char *name, struct err *e);

/* The name of the choice in force. Static storage. */
const char *kernels_name(void);

/* The names that kernels_select() would take on this CPU, best first, NULL-terminated; static. */
const char *const *kernels_available(void);

#endif
