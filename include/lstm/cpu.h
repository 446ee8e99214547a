/* cpu.h - chooses the instruction set of the core's kernels, and names the arithmetic.
 *
 * Without a call, the best set of this CPU is chosen on first use. This choice, a pointer to a
 * constant table (core/nn/kernels.c), is the only state that the core keeps outside of its objects,
 * with the fingerprints computed so far (core/nn/arithmetic.c). */
#ifndef LSTM_CPU_H
#define LSTM_CPU_H

#include <lstm/status.h>

/* name: "auto", "portable", "avx2", "avx512", or "naive" (plain loops, for tests). NULL and "" mean
 * "auto". On ST_INVALID nothing changes, and the message lists the sets that this CPU can run. Must
 * be called before any other function of the core; not thread-safe. An object (such as a net_work)
 * that was made under one choice must not be used under another. Results of different sets differ
 * in the last bits; those of one set are always the same. */
enum status kernels_select(const char *name, struct err *e);

/* The name of the choice in force. Static storage. */
const char *kernels_name(void);

/* The names that kernels_select() accepts on this CPU, best first, NULL-terminated; static. */
const char *const *kernels_available(void);

enum { ARITHMETIC_LEN_MAX = 47 };

/* The name of the arithmetic in force: of everything that decides the last bits of a result besides
 * data, parameters and seed. It is "KERNELS-VERSION-FINGERPRINT", such as avx2-1-0f3a5c7e9b1d2468:
 * the instruction set, the version of the code that uses it, and a hash of what the kernels and the
 * libm functions of the core compute for fixed inputs. (glibc chooses variants of exp, pow, sin and
 * others by the CPU, and compilers fuse operations as they like.) It consists of letters, digits
 * and hyphens. Two processes with the same name compute the same results. Otherwise weights differ
 * in the last bits, and a training resumed under another name would end with weights that neither
 * arithmetic gives. The first call for a set takes some milliseconds. Thread-safe. */
void arithmetic_name(char out[ARITHMETIC_LEN_MAX + 1]);

#endif
