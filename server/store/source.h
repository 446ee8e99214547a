/* source.h - where data sets come from that the daemon fetches itself: the schedule and what became
 * of the last fetch. What a specification means is known to server/sources alone. */
#ifndef SERVER_STORE_SOURCE_H
#define SERVER_STORE_SOURCE_H

#include "server/store/store.h"

enum { SOURCE_FIELD_MAX = 256 };

struct source {
    int64_t token; /* another one whenever the source is replaced */
    char name[NAME_MAX_LEN + 1];
    char *spec, *parameters;          /* JSON objects. Owned */
    char identity[DIGEST_LEN + 1];    /* of what is fetched, whatever the schedule */
    char key[ACCESS_NAME_MAX + 1];    /* that stored it; "": of the configuration, or none */
    int64_t every;                    /* ms */
    int64_t created_at, requested_at; /* ms since 1970 */
    int64_t next_at;                  /* ms */
    int64_t until;                    /* ms; a fetch is under way; 0: none */
    int64_t fetched_at, changed_at;   /* ms; 0: never */
    int64_t failures;                 /* in a row */
    char *notes;                      /* JSON list, or NULL. Owned */
    char *error;                      /* problem JSON; NULL: the last fetch succeeded. Owned */
    char etag[SOURCE_FIELD_MAX];      /* of the last content; "": none */
    char modified[SOURCE_FIELD_MAX];  /* its Last-Modified; "": none */
    char content[DIGEST_LEN + 1];     /* its SHA-256; "": none */
    char dataset[DIGEST_LEN + 1];     /* digest of the data set after it; "": none */
    int64_t position;                 /* newest time stamp, s; 0: none */
};
void source_release(struct source *s);

struct source_submission {
    const char *name, *spec, *parameters, *identity;
    const struct access *key; /* NULL: none */
    int64_t every;
    const struct precondition *precondition; /* on the data set of that name, or NULL */
};
/* Stores or replaces the source of a data set, due at once. With the same identity, what is known
 * of the content stays known. *out: as stored. ST_PRECONDITION. */
enum status store_source_put(struct source *out, struct store *s,
                             const struct source_submission *sub, struct err *e);
/* ST_NOT_FOUND. */
enum status store_source_get(struct source *out, struct store *s, const char *name, struct err *e);
/* *found: whether there is one. */
enum status store_source_find(struct source *out, bool *found, struct store *s, const char *name,
                              struct err *e);
/* ST_NOT_FOUND. A fetch under way then changes nothing any more. */
enum status store_source_delete(struct store *s, const char *name, struct err *e);
/* Takes a replacement back: the source before is there again, or none. Nothing, when the token is
 * not that of the present source. */
enum status store_source_undo(struct store *s, const char *name, int64_t token, struct err *e);
/* Makes it due at once. ST_NOT_FOUND. */
enum status store_source_request(struct source *out, struct store *s, const char *name,
                                 struct err *e);

/* Ends the claims of a process that has died, if this one has the database to itself. */
enum status store_source_take_back(struct store *s, struct err *e);
/* Claims the source that has been due longest, for lease_ms. *found: whether one is due. *next:
 * when the next one is, ms since 1970; INT64_MAX: there is none. */
enum status store_source_claim(struct source *out, bool *found, int64_t *next, struct store *s,
                               int64_t lease_ms, struct err *e);
/* From now on, what this thread writes to data sets is the content of the source with that token:
 * ST_CONFLICT when that is not in force. 0: it is a client's, and ends the source of a data set
 * that it replaces. */
enum status store_source_act(struct store *s, int64_t token, struct err *e);
/* Writes the result of a fetch, and ends the claim: next_at, fetched_at, changed_at, failures,
 * error, etag, modified, content, dataset, position, notes. Nothing, when the token is not in
 * force. */
enum status store_source_finish(struct store *s, const struct source *result, struct err *e);

/* Of how many data sets there are sources, and of how many the last fetch failed. */
enum status store_source_counts(int64_t *all, int64_t *failing, struct store *s, struct err *e);

#endif
