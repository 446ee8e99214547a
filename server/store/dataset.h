/* dataset.h - helpers on table dataset that run inside a caller's transaction. Private to
 * store/. */
#ifndef SERVER_STORE_DATASET_H
#define SERVER_STORE_DATASET_H

#include "server/store/sqlite/connection.h"

/* *found: whether there is one; out is released by the caller when there is. */
enum status dataset_lookup(struct dataset *out, bool *found, struct db *db, const char *name,
                           struct err *e);
/* The same; ST_NOT_FOUND with "did you mean". */
enum status dataset_find(struct dataset *out, struct db *db, const char *name, struct err *e);
/* ST_NOT_FOUND with "did you mean"; what: "dataset" or "model". */
enum status name_not_found(struct db *db, const char *what, const char *name, struct err *e);
enum status dataset_in_use(bool *out, struct db *db, int64_t id, struct err *e);
/* Delete, or only take the name away while a job uses it. */
enum status dataset_retire(struct db *db, int64_t id, struct err *e);
enum status dataset_drop(struct db *db, int64_t id, struct err *e);
/* After a job has ended: delete the data set when it is retired and no other job uses it. */
enum status dataset_collect(struct db *db, int64_t id, struct err *e);
/* columns: joined by U+001F. */
enum status dataset_insert(int64_t *id, struct db *db, const struct dataset *d, const char *columns,
                           struct err *e);
enum status dataset_update(struct db *db, const struct dataset *d, const char *columns,
                           struct err *e);

/* Makes room for a new data set of this name: checks pre, retires the one that is there.
 * *created_at: of the old one, or now. */
enum status dataset_replace(bool *created, int64_t *created_at, struct db *db, const char *name,
                            const struct precondition *pre, struct err *e);
/* For appending: the data set, or a copy of it under its name when a job uses it. ST_CONFLICT:
 * another kind. */
enum status dataset_for_append(struct dataset *out, struct db *db, const char *name,
                               enum data_kind kind, struct err *e);
/* A timeline of the columns freq_unit, freq_multiple, start, time_style from number `column` on. */
struct timeline dataset_timeline(struct stmt *q, int column);
/* Adds the sentence of the columns tokens, source to out. ST_CORRUPT; NULL tokens stick in q. */
enum status dataset_sentence(struct tagged_set *out, struct stmt *q, struct err *e);
/* The names in joined into d->columns. */
enum status dataset_split_columns(struct dataset *d, const char *joined, struct err *e);
/* The columns of d as one text, malloc'ed; NULL when out of memory. */
char *dataset_columns(char *const *columns, int n);

#endif
