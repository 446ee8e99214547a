/* did_you_mean.h - suggests a name in messages about an unknown one. */
#ifndef SERVER_DATA_DID_YOU_MEAN_H
#define SERVER_DATA_DID_YOU_MEAN_H

#include <stddef.h>

/* The candidate nearest to name by edit distance (at most a third of its length, at least 1), or
 * NULL. No candidate is near a name of more than 80 bytes. */
const char *did_you_mean(const char *name, const char *const *candidates, size_t n);

/* Room for the longest clause and its NUL. */
enum { DID_YOU_MEAN_MAX = 112 };
/* "; did you mean 'NEAR'?" to end a message with, or "" when no candidate is near. Returns out. */
const char *did_you_mean_clause(char out[DID_YOU_MEAN_MAX], const char *name,
                                const char *const *candidates, size_t n);

#endif
