/* newest.h - the present content of a model's data set. If it continues the training data, a
 * forecast without histories of its own starts after its newest observation. Private to api/. */
#ifndef SERVER_API_NEWEST_H
#define SERVER_API_NEWEST_H

#include "server/api/api.h"
#include "server/models/model_cache.h"
#include "server/models/panel.h"

struct newest {
    struct series_set set;
    struct panel_data panel; /* of set; empty when the data set has not changed */
    int *at;    /* (series of the model) index of the series in panel; -1: none. Owned */
    bool apart; /* the data set has changed, and does not continue some series */
    char digest[DIGEST_LEN + 1]; /* of the data set that was read, or "" */
};

/* Reads the data set that m was trained on, when it exists, has changed since or m keeps no
 * history, and the request's key may read it. Otherwise *out stays empty. ST_NOMEM, ST_INTERNAL. */
enum status newest_read(struct newest *out, struct app *app, const struct http_req *rq,
                        const struct model *m, struct err *e);
void newest_release(struct newest *n);
/* The lane for reading that data set. */
enum http_lane newest_lane(struct store *s, const struct model *m);

#endif
