/* store.h - all data that outlive the process, in one SQLite file.
 *
 * The database is reached by a driver (driver.h); that of SQLite is in store/sqlite. Every function
 * uses the calling thread's own connection, which is opened on first use and closed when the thread
 * ends. A function that changes
 * something is one transaction: when it returns ST_OK, the change is on disk (WAL,
 * synchronous=FULL); on error nothing has changed. Times are milliseconds since 1970 UTC. Strings
 * in results are owned by the result. */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include "server/base/access.h"
#include "server/base/clock.h"
#include "server/data/data.h"
#include "server/data/precondition.h"

#include <limits.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { NAME_MAX_LEN = 64, JOB_ID_LEN = 26, DIGEST_LEN = 64 };

struct store;

struct store_config {
    const char *path; /* of an SQLite file, or the URL of a PostgreSQL database */
    int busy_timeout_ms;
    /* For the daemon: takes PATH.lock (flock) so that two daemons never share a file, keeps
     * PATH.reserve, and starts a thread that looks after both. */
    bool exclusive;
    int64_t
        keep_audit_days; /* how long entries of the audit are kept; 0: for ever; needs exclusive */
    int64_t max_bytes; /* of the pages in use; beyond it clients' writes are ST_FULL; 0: no limit */
    bool as_is;        /* for a copy only: any schema is accepted, and not migrated */
};
/* Opens the database and, unless as_is, migrates it to the newest schema, each migration in a
 * transaction. ST_CONFLICT: another daemon has it. ST_INVALID: not a database of lstmd or, unless
 * as_is, newer than this program. */
enum status store_open(struct store **out, const struct store_config *c, struct err *e);
void store_close(struct store *s); /* NULL is fine */
enum { STORE_ADDRESS_MAX = 300 };
/* Writes into PATH.lock at which URL this exclusive store is served, for commands that find the
 * database in use. Failures are ignored: they only lack the address then. */
void store_announce(struct store *s, const char *url);
/* The URL at which the database at `path` is served by the process that uses it. Returns false when
 * there is none, or when a user other than this one or root could have written it. A process that
 * has ended may have left its URL there, so call this only after ST_CONFLICT. */
bool store_announced(char url[STORE_ADDRESS_MAX], const char *path);
/* While over(ctx) is true, writes of this thread that take many transactions stop between two of
 * them, with ST_CANCELLED and without a trace. NULL: never, as at first. */
enum status store_give_up_when(struct store *s, bool (*over)(void *ctx), void *ctx, struct err *e);
/* After this call, data that this thread stores counts for that key, and is ST_TOO_LARGE beyond its
 * LIMIT_BYTES. NULL or a key of the configuration: it counts for none. */
enum status store_act_for(struct store *s, const struct access *who, struct err *e);
/* The bytes that count for the key of that name. */
enum status store_key_bytes(int64_t *out, struct store *s, const char *name, struct err *e);
/* Schema version of the file, and the newest one that this program knows. */
enum status store_schema_version(int *out, struct store *s, struct err *e);
int store_newest_schema_version(void);
/* Makes a consistent copy in a new file (by SQLite's online backup, in steps, while others write).
 * ST_CONFLICT when the file exists. */
enum status store_backup(struct store *s, const char *to, struct err *e);
/* Replaces the database at path `to` by the backup that `from` was opened from (as_is). kept: the
 * new name of the replaced database (PATH.before-restore), "" when there was none. ST_CONFLICT: a
 * daemon has it, or kept exists already. On error nothing has changed, except that kept may be a
 * second name of the database. */
enum status store_restore(struct store *from, const char *to, char kept[PATH_MAX], struct err *e);

struct store_check {
    int schema_version;
    bool content;               /* false: its schema is not the newest, or its pages are damaged */
    int64_t datasets, versions; /* numbers that were read, when content is true */
    int64_t problems;
};
/* Receives one problem, as a sentence; borrowed. */
typedef void store_problem_fn(void *ctx, const char *problem);
/* Reads the whole database, while others write, and reports every problem: pages and references,
 * rows of data sets that cannot be read, checkpoints whose digest is not the recorded one. ST_OK
 * whether it finds any or not. Memory: one checkpoint at a time. */
enum status store_check(struct store_check *out, struct store *s, store_problem_fn *report,
                        void *ctx, struct err *e);
/* A cheap check that the database works. ST_FULL or ST_READONLY when it refuses writes: no space on
 * the disk, a read-only file system, a file that was removed or replaced. Reading still works
 * then. */
enum status store_ping(struct store *s, struct err *e);
/* The same without reading the database, for metrics. */
enum status store_trouble(struct store *s, struct err *e);

/* ---- data sets ---- */
struct dataset {
    int64_t id; /* internal; a replaced data set gets a new one */
    char name[NAME_MAX_LEN + 1];
    enum data_kind kind;
    int64_t created_at, updated_at; /* ms */
    int64_t bytes;                  /* stored size */
    char digest[DIGEST_LEN + 1];    /* changes with every change of content: the ETag */
    int64_t num_series;             /* of series; other kinds: 0 */
    int64_t sentences, tokens;      /* of tagged sentences */
    int num_columns;
    int num_covariates; /* of series: so many columns at the end are covariates */
    /* Series: value columns, then covariates. Tagged: those of "upos", "xpos" that occur. Owned. */
    char **columns;
    char *time_column, *id_column;      /* or NULL. Owned */
    int64_t num_upos, num_xpos;         /* tagged: distinct tags */
    enum missing_policy missing_policy; /* series */
};
void dataset_release(struct dataset *d);
struct dataset_list {
    int count;
    struct dataset *items;
};
void dataset_list_release(struct dataset_list *l);

/* Creates or replaces a data set; *created: which. ST_PRECONDITION when pre (may be NULL) does not
 * hold for the data set of that name; its tag is the digest. Jobs that use the old content keep it
 * until they end. */
enum status store_dataset_put_series(struct store *s, const char *name,
                                     const struct series_set *data, const struct precondition *pre,
                                     bool *created, struct err *e);
enum status store_dataset_put_tagged(struct store *s, const char *name,
                                     const struct tagged_set *data, const struct precondition *pre,
                                     bool *created, struct err *e);
/* A text of len bytes, 1 to TEXT_BYTES_MAX, which the caller has checked to be UTF-8. */
enum { TEXT_BYTES_MAX = 1 << 30 };
enum status store_dataset_put_text(struct store *s, const char *name, const char *text, size_t len,
                                   const struct precondition *pre, bool *created, struct err *e);
/* The treatment of new rows whose times exist already. */
enum on_conflict {
    CONFLICT_ERROR,   /* ST_INVALID */
    CONFLICT_REPLACE, /* their values replace the stored ones, except where they are missing */
    CONFLICT_IGNORE   /* stored rows stay, but a stored row without a value gets the new one */
};
/* Counts of new rows that have a value. */
struct row_counts {
    int64_t appended; /* with those that filled a row without a value */
    int64_t replaced; /* rows in which a value changed */
    int64_t ignored;  /* rows without anything new */
};
/* Appends rows. For a known series id they must begin after its end; gaps become missing values,
 * and columns and frequency must be the same. An INDEX series simply continues. A new id becomes a
 * new series. Limits: rows per series, number of series. ST_INVALID, ST_CONFLICT (another kind),
 * ST_TOO_LARGE, ST_NOT_FOUND. The time is linear in the new rows, not in the stored ones, unless a
 * job uses the data set: then it is copied. */
enum status store_dataset_append_series(struct store *s, const char *name,
                                        const struct series_set *data,
                                        const struct data_limits *limits, struct err *e);
/* The same for rows that may lie within the stored ones. The series must have times. Without
 * anything new, the digest does not change. dry: everything is checked and counted, but nothing
 * changed. *counts is set on ST_OK. */
enum status store_dataset_merge_series(struct row_counts *counts, struct store *s, const char *name,
                                       const struct series_set *data, enum on_conflict mode,
                                       bool dry, const struct data_limits *limits, struct err *e);
enum status store_dataset_append_tagged(struct store *s, const char *name,
                                        const struct tagged_set *data,
                                        const struct data_limits *limits, struct err *e);
/* Adds the bytes to the end of the text. ST_CONFLICT (another kind), ST_TOO_LARGE, ST_NOT_FOUND. */
enum status store_dataset_append_text(struct store *s, const char *name, const char *text,
                                      size_t len, struct err *e);
/* ST_NOT_FOUND with "did you mean". */
enum status store_dataset_get(struct dataset *out, struct store *s, const char *name,
                              struct err *e);
/* A number that changes after each commit with which this process changes, replaces or deletes the
 * data set of that name. Takes no lock and reads no file. A result that was computed from a data
 * set is valid as long as the stamp equals the one from before the data set was read. */
uint64_t store_data_stamp(struct store *s, const char *name);
/* The digest of the data of a job; "" when these are gone. */
enum status store_dataset_digest(char out[DIGEST_LEN + 1], struct store *s, int64_t dataset_id,
                                 struct err *e);
/* Lists names after `after` ("" from the start), at most limit, in order of name. names: a pattern
 * as in access.h; NULL: all. */
enum status store_dataset_list(struct dataset_list *out, struct store *s, const char *names,
                               const char *after, int limit, struct err *e);
/* ST_CONFLICT while a queued or running job uses it. */
enum status store_dataset_delete(struct store *s, const char *name, struct err *e);

/* A description of one series without its values. */
struct series_info {
    char *id;
    struct timeline time;
    int64_t length, missing; /* rows; missing values over all columns */
};
struct series_info_list {
    int count;
    struct series_info *items;
};
void series_info_list_release(struct series_info_list *l);
/* Lists series number offset to offset + limit - 1, in stored order. */
enum status store_series_list(struct series_info_list *out, struct store *s, int64_t dataset_id,
                              int64_t offset, int limit, struct err *e);
/* Loads the whole content, names of columns included. */
enum status store_series_load(struct series_set *out, struct store *s, int64_t dataset_id,
                              struct err *e);
enum status store_tagged_load(struct tagged_set *out, struct store *s, int64_t dataset_id,
                              struct err *e);

/* Reads the first bytes of a text, at most `most`, which may end within a character. */
enum status store_text_beginning(char *out, size_t *len, struct store *s, int64_t dataset_id,
                                 size_t most, struct err *e);

/* ---- reading a data set in pieces ---- */

/* A read transaction over one data set, on a connection of its own. It returns the data as they
 * were when it was opened, whatever others write meanwhile. Any thread may use it, one at a time;
 * it does not affect other functions of the store. While it is open, the log of the database cannot
 * be shortened: close it soon. */
struct store_reader;
/* ST_NOT_FOUND with "did you mean". *out is NULL on error. Close the reader before the store. */
enum status store_reader_open(struct store_reader **out, struct store *s, const char *name,
                              struct err *e);
void store_reader_close(struct store_reader *r); /* NULL is fine */
/* Name, digest, columns and so on, from the same transaction; borrowed. */
const struct dataset *store_reader_dataset(const struct store_reader *r);
/* Of series: *timed: whether series_has_time() is true of any. If so, a CSV file has a time
 * column. */
enum status store_reader_timed(bool *timed, struct store_reader *r, struct err *e);
/* Reads the next series in stored order: id (borrowed until the next call), time, length; values
 * are NULL. *found is false after the last one. */
enum status store_reader_next(struct series *out, bool *found, struct store_reader *r,
                              struct err *e);
/* Reads rows of the series that store_reader_next() returned, from row `first` to the end of a
 * stored chunk. *rows (n, columns): row-major, borrowed until the next call; at most 64 KiB, and at
 * least one row unless first is the length. Rows may be read in any order, and repeatedly. */
enum status store_reader_rows(const double **rows, int *n, struct store_reader *r, int64_t first,
                              struct err *e);
/* Reads the next tagged sentences, about 64 KiB of them and at least one, borrowed until the next
 * call. An empty set: there are no more. */
enum status store_reader_sentences(const struct tagged_set **out, struct store_reader *r,
                                   struct err *e);
/* Reads the next bytes of a text, at most 64 KiB, borrowed until the next call. *len is 0 after the
 * last ones. */
enum status store_reader_text(const char **text, size_t *len, struct store_reader *r,
                              struct err *e);

/* ---- jobs ---- */
enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED };
const char *job_state_name(enum job_state st);
bool job_state_from_name(enum job_state *out, const char *s);
static inline bool job_state_final(enum job_state st)
{
    return st >= JOB_SUCCEEDED;
}

struct job_progress {
    int epoch, epochs;
    double fraction, loss, validation_loss; /* NaN when not known */
    double samples_per_second, eta_seconds; /* NaN when not known */
    bool advanced; /* only when written: the snapshot is of a later state than any before */
};
struct job {
    char id[JOB_ID_LEN + 1]; /* sortable by time */
    char *task, *dataset, *model;
    int64_t dataset_id;
    enum job_state state;
    bool cancel_requested;
    int64_t created_at, started_at, finished_at; /* ms; 0: not yet */
    char *params;                                /* JSON object: effective values */
    struct job_progress progress;
    char *error;           /* problem JSON, or NULL */
    int64_t model_version; /* 0: none */
    char *metrics;         /* JSON object, or NULL */
    char *backtest;        /* JSON object: the plan of a backtest; NULL: the job trains a model */
    char *search; /* JSON object: the plan of a search; NULL: it trains with params as they are */
    char *warm_start; /* "model/version" that it starts from, or NULL */
    /* Name of the data set that chooses and evaluates the weights; NULL: the end of dataset. */
    char *validation_dataset;
    int64_t validation_dataset_id; /* 0: none, or gone */
    int attempts;                  /* how often it was claimed */
    int deaths; /* how often in a row the process ended during it, without progress in between */
    char *arithmetic;    /* in which it runs, as in <lstm/cpu.h>; NULL: not started */
    char *note;          /* why it was restarted, or NULL */
    char *promote;       /* "always", "if_better", "never"; NULL: its version changes no alias */
    int64_t api_key;     /* number of the key that submitted it; 0: of the configuration, or none */
    int kept_epochs;     /* only of a claim: epochs in its history */
    int64_t lease_token; /* of the lease under which it ended; 0: none */
    char *promotion; /* JSON object: the decision and its figures, of one that succeeded; or NULL */
};
void job_release(struct job *j);
struct job_list {
    int count;
    struct job *items;
};
void job_list_release(struct job_list *l);

struct retrain_rule; /* retrain.h */
struct job_submission {
    const char *task, *dataset, *model, *params;
    int64_t dataset_id;
    const char *idempotency_key; /* or NULL */
    const char
        *request_digest; /* of the request's body: a retry has the same, another request not */
    int64_t api_key;     /* number of the key that submits it; 0: of the configuration, or none */
    int max_queue; /* ST_BUSY when as many jobs are queued and the key has its share of them */
    const char *backtest, *search, *warm_start, *validation_dataset; /* or NULL */
    int64_t validation_dataset_id;                                   /* 0: none */
    const char *promote;                                             /* or NULL */
    const struct retrain_rule *retrain; /* that the model has from then on; NULL: as it is */
};
/* Stores a queued job. *existing: the key was used before with the same digest, and out is that
 * job. ST_CONFLICT: it was used with another digest. */
enum status store_job_submit(struct job *out, bool *existing, struct store *s,
                             const struct job_submission *sub, struct err *e);
/* Finds the job of an earlier request with the same key and digest; *existing: whether there is
 * one. ST_CONFLICT as above. */
enum status store_job_find_retry(struct job *out, bool *existing, struct store *s,
                                 const struct job_submission *sub, struct err *e);
enum status store_job_get(struct job *out, struct store *s, const char *id, struct err *e);
/* Lists jobs, newest first. state: -1 for all; model: NULL for all; names: a pattern for data set
 * and model, NULL for all; before: id of the last job of the page before, or "". */
enum status store_job_list(struct job_list *out, struct store *s, int state, const char *model,
                           const char *names, const char *before, int limit, struct err *e);
/* Numbers of jobs by state (5 entries). */
enum status store_job_counts(int64_t counts[5], struct store *s, struct err *e);
/* When the oldest queued job that may run was submitted, ms since 1970; 0: none. Jobs of keys that
 * have used up their training time do not count: more workers would not help them. */
enum status store_job_oldest_queued(int64_t *created_at, struct store *s, struct err *e);
/* The right to run a job. Every function below that takes a lease is a write of a worker: it
 * changes the job only if the token is the present one, and renews the lease. ST_LOST: it is not,
 * because the job has ended, or another worker has claimed it. Nothing was changed then, and the
 * worker has to stop. A lease whose time is over is in force until another claim takes the job. */
struct lease {
    char id[JOB_ID_LEN + 1]; /* of the job */
    int64_t token;           /* larger than that of any lease before */
};
enum { LEASE_MS = 60000 }; /* from a renewal to the time when others may take the job */

/* Returns running jobs to the queue when a process starts, and counts a death of each: those whose
 * leases ended. A process that has the database to itself (exclusive) takes those of all leases: no
 * other process can hold one. owner: of this process. *count: how many. */
enum status store_job_take_back(int *count, struct store *s, const char *owner, struct err *e);
/* Makes a job a running one, with a lease for owner. First, jobs whose leases ended return to the
 * queue, with a death more, and the oldest of them is claimed. If there is none, it is the next
 * queued one: keys take turns, and the oldest job of a key is first (job_turn.h). Of jobs with
 * deaths only one runs at a time, so that the cause of a further death is known. No owner takes a
 * job from itself. History and progress that are later than the snapshot are deleted: the run
 * repeats them. ST_NOT_FOUND: no job is queued. */
enum status store_job_claim(struct job *out, struct lease *lease, struct store *s,
                            const char *owner, struct err *e);
/* The last snapshot of a job, malloc'ed, owned by the caller; NULL: it has none. */
enum status store_job_snapshot(uint8_t **snapshot, size_t *len, struct store *s, const char *id,
                               struct err *e);

/* A lease in store_leases_renew(). */
struct lease_renewal {
    struct lease lease;
    bool stalled; /* in: its job does not go on; the lease ends at its time, for anybody */
    bool lost;    /* out: it is not in force */
    bool cancel;  /* out: the job is to be cancelled */
};
/* Renews the leases of a process with one statement for every 16 of them. Does not wait for the
 * disk. On an error the results are undefined. */
enum status store_leases_renew(struct lease_renewal *r, int n, struct store *s, const char *owner,
                               struct err *e);
/* Whether a job could be taken from another owner: its lease ended. */
enum status store_leases_ended(bool *any, struct store *s, const char *owner, struct err *e);
/* Called when a claimed job begins to run, and when it ends. The time between counts for the
 * LIMIT_TRAINING of the key that submitted it. */
void store_training_begin(struct store *s, int64_t key);
void store_training_end(struct store *s, int64_t key);
/* Returns one job to the queue, with its snapshot, when the process is about to end. */
enum status store_job_release(struct store *s, const struct lease *l, struct err *e);
/* The progress of a running job. Borrowed. */
struct job_advance {
    struct job_progress progress;
    int first_epoch; /* number of the epoch of loss[0], from 1 */
    int epochs;
    const double *loss, *validation; /* (epochs) validation may be NULL: none was measured */
    const uint8_t
        *snapshot; /* of the training state after these epochs; NULL: the last one stays */
    size_t snapshot_len;
};
/* Writes snapshot, progress and history in one transaction. *cancel: whether the job is to be
 * cancelled. */
enum status store_job_checkpoint(bool *cancel, struct store *s, const struct lease *l,
                                 const struct job_advance *a, struct err *e);
/* Records the arithmetic in which a job runs from now on. */
enum status store_job_set_arithmetic(struct store *s, const struct lease *l, const char *arithmetic,
                                     struct err *e);
/* Restarts a running job without its snapshot, history and progress; note is the reason. */
enum status store_job_restart(struct store *s, const struct lease *l, const char *note,
                              struct err *e);
/* Cancels a job: a queued one at once, a running one by its flag. ST_CONFLICT: it has ended. out:
 * the job afterwards. */
enum status store_job_cancel(struct job *out, struct store *s, const char *id, struct err *e);
/* running -> failed or cancelled; deletes the snapshot. error: problem JSON or NULL. */
enum status store_job_fail(struct store *s, const struct lease *l, enum job_state final,
                           const char *error, struct err *e);
/* The result of a job that makes no model: two JSON texts, borrowed. */
struct job_result {
    const char *metrics, *result;
};
/* running -> succeeded for a job that makes no model, with the rest of its history and its
 * result. */
enum status store_job_complete(struct store *s, const struct lease *l, const struct job_advance *a,
                               const struct job_result *r, struct err *e);
/* *json malloc'ed; NULL: the job has none (yet). */
enum status store_job_result(char **json, struct store *s, const char *id, struct err *e);
/* Deletes a job that has ended, with its history and result. Its Idempotency-Key becomes free; a
 * model that it made stays. ST_CONFLICT: it is queued or running. ST_NOT_FOUND. */
enum status store_job_delete(struct store *s, const char *id, struct err *e);
/* Losses of up to `most` epochs from first_epoch (1-based) on. *loss, *validation (n): malloc'ed,
 * NaN where there is none. */
enum status store_job_history(double **loss, double **validation, int *n, struct store *s,
                              const char *id, int first_epoch, int most, struct err *e);

/* ---- models ---- */

/* The alias whose version serves requests without a version; and the name that always means the
 * newest version, which is not allowed as an alias. */
#define ALIAS_SERVES "production"
#define ALIAS_LATEST "latest"

/* Names a version of a model. If all members are zero, it is the one that serves: that of the alias
 * "production" if there is one, otherwise the newest. */
struct version_ref {
    int64_t number;    /* 0: by alias */
    const char *alias; /* borrowed; or NULL */
};
static inline struct version_ref version_number(int64_t number)
{
    return (struct version_ref){.number = number};
}

struct model_version {
    char name[NAME_MAX_LEN + 1];
    int64_t version;
    char *task, *dataset, *job; /* dataset, job: NULL for an imported one */
    int64_t created_at;
    char *params;  /* JSON object */
    char *metrics; /* JSON object or NULL */
    char *details; /* JSON object: series or tags, for the response to GET */
    int64_t parameter_count, bytes;
    char digest[DIGEST_LEN + 1]; /* SHA-256 of the checkpoint: the ETag */
    int64_t num_versions;
    int64_t serving, newest; /* of the model: the version that serves, and the newest one */
    char *aliases;           /* of the model: JSON object {"production":3}; never NULL */
};
void model_version_release(struct model_version *m);
struct model_list {
    int count;
    struct model_version *items;
};
void model_list_release(struct model_list *l);

/* Decides which version serves after a job has made a new one. */
struct model_promotion {
    int64_t serving;    /* the version that served when this was decided; 0: none */
    bool serves;        /* the new version is to serve; false: the old one still serves */
    const char *report; /* JSON object, for the job; borrowed */
};
struct model_submission {
    const char *name, *task, *dataset;
    /* JSON texts; NULL where model_version allows NULL. */
    const char *params, *metrics, *details, *evaluation;
    int64_t parameter_count;
    const uint8_t *checkpoint; /* borrowed */
    size_t checkpoint_len;
    /* Condition on the digest of the version that serves when it is written; borrowed, or NULL. */
    const struct precondition *precondition;
    /* Only of a job; borrowed, or NULL: the aliases stay as they are. */
    const struct model_promotion *promotion;
};
/* Stores the next version of a name. Version numbers are never used again, even after a version is
 * deleted. ST_PRECONDITION; ST_CONFLICT when the name has another task. */
enum status store_model_put(int64_t *version, struct store *s, const struct model_submission *m,
                            struct err *e);
/* The same, and running -> succeeded for the job, with the rest of its history and the promotion,
 * in one transaction: all happen or none. Also ST_PRECONDITION if a version other than
 * promotion->serving serves by now: the caller must decide again. */
enum status store_job_succeed(int64_t *version, struct store *s, const struct lease *l,
                              const struct job_advance *a, const struct model_submission *m,
                              struct err *e);
/* version 0: the one that serves. ST_NOT_FOUND with "did you mean", or with the versions that
 * exist. */
enum status store_model_get(struct model_version *out, struct store *s, const char *name,
                            int64_t version, struct err *e);
/* The same by number or alias; ST_NOT_FOUND lists the existing aliases. */
enum status store_model_find(struct model_version *out, struct store *s, const char *name,
                             struct version_ref ref, struct err *e);
/* The version of each name that serves; names: a pattern, NULL: all. */
enum status store_model_list(struct model_list *out, struct store *s, const char *names,
                             const char *after, int limit, struct err *e);
enum status store_model_versions(struct model_list *out, struct store *s, const char *name,
                                 int64_t before, int limit,
                                 struct err *e); /* newest first; before 0: all */
enum status store_model_checkpoint(uint8_t **bytes, size_t *len, struct store *s, const char *name,
                                   int64_t version, struct err *e); /* version > 0 */
enum status store_model_evaluation(char **json, struct store *s, const char *name, int64_t version,
                                   struct err *e); /* *json NULL: none was stored */
/* version 0: all versions, with their aliases. ST_CONFLICT: the version has an alias, or a job that
 * has not ended starts from it. */
enum status store_model_delete(struct store *s, const char *name, int64_t version, struct err *e);

/* ---- removing old data ---- */

struct retired_version {
    char name[NAME_MAX_LEN + 1];
    int64_t version; /* 0: none was removed */
};
/* Removes one version: the oldest of a model that is not among its newest `keep`, has no alias, and
 * is not the start of a queued or running job. keep 0: removes none. */
enum status store_retire_version(struct retired_version *out, struct store *s, int64_t keep,
                                 struct err *e);
/* Removes some of the jobs that ended before a time, ms since 1970; *count: how many; 0: there are
 * no more. */
enum status store_retire_jobs(int *count, struct store *s, int64_t before, struct err *e);

/* ---- aliases ---- */

enum { ALIASES_MAX = 100, ALIAS_ETAG_LEN = 32 };
struct model_alias {
    char model[NAME_MAX_LEN + 1], name[NAME_MAX_LEN + 1];
    int64_t version;
    int64_t created_at, updated_at; /* ms since 1970 */
    char etag[ALIAS_ETAG_LEN + 1];
};
struct alias_list {
    int count;
    struct model_alias *items;
};
void alias_list_release(struct alias_list *l);
/* Whether name may be the name of an alias: a valid name, but not a number and not "latest". */
bool alias_name_ok(const char *name);
struct alias_submission {
    const char *model, *name;
    struct version_ref version;
    const struct precondition *precondition; /* condition on the alias, or NULL */
};
/* Makes or moves an alias; *created: whether it is new. ST_NOT_FOUND: no such model or version.
 * ST_PRECONDITION; ST_CONFLICT: the model has ALIASES_MAX. */
enum status store_alias_put(struct model_alias *out, bool *created, struct store *s,
                            const struct alias_submission *a, struct err *e);
enum status store_alias_get(struct model_alias *out, struct store *s, const char *model,
                            const char *name, struct err *e);
/* Lists aliases by name, from the first after `after` ("": all). */
enum status store_alias_list(struct alias_list *out, struct store *s, const char *model,
                             const char *after, int limit, struct err *e);
enum status store_alias_delete(struct store *s, const char *model, const char *name, struct err *e);

/* Counts for /metrics: data sets, models, versions, and bytes of the database file with its log. */
enum status store_totals(int64_t *datasets, int64_t *models, int64_t *versions, int64_t *bytes,
                         struct store *s, struct err *e);
/* The disk of the database: bytes free for this process, and its size; -1: unknown. */
void store_disk(int64_t *free_bytes, int64_t *size, const struct store *s);
/* When store_backup() last copied this database, ms since 1970; 0: never, or it could not be noted
 * (PATH.last-backup, beside the database). */
int64_t store_last_backup(const struct store *s);

/* ---- keys ---- */

/* "lstmd_" and 43 characters of base64url: 256 random bits. */
enum { KEY_TEXT_LEN = 49 };
enum { KEYS_MAX = 1000 };

struct key {
    struct access access;
    int64_t created_at;
    int64_t revoked_at, last_used_at; /* 0: not yet; last_used_at is exact to about a minute */
};
struct key_list {
    int count;
    struct key *items;
};
void key_list_release(struct key_list *l);

enum key_state { KEY_ACTIVE, KEY_EXPIRED, KEY_REVOKED };
enum key_state key_state(const struct key *k, int64_t now);
const char *key_state_name(enum key_state st);

/* Makes a key with the name, scopes, names and expires_at of who. text: the key, which is not
 * stored. ST_CONFLICT: a key of that name is in force, or KEYS_MAX are. */
enum status store_key_add(char text[KEY_TEXT_LEN + 1], struct key *out, struct store *s,
                          const struct access *who, struct err *e);
/* Lists keys by number, revoked ones included, from the first after `after` (0: all). */
enum status store_key_list(struct key_list *out, struct store *s, int64_t after, int limit,
                           struct err *e);
/* The key of that name that is in force, otherwise the one that was revoked last. ST_NOT_FOUND. */
enum status store_key_get(struct key *out, struct store *s, const char *name, struct err *e);
/* Revokes a key: at once for this process, and within half a second for a daemon with the same
 * database. ST_NOT_FOUND: no key of that name is in force. */
enum status store_key_revoke(struct store *s, const char *name, struct err *e);

/* Reads memory, without waiting for the database, as store_key_find() does. Returns whether there
 * is any key, even a revoked or expired one: a store that has had a key stays closed to requests
 * without one. */
bool store_keys_needed(struct store *s);
/* The same for a store that was opened as_is, from the table; false when that cannot be read. */
bool store_has_keys(struct store *s);
/* Finds the owner of a key by its text; *state: whether the key is in force. Returns false for an
 * unknown key. */
bool store_key_find(struct access *out, enum key_state *state, struct store *s, const char *text);

/* SHA-256 as 64 hex digits. */
void digest_hex(char out[DIGEST_LEN + 1], const void *p, size_t n);

#endif
