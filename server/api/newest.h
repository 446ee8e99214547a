/* newest.h - what the data set of a model holds by now. Where it has gone on since the training, a
 * forecast without histories of its own begins behind its newest observation. Private to api/. */
#ifndef SERVER_API_NEWEST_H
#define SERVER_API_NEWEST_H

#include "server/api/api.h"
#include "server/models/model_cache.h"
#include "server/models/panel.h"

struct newest {
    struct series_set set;
    struct panel_data panel; /* of set; empty where the data set has not changed */
    int *at;                 /* (series of the model) which series of the panel; -1: none. Owned */
    bool apart;              /* the data set has other data, and a series does not go on in it */
    char digest[DIGEST_LEN + 1]; /* of the data set that was read; "" */
};

/* Reads the data set that m was trained on, when it is there, may be read with the request's key,
 * and has other data by now. Else *out stays empty. ST_NOMEM, ST_INTERNAL. */
enum status newest_read(struct newest *out, struct app *app, const struct http_req *rq,
                        const struct model *m, struct err *e);
void newest_release(struct newest *n);
/* The lane to read it in. */
enum http_lane newest_lane(struct store *s, const struct model *m);

#endif
