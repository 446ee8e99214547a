/* fixture.h - a store in a folder of its own, and small data for it. */
#ifndef TESTS_UNIT_SERVER_STORE_FIXTURE_H
#define TESTS_UNIT_SERVER_STORE_FIXTURE_H

#include "server/store/connection.h"
#include "server/store/store.h"

#include <check.h>

/* Compares the status, and shows the message that belongs to it. */
#define ck_status(actual, expected, e)                                                             \
    do {                                                                                           \
        enum status ck_st = (actual);                                                              \
        ck_assert_msg(ck_st == (expected), "%s: %s instead of %s: %s", #actual,                    \
                      status_name(ck_st), status_name(expected), (e)->message);                    \
    } while (0)
#define ck_ok(actual, e) ck_status(actual, ST_OK, e)

struct fixture {
    char folder[64];
    char file[96];   /* of the database in SQLite */
    char path[256];  /* what the store opens: the file, or a URL of PostgreSQL */
    char schema[32]; /* in PostgreSQL; "": SQLite */
    struct store *store;
    struct err e;
};

/* The URL of the PostgreSQL server on which the tests run, LSTMD_TEST_DATABASE; NULL: in SQLite. */
const char *fixture_server(void);
/* Both in one call: makes a new folder and opens a store; closes and removes them. */
void fixture_open(struct fixture *f);
void fixture_close(struct fixture *f);
/* The single steps. */
void fixture_folder(struct fixture *f);
void fixture_store(struct fixture *f); /* opens f->path */
void fixture_remove(struct fixture *f);
/* The store's connection of this thread, for statements that the store does not offer. */
struct db *fixture_db(struct fixture *f);
int64_t fixture_int(struct fixture *f, const char *sql);
/* Fails the test unless the file passes SQLite's checks and all references exist. */
void fixture_check_file(struct fixture *f);

/* Makes a series of rows values first, first + 1, ... in one column "value"; start and frequency as
 * in timeline.h. Release it. */
struct series_set series_of(const char *id, enum freq_unit unit, int64_t start, int rows,
                            double first);
/* Adds another series of the same kind. */
void series_more(struct series_set *s, const char *id, enum freq_unit unit, int64_t start, int rows,
                 double first);
/* Sentences as in "the/DET/DT dog/NN|read/V": '|' separates sentences and a blank separates tokens;
 * FORM/UPOS/XPOS, of which the last two may be absent. */
struct tagged_set tagged_of(const char *text);

/* Limits that no test reaches. */
extern const struct data_limits wide;

/* The usual calls; they must succeed. */
void put_series(struct fixture *f, const char *name, enum freq_unit unit, int64_t start, int rows,
                double first);
void put_tagged(struct fixture *f, const char *name, const char *text);
int64_t dataset_id(struct fixture *f, const char *name);
/* Submits a job for this model on that data set; writes its id. */
void submit(char id[JOB_ID_LEN + 1], struct fixture *f, const char *dataset, const char *model);
struct job_submission submission(struct fixture *f, const char *dataset, const char *model);
void claim(char id[JOB_ID_LEN + 1], struct fixture *f);
struct model_submission model_of(const char *name, const char *task, const char *checkpoint);

/* A small generator with a fixed sequence, so that a failed run can be repeated. */
uint32_t next_random(uint32_t *state);

/* The present lease of the job; token 0: it has none. Valid until the next call. */
const struct lease *lease_of(struct fixture *f, const char *id);
/* Lets all leases end now, as if their owners had not renewed them. */
void end_leases(struct fixture *f);
/* The same, and another process starts. Returns the number of jobs that it took back. */
int take_back(struct fixture *f);

#endif
