/* json_tagged.h - reads tagged sentences out of a JSON document, while the document is read.
 * Private to formats/.
 *
 * As in json_series.h, errors of the sentences are kept while reading goes on. */
#ifndef SERVER_FORMATS_JSON_TAGGED_H
#define SERVER_FORMATS_JSON_TAGGED_H

#include "server/data/data.h"
#include "server/formats/json_reader.h"

enum tagged_member { TOKENS, TAGS, UPOS, XPOS, TAGGED_MEMBERS };

/* A list of strings as it was read. */
struct string_list {
    char kind;   /* first character of the value; 0: there was none */
    char **item; /* the array is owned, its strings belong to the set; NULL for null */
    int capacity;
    size_t count;      /* elements, whether they were kept or not */
    enum status st;    /* error of the first wrong element */
    size_t wrong_at;   /* index of that element */
    struct err *fault; /* description of that error; owned, or NULL */
};

struct tagged_reader {
    struct json_reader *json; /* borrowed */
    struct tagged_set *out;   /* borrowed */
    const struct data_limits *limits;
    size_t len; /* of the text */
    size_t tokens;
    int empty, first_empty; /* sentences without a token, which are left out; number of the first */
    struct buf text;        /* the string that was read last */
    struct string_list list[TAGGED_MEMBERS]; /* of the sentence that is being read */
    enum status st; /* the first error of the sentences, described in err */
    struct err err;
};

void tagged_reader_init(struct tagged_reader *r, struct tagged_set *out, struct json_reader *json,
                        const struct data_limits *limits, size_t len);
void tagged_reader_release(struct tagged_reader *r);
/* Reads the value of "sentences". */
void tagged_read_list(struct tagged_reader *r);

#endif
