/* cpu.h - which instruction set the kernels of the core use, and the name of the arithmetic.
 *
 * Without a call the best one that this CPU has is taken on first use. The choice is the only state
 * that the core keeps outside of its objects: one pointer to a constant table, core/nn/kernels.c
 * (and the fingerprints that were worked out, core/nn/arithmetic.c). */
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

enum { ARITHMETIC_LEN_MAX = 47 };

/* The arithmetic in force: all that decides the last bits of a result besides data, parameters and
 * seed. "KERNELS-VERSION-FINGERPRINT", such as avx2-1-0f3a5c7e9b1d2468: the instruction set, the
 * version of what the core does with it, and a hash of what the kernels and those functions of libm
 * that the core uses compute for fixed inputs (glibc chooses between variants of exp, pow, sin and
 * others by CPU; a compiler fuses where it likes). Letters, digits and hyphens. Two processes with
 * the same name compute the same. Under another one weights differ in the last bits, and a training
 * that went on under it would end with weights that neither has. The first call for a set takes
 * some milliseconds. Thread safe. */
void arithmetic_name(char out[ARITHMETIC_LEN_MAX + 1]);

#endif
