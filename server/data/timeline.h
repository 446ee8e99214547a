/* timeline.h - dates, frequencies, and equally spaced points in time. No time zones but UTC: an
 * offset in an RFC 3339 time is applied while reading. Calendar: proleptic Gregorian, years
 * 0001-9999. */
#ifndef SERVER_DATA_TIMELINE_H
#define SERVER_DATA_TIMELINE_H

#include <lstm/buf.h>

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* FREQ_INDEX: no time at all, rows are 0, 1, 2 ... */
enum freq_unit { FREQ_INDEX, FREQ_Y, FREQ_Q, FREQ_M, FREQ_W, FREQ_D, FREQ_H, FREQ_MIN, FREQ_S };

struct frequency {
    enum freq_unit unit;
    int multiple; /* 15 with FREQ_MIN is "15min"; at least 1 */
};

/* Row i is at base ordinal start + i * frequency_step(): years, quarters, months since 1970-01 for
 * Y Q M; days since 1970-01-01 for W and D; seconds since then for H, min, S; rows for INDEX. */
struct timeline {
    struct frequency frequency;
    int64_t start;
};

/* pandas aliases, old and new: Y A YE YS YEAR.. Q QE QS M ME MS W W-SUN.. D B? H h T min S s, with
 * a multiple before. "" and "index" are FREQ_INDEX. ST_INVALID lists what there is. */
enum status frequency_parse(struct frequency *out, const char *s, struct err *e);
/* "M", "15min", "" for FREQ_INDEX; into the caller's buffer of at least 16 bytes; returns it. */
const char *frequency_name(char out[16], struct frequency f);
int64_t frequency_step(struct frequency f); /* base ordinals per row */
/* The season that such data usually has: H 24, D 7, W 52, M 12, Q 4, min 60/multiple.., Y and INDEX
 * 1. */
int frequency_season_length(struct frequency f);

/* A parsed time stamp and how precisely it was written. */
struct timestamp {
    int64_t seconds; /* since 1970-01-01T00:00:00Z, of its start */
    /* FREQ_Y "1949", FREQ_Q "1949Q1", FREQ_M "1949-01", FREQ_D, FREQ_S; FREQ_INDEX: a bare integer,
     * the number of a row. */
    enum freq_unit precision;
};
/* 1949, 1949-01, 1949-01-31, 1949Q1 (1949-Q1), RFC 3339 (with or without zone, 'T' or ' ', seconds
 * optional, fraction ignored only when zero), epoch seconds (an integer of 6 digits or more, may be
 * negative). len bytes at s, spaces around are ignored. ST_INVALID with the reason ("1949-02-30:
 * February 1949 has 28 days"). */
enum status timestamp_parse(struct timestamp *out, const char *s, size_t len, struct err *e);
/* The base ordinal of t in frequency f; ST_INVALID when t is not on its grid's unit (a day for H is
 * fine: midnight). */
enum status timeline_ordinal(int64_t *out, struct frequency f, const struct timestamp *t,
                             struct err *e);
/* The frequency of n sorted distinct time stamps: the coarsest of Y Q M W D H min S (with multiple)
 * whose grid holds them all; n = 1: from the precision. ST_INVALID when there is none. */
enum status frequency_infer(struct frequency *out, const struct timestamp *t, size_t n,
                            struct err *e);

/* How many rows from row 0 on have a time that can be written: the last is in the year 9999.
 * INT64_MAX for INDEX. */
int64_t timeline_rows_most(const struct timeline *t);
/* ST_INVALID naming the series when it has rows rows and that is more. */
enum status timeline_check(const struct timeline *t, int64_t rows, const char *id, struct err *e);

/* "1949", "1949Q1", "1949-01", "1949-01-31", "1949-01-31T05:00:00Z", or the row number for
 * INDEX. */
void timeline_format(struct buf *out, const struct timeline *t, int64_t row);
/* The same into 40 bytes; returns out. */
const char *timeline_text(char out[40], const struct timeline *t, int64_t row);
/* Start and frequency as text, for checkpoints and JSON: parses what timeline_format(row 0)
 * wrote. */
enum status timeline_parse(struct timeline *out, const char *frequency, const char *start,
                           struct err *e);

/* RFC 3339 in UTC with milliseconds, of ms since 1970; returns out. */
const char *rfc3339_ms(char out[32], int64_t ms);

#endif
