/* tag_render.h - the options of a tag request, and its response. Private to api/. */
#ifndef SERVER_API_TAG_RENDER_H
#define SERVER_API_TAG_RENDER_H

#include "server/api/api.h"
#include "server/formats/words.h"

/* A tag request and its results. */
struct tagging {
    const struct model *model; /* a reference */
    const char *media;         /* media type of the response */
    bool ranges;               /* TokenRange in CoNLL-U */
    bool all_scores, probabilities;
    int top_k; /* 0: not requested */
    enum text_input input;
    struct tagged_set set; /* the sentences; owned */
    int64_t tokens;
    int64_t texts_tokens;               /* of the texts read so far */
    struct tag_output out[TAG_COLUMNS]; /* (tokens) of each column that the model has; owned */
};

/* The column that is "tags" in the response: UPOS when the model has both. */
enum tag_column tagging_main(const struct tagging *t);
void tagging_send_json(struct http_res *rs, const struct tagging *t);
/* Sends CoNLL-U, in which the model's columns are set and everything else is unchanged, or "word
 * TAB tag". Changes t->set. */
void tagging_send_lines(struct http_res *rs, struct tagging *t);

#endif
