/* sources_config.h - what the fetches of sources need of the rest of the program. */
#ifndef SERVER_SOURCES_SOURCES_CONFIG_H
#define SERVER_SOURCES_SOURCES_CONFIG_H

#include "server/client/outbound.h"
#include "server/store/source.h"

/* What was fetched, for the code of uploads. Borrowed. */
struct source_content {
    const char *name;       /* of the data set */
    const char *parameters; /* JSON object: of the upload's query */
    const char *type;       /* Content-Type, complete, or "" */
    const char *body;       /* followed by a NUL */
    size_t len;
    bool append; /* rows to append, instead of the whole content */
};
/* Stores it. *answer: the JSON of the response to an upload, malloc'ed, or NULL when out of memory:
 * the data set with its notes or, on an error, the problem. Called on a thread of sources. */
typedef enum status source_apply(void *ctx, const struct source_content *c, char **answer);

/* Why and when a fetch is to stop. */
struct fetch_stop {
    bool (*over)(void *ctx);
    void *ctx;
};

struct sources_config {
    struct outbound_rules rules;
    size_t max_bytes; /* of one answer */
    source_apply *apply;
    void *apply_ctx;
    /* Writes an error as a problem document; malloc'ed. */
    char *(*problem_text)(const struct err *e, const char *instance);
    /* Called after each fetch, on any thread. May be NULL. */
    void (*on_change)(void *ctx, const char *name);
    void *on_change_ctx;
    /* Other work by a schedule, on a thread of sources while no fetch is due. Does one thing that
     * is due; returns when to be called again, in ms from now. May be NULL. */
    int64_t (*also)(void *ctx, const struct fetch_stop *stop);
    void *also_ctx;
};

#endif
