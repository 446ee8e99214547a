/* timeline.h - equally spaced points in time: where the rows of a series lie, and how they are
 * written. Time zones are fixed offsets to UTC. Calendar: proleptic Gregorian, years 0001-9999. */
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

/* Point k is at base ordinal start + k * frequency_step(): years, quarters, months since 1970-01
 * for Y Q M; local days since 1970-01-01 for W and D; seconds since then, in UTC, for H, min, S;
 * rows for INDEX. Row i is the i-th point that occurs (style.open); all do when the week is not
 * closed at any step. */
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
/* frequency_name(), or "B" for days from Monday to Friday. */
const char *timeline_name(char out[16], const struct timeline *t);
/* "Mon-Sat", "Mon-Fri 07-17": the steps that occur; "" where all do, and for "B". */
const char *timeline_open(char out[OPEN_TEXT_MAX], const struct timeline *t);
/* The same for "B" too. */
const char *timeline_open_steps(char out[OPEN_TEXT_MAX], const struct timeline *t);
/* Closes the steps that are not named, as timeline_open() names them. Frequency, start, offset and
 * clock are known. ST_INVALID: the frequency has no such steps, or row 0 would be closed. */
enum status timeline_set_open(struct timeline *t, const char *open, struct err *e);
/* Whether rows of both are equally far apart: frequency and open steps are the same. */
bool timeline_alike(const struct timeline *a, const struct timeline *b);
/* Whether some steps never occur, so that two rows can be further apart than the frequency. */
bool timeline_has_closed(const struct timeline *t);
/* The season that such data usually has: frequency_season_length(), in open steps. */
int timeline_season_length(const struct timeline *t);

/* The base ordinal of a row; overflow is the caller's to exclude (timeline_check()). */
int64_t timeline_row_ordinal(const struct timeline *t, int64_t row);
/* How many rows lie among the points 0..points-1. */
int64_t timeline_points_rows(const struct timeline *t, int64_t points);
/* The row of a stamp, which may be negative. ST_INVALID when it lies off the grid, and the message
 * names the next stamp that does not, or at a closed step. A date stands for its start on a grid
 * of hours. */
enum status timeline_row(int64_t *row, const struct timeline *t, const struct timestamp *at,
                         struct err *e);
/* The stamp of a row, as precise as the timeline is. */
struct timestamp timeline_stamp(const struct timeline *t, int64_t row);
/* Where row 0 of b lies on the grid of a; both alike. ST_INVALID when off it. */
enum status timeline_offset(int64_t *row, const struct timeline *a, const struct timeline *b,
                            struct err *e);
/* Moves the start by so many rows. */
void timeline_skip(struct timeline *t, int64_t rows);

/* The base ordinal of t in frequency f; ST_INVALID when t is not on its grid's unit (a day for H is
 * fine: midnight). */
enum status timeline_ordinal(int64_t *out, struct frequency f, const struct timestamp *t,
                             struct err *e);

/* The base ordinal of a stamp, wherever in its period it lies. */
enum status timeline_stamp_ordinal(int64_t *out, const struct timeline *t,
                                   const struct timestamp *at, struct err *e);
/* Empties a format that writes the stamps as the frequency alone does. */
void timeline_plain_style(struct timeline *t);

/* The timeline of n sorted distinct time stamps (n >= 1). out->style.format and .offset are the
 * caller's: how the stamps are written. The rest is found: frequency, start, anchor, clock, and the
 * steps that never occur. The format becomes "" where no place within the period reproduces the
 * stamps.
 *   frequency NULL or "": the widest step that meets them all. ST_INVALID when there is none, or
 *     when more than half of its rows would be missing; the message names the parameters.
 *   else an alias: it is taken literally: steps are closed with "B" only. Stamps that do not fit
 *     are left to timeline_row(). ST_INVALID for an unknown one. */
enum status timeline_infer(struct timeline *out, const struct timestamp *t, size_t n,
                           const char *frequency, struct err *e);

/* timeline_infer() in three steps, for a panel, whose series have the same closed steps. The first
 * finds all but those. */
enum status timeline_grid(struct timeline *out, const struct timestamp *t, size_t n,
                          const char *frequency, struct err *e);
/* Closes the steps of t that never occur among the stamps, which lie on its grid. */
void timeline_find_closed(struct timeline *t, const struct timestamp *stamps, size_t n);
/* ST_INVALID where the stamps leave more than half of their rows out. */
enum status timeline_check_regular(const struct timeline *t, const struct timestamp *stamps,
                                   size_t n, struct err *e);

/* How many rows from row 0 on have a time that can be written: the last is in the year 9999.
 * INT64_MAX for INDEX. */
int64_t timeline_rows_most(const struct timeline *t);
/* ST_INVALID naming the series when it has rows rows and that is more. */
enum status timeline_check(const struct timeline *t, int64_t rows, const char *id, struct err *e);

/* By the style; without a format "1949", "1949Q1", "1949-01", "1949-01-31",
 * "1949-01-31T05:00:00Z", or the row number for INDEX. */
void timeline_format(struct buf *out, const struct timeline *t, int64_t row);
/* The same into 40 bytes; returns out. */
const char *timeline_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* The same with an empty format: what timeline_parse() reads. */
const char *timeline_plain_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* The same as ISO 8601 has it, with the day where the row has one: timestamp_parse() reads it, and
 * finds the row again with the offset that is written. */
const char *timeline_iso_text(char out[TIME_TEXT_MAX], const struct timeline *t, int64_t row);
/* Frequency and start as text, for checkpoints: parses what frequency_name() and
 * timeline_plain_text(row 0) wrote. The style is empty. */
enum status timeline_parse(struct timeline *out, const char *frequency, const char *start,
                           struct err *e);

#endif
