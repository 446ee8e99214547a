/* timeline.h - equally spaced points in time: the places of a series' rows, and how they are
 * written. Time zones are fixed offsets from UTC. Calendar: proleptic Gregorian, years
 * 0001-9999. */
#ifndef SERVER_DATA_TIMELINE_H
#define SERVER_DATA_TIMELINE_H

#include "server/data/calendar.h"
#include "server/data/frequency.h"
#include "server/data/time_style.h"
#include "server/data/timestamp.h"

#include <lstm/buf.h>

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* Point k is at base ordinal start + k * frequency_step(). Ordinals are years, quarters, months
 * since 1970-01 for Y Q M; local days since 1970-01-01 for W and D; seconds since then, in UTC, for
 * H, min, S; rows for INDEX. Row i is the i-th open point (style.open); without closed steps every
 * point is open. */
struct timeline {
    struct frequency frequency;
    int64_t start; /* of row 0, which is open */
    struct time_style style;
};

/* A timeline of rows 0, 1, 2 ... without time. */
struct timeline timeline_index(void);
/* Sets frequency and style.open from an alias: those of frequency_parse(), and "B", which is D from
 * Monday to Friday. */
enum status timeline_frequency(struct timeline *out, const char *alias, struct err *e);
/* Writes frequency_name(), or "B" for days from Monday to Friday. */
const char *timeline_name(char out[16], const struct timeline *t);
/* Writes the open steps: "Mon-Sat", "Mon-Fri 07-17"; "" when all are open, and for "B". */
const char *timeline_open(char out[OPEN_TEXT_MAX], const struct timeline *t);
/* The same for "B" too. */
const char *timeline_open_steps(char out[OPEN_TEXT_MAX], const struct timeline *t);
/* Closes all steps except those named, in the form of timeline_open(). Frequency, start, offset and
 * clock must be set. ST_INVALID: the frequency has no such steps, or row 0 would be closed. */
enum status timeline_set_open(struct timeline *t, const char *open, struct err *e);
/* Whether rows of both are equally spaced: with the same frequency and open steps. */
bool timeline_alike(const struct timeline *a, const struct timeline *b);
/* Whether some steps are closed, so that two rows may be further apart than the frequency. */
bool timeline_has_closed(const struct timeline *t);
/* The usual season of such data: frequency_season_length(), in open steps. */
int timeline_season_length(const struct timeline *t);

/* The base ordinal of a row. The caller excludes an overflow (timeline_check()). */
int64_t timeline_row_ordinal(const struct timeline *t, int64_t row);
/* The number of rows among the points 0..points-1. */
int64_t timeline_points_rows(const struct timeline *t, int64_t points);
/* Finds the row of a time; it may be negative. ST_INVALID when the time lies off the grid (the
 * message names the next one on it) or at a closed step. On a grid of hours, a date means its
 * beginning. */
enum status timeline_row(int64_t *row, const struct timeline *t, const struct timestamp *at,
                         struct err *e);
/* The time of a row, as precise as the timeline is. */
struct timestamp timeline_stamp(const struct timeline *t, int64_t row);
/* *row: the row of a at which b starts; timeline_alike() must hold. ST_INVALID when that start is
 * off the grid of a. */
enum status timeline_offset(int64_t *row, const struct timeline *a, const struct timeline *b,
                            struct err *e);
/* Moves the start by this many rows. */
void timeline_skip(struct timeline *t, int64_t rows);

/* The base ordinal of t in frequency f. ST_INVALID when t is not on a unit of it; a day is valid
 * for H and means midnight. */
enum status timeline_ordinal(int64_t *out, struct frequency f, const struct timestamp *t,
                             struct err *e);

/* The base ordinal of the period that a time lies in. */
enum status timeline_stamp_ordinal(int64_t *out, const struct timeline *t,
                                   const struct timestamp *at, struct err *e);
/* Empties a format that equals the one by frequency. */
void timeline_plain_style(struct timeline *t);

/* Finds the timeline of n sorted distinct times (n >= 1). The caller sets out->style.format and
 * .offset: how the times are written. The function finds everything else: frequency, start, anchor,
 * clock, and closed steps. The format becomes "" when no place within the period reproduces the
 * times. frequency:
 *   NULL or ""  the widest step that meets all times. ST_INVALID when there is none, or when more
 *               than half of its rows would be missing; the message names the parameters.
 *   an alias    taken literally: steps are closed only with "B". Times that do not fit are left to
 *               timeline_row(). ST_INVALID for an unknown alias. */
enum status timeline_infer(struct timeline *out, const struct timestamp *t, size_t n,
                           const char *frequency, struct err *e);

/* timeline_infer() in three steps, for a panel, whose series share the closed steps. The first step
 * finds everything else. */
enum status timeline_grid(struct timeline *out, const struct timestamp *t, size_t n,
                          const char *frequency, struct err *e);
/* Closes the steps of t that never occur among the times, which lie on its grid. */
void timeline_find_closed(struct timeline *t, const struct timestamp *stamps, size_t n);
/* ST_INVALID when the times leave more than half of their rows empty. */
enum status timeline_check_regular(const struct timeline *t, const struct timestamp *stamps,
                                   size_t n, struct err *e);

/* How many rows from row 0 on have a time that can be written: the last is in the year 9999.
 * INT64_MAX for INDEX. */
int64_t timeline_rows_most(const struct timeline *t);
/* ST_INVALID naming the series when it has more rows than that. */
enum status timeline_check(const struct timeline *t, int64_t rows, const char *id, struct err *e);

/* Writes the time of a row by the style. Without a format: "1949", "1949Q1", "1949-01",
 * "1949-01-31", "1949-01-31T05:00:00Z", or for INDEX the row number. */
void timeline_format(struct buf *out, const struct timeline *t, int64_t row);
/* The same into 40 bytes; returns out. */
const char *timeline_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* The same with an empty format: what timeline_parse() reads. */
const char *timeline_plain_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* The same as ISO 8601, with the day if the row has one. timestamp_parse() reads it, and with the
 * written offset it gives the row again. */
const char *timeline_iso_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* Reads frequency and start from texts, for checkpoints: those that frequency_name() and
 * timeline_plain_text(row 0) wrote. The style is empty. */
enum status timeline_parse(struct timeline *out, const char *frequency, const char *start,
                           struct err *e);

#endif
