/* json_body.h - a request body that is a JSON object with data in it: series or sentences, and
 * other members.
 *
 * The text is read once: what is data becomes a series_set or a tagged_set at once, and of the rest
 * a tree is made. A body of 60 MB so needs no tree of its numbers. */
#ifndef SERVER_FORMATS_JSON_BODY_H
#define SERVER_FORMATS_JSON_BODY_H

#include "server/data/data.h"

#include <cjson/cJSON.h>

struct json_body_options {
    const char *default_id; /* of a series without id, where there is one; borrowed */
    const char *const
        *others; /* further members at the root, NULL-terminated; NULL: none, and no tree is made */
    bool sentences; /* the data may be "sentences", too */
    const struct data_limits *limits;
};

/* Zeroed is empty and valid. */
struct json_body {
    cJSON
        *tree; /* owned: the object, where every member that is data is null; NULL without others */
    enum data_kind kind;
    struct series_set series;
    struct tagged_set tagged;
    enum status st; /* what is wrong with the data, which err holds: the sets are empty then */
    struct err err;
};

/* The body's text. ST_MALFORMED with line and column unless it is one JSON document as json_read()
 * takes it, ST_INVALID when it is no object, ST_TOO_LARGE when the other members would take more
 * than json_tree_memory(). What is wrong with the data is no error here: whoever takes the data
 * gets it. out is empty on error. */
enum status json_body_read(struct json_body *out, const struct json_body_options *o,
                           const char *bytes, size_t len, struct err *e);
void json_body_release(struct json_body *b);

/* Moves the data out of b. Series: {"values":…,"start","frequency","covariates"} or {"series":[…]},
 * with "columns" (names) where a row is a list: [[1,2],[3,4]]. Sentences:
 * {"sentences":[{"tokens":[…],"tags":[…]}]}, with tags (= upos), upos, xpos, each of which may be
 * left out or hold nulls. ST_INVALID with the JSON pointer of what is wrong, or of a member at the
 * root that nobody knows; ST_TOO_LARGE above a limit, or when the values take more than
 * data_memory(). */
enum status json_body_series(struct series_set *out, struct json_body *b, struct err *e);
enum status json_body_tagged(struct tagged_set *out, struct json_body *b, struct err *e);

#endif
