/* json_body.h - a request body that is a JSON object with data in it: series or sentences, and
 * other members.
 *
 * The text is read once. Data become a series_set or a tagged_set directly, and the other members a
 * tree, so that a body of 60 MB needs no tree of its numbers. */
#ifndef SERVER_FORMATS_JSON_BODY_H
#define SERVER_FORMATS_JSON_BODY_H

#include "server/data/data.h"

#include <cjson/cJSON.h>

struct json_body_options {
    const char *default_id; /* of a single series without id; borrowed */
    const char *const
        *others;    /* other members of the root, NULL-terminated; NULL: none, and no tree */
    bool sentences; /* "sentences" are accepted too */
    const struct data_limits *limits;
};

/* A zeroed one is empty and valid. */
struct json_body {
    cJSON *tree; /* the object, with null for every data member; NULL without others; owned */
    enum data_kind kind;
    struct series_set series;
    struct tagged_set tagged;
    int empty_sentences, first_empty; /* left out of tagged; number of the first one, from 0 */
    enum status st; /* error of the data, described in err; the sets are empty then */
    struct err err;
};

/* Reads the text of a body. ST_MALFORMED with line and column unless it is one JSON document by the
 * rules of json_read(); ST_INVALID when it is not an object; ST_TOO_LARGE when the other members
 * would take more than json_tree_memory(). Errors of the data are not returned here but to the
 * caller that takes the data. out is empty on error. */
enum status json_body_read(struct json_body *out, const struct json_body_options *o,
                           const char *bytes, size_t len, struct err *e);
void json_body_release(struct json_body *b);

/* Moves the data out of b. Series: {"values":…,"start","frequency","covariates"} or {"series":[…]},
 * with "columns" (names) when a row is a list: [[1,2],[3,4]]. Sentences:
 * {"sentences":[{"tokens":[…],"tags":[…]}]}, with tags (= upos), upos, xpos; each may be missing or
 * hold nulls. ST_INVALID with the JSON pointer of the error, or of an unknown member of the root;
 * ST_TOO_LARGE above a limit, or when the values take more than data_memory(). */
enum status json_body_series(struct series_set *out, struct json_body *b, struct err *e);
enum status json_body_tagged(struct tagged_set *out, struct json_body *b, struct err *e);

#endif
