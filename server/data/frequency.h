/* frequency.h - the distance between two rows of a series: a multiple of a unit of time. */
#ifndef SERVER_DATA_FREQUENCY_H
#define SERVER_DATA_FREQUENCY_H

#include <lstm/status.h>

#include <stdint.h>

/* FREQ_INDEX: no time; rows are 0, 1, 2 ... */
enum freq_unit { FREQ_INDEX, FREQ_Y, FREQ_Q, FREQ_M, FREQ_W, FREQ_D, FREQ_H, FREQ_MIN, FREQ_S };

struct frequency {
    enum freq_unit unit;
    int multiple; /* 15 with FREQ_MIN is "15min"; at least 1 */
};

enum { FREQUENCY_MULTIPLE_MAX = 1000000 };

/* Reads old and new pandas aliases: Y A YE YS YEAR.. Q QE QS M ME MS W W-SUN.. D H h T min S s,
 * with a multiple before it. "" and "index" are FREQ_INDEX. ST_INVALID lists the aliases. "B" is
 * not one of them: it is a frequency only of timelines (timeline_frequency()), whose days do not
 * all occur. */
enum status frequency_parse(struct frequency *out, const char *s, struct err *e);
/* "M", "15min", "" for FREQ_INDEX; into the caller's buffer of at least 16 bytes; returns it. */
const char *frequency_name(char out[16], struct frequency f);
/* Distance of two rows in base ordinals, see timeline.h. */
int64_t frequency_step(struct frequency f);
/* The usual season of such data: H 24, D 7, W 52, M 12, Q 4, min 60/multiple.., Y and INDEX 1. */
int frequency_season_length(struct frequency f);

#endif
