/* model_choice.h - the taggers of the server, from its list of models; and the one that a client
 * means. Private to udpipe/. */
#ifndef SERVER_PROTOCOLS_UDPIPE_MODEL_CHOICE_H
#define SERVER_PROTOCOLS_UDPIPE_MODEL_CHOICE_H

#include <cjson/cJSON.h>
#include <lstm/buf.h>

/* All zero before the first page. */
struct model_choice {
    const char
        *wanted;      /* a name or the beginning of one; NULL: only the default counts; borrowed */
    char found[128];  /* the first tagger that is wanted; "" */
    char newest[128]; /* the tagger that was trained last, which is the default; "" */
    char newest_at[40]; /* when */
    struct buf list;    /* {"NAME":["tokenizer","tagger"],... without its end; or empty */
};

/* Takes the taggers of one page of GET /v1/models. wanted fits a name that it equals or that begins
 * with it and "-", as in the service: "english" fits "english-ewt". */
void model_choice_add(struct model_choice *c, const cJSON *page);
void model_choice_release(struct model_choice *c);

#endif
