/* dataset.h - functions on table dataset that run inside the caller's transaction. Private to
 * store/. */
#ifndef SERVER_STORE_DATASET_H
#define SERVER_STORE_DATASET_H

#include "server/store/connection.h"

/* *found: whether there is a data set of this name. Then the caller releases out. */
enum status dataset_lookup(struct dataset *out, bool *found, struct db *db, const char *name,
                           struct err *e);
/* The same; ST_NOT_FOUND with "did you mean". */
enum status dataset_find(struct dataset *out, struct db *db, const char *name, struct err *e);
/* ST_NOT_FOUND with "did you mean"; what: "dataset" or "model". */
enum status name_not_found(struct db *db, const char *what, const char *name, struct err *e);
enum status dataset_in_use(bool *out, struct db *db, int64_t id, struct err *e);
/* Deletes a data set, or only removes its name while a job uses it. */
enum status dataset_retire(struct db *db, int64_t id, struct err *e);
enum status dataset_drop(struct db *db, int64_t id, struct err *e);
/* After a job has ended: deletes its data set if that has no name and no other job uses it. */
enum status dataset_collect(struct db *db, int64_t id, struct err *e);
/* columns: joined by U+001F. */
enum status dataset_insert(int64_t *id, struct db *db, const struct dataset *d, const char *columns,
                           struct err *e);
enum status dataset_update(struct db *db, const struct dataset *d, const char *columns,
                           struct err *e);

/* Makes room for a new data set of this name: checks pre, and retires the present one. *created_at:
 * that of the old one, or now. */
enum status dataset_replace(bool *created, int64_t *created_at, struct db *db, const char *name,
                            const struct precondition *pre, struct err *e);
/* For appending: finds the data set, or while a job uses it makes a copy under the same name.
 * ST_CONFLICT: it is of another kind. */
enum status dataset_for_append(struct dataset *out, struct db *db, const char *name,
                               enum data_kind kind, struct err *e);
/* The timeline in the columns freq_unit, freq_multiple, start, time_style, from `column` on. */
struct timeline dataset_timeline(struct stmt *q, int column);
/* Adds the sentence in the columns tokens, source to out. ST_CORRUPT; q keeps the error of a
 * NULL. */
enum status dataset_sentence(struct tagged_set *out, struct stmt *q, struct err *e);
/* Splits the names in joined into d->columns. */
enum status dataset_split_columns(struct dataset *d, const char *joined, struct err *e);
/* Joins the names of columns into one text, malloc'ed; NULL when out of memory. */
char *dataset_columns(char *const *columns, int n);

#endif
