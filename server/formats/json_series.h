/* json_series.h - reads series out of a JSON document, while the document is read. Private to
 * formats/.
 *
 * Errors of the series are kept in the reader while reading goes on, since a document that is not
 * JSON is refused for that first. Of several errors in a series the same one is reported, whatever
 * the order of its members. */
#ifndef SERVER_FORMATS_JSON_SERIES_H
#define SERVER_FORMATS_JSON_SERIES_H

#include "server/data/data.h"
#include "server/formats/json_reader.h"

#include <lstm/forecaster.h>

enum series_member {
    ID,
    VALUES,
    START,
    FREQUENCY,
    OPEN,
    ANCHOR,
    DATE_FORMAT,
    COVARIATES,
    COLUMNS,
    SERIES,
    SERIES_MEMBERS
};
extern const char *const series_member_names[]; /* ends with NULL */

/* A list of numbers, or of rows of numbers. Its values are in the scratch buffer. */
struct number_list {
    char kind;    /* first character of the value; 0: there was none */
    size_t first; /* index of its first value in the scratch buffer */
    size_t count; /* its elements, whether their values were kept or not */
    enum { RIGHT, WRONG_VALUE, WRONG_ROW } wrong;
    size_t wrong_at; /* index of the first wrong element */
};

struct text_member {
    char kind;  /* as above */
    char *text; /* owned; NULL unless it is a string */
};

/* The members of one object, as they were read. */
struct series_object {
    struct text_member id, start, frequency, open, anchor, date_format;
    struct number_list values;
    char covariates_kind;
    size_t num_covariates; /* in the object; the first COVARIATES_MAX + 1 are kept */
    struct {
        char *name; /* owned */
        struct number_list list;
    } covariates[COVARIATES_MAX + 1];
    struct json_name unknown; /* the first unknown member; at is NULL when there is none */
};

struct series_reader {
    struct json_reader *json; /* borrowed */
    struct series_set *out;   /* borrowed */
    const struct data_limits *limits;
    size_t len;      /* of the text */
    size_t memory;   /* bytes that further values may take */
    double *scratch; /* values of the object that is being read; owned */
    size_t used, capacity;
    struct buf text; /* the string that was read last */
    struct series_object object;
    enum status st; /* the first error of the series, described in err */
    struct err err;
};

void series_reader_init(struct series_reader *r, struct series_set *out, struct json_reader *json,
                        const struct data_limits *limits, size_t len);
void series_reader_release(struct series_reader *r);

/* Forgets what was read of the series, before they are read a second time. The caller empties the
 * set. */
void series_begin_again(struct series_reader *r);

/* Reads the value of a member of r->object: ID to COVARIATES. */
void series_read_member(struct series_reader *r, enum series_member m);
/* Number of value columns: those of the set that are not covariates. */
size_t series_num_targets(const struct series_reader *r);
/* Appends r->object to the set, for series_add_object(). The error is in r->err. */
enum status series_from_object(struct series_reader *r, const char *place, const char *default_id);
/* Appends r->object to the set, and clears it. place: of the object in the document, "" for the
 * root. default_id: for an object without id; NULL when it must have one. */
void series_add_object(struct series_reader *r, const char *place, const char *default_id);
/* Reads the value of "series": a list of objects, each of which is a series. */
void series_read_list(struct series_reader *r);
/* Reads the value of "columns", the names of the value columns. Called before any values are
 * read. */
enum status series_read_columns(struct series_reader *r, struct err *e);
/* Sets a single column, "value". */
enum status series_one_column(struct series_reader *r, struct err *e);

/* ST_INVALID: n is not a member of the object at pointer ("" for the root), which has the first
 * `count` of names. */
enum status json_unknown_member(const struct json_name *n, const char *const *names, size_t count,
                                const char *pointer, struct err *e);

#endif
