/* json_series.h - reads series out of a JSON document while it is read. Private to formats/.
 *
 * What is wrong with the series is kept in the reader: the document goes on being read, since one
 * that is no JSON is refused for that first. Of several faults of a series the same one is found
 * whatever the order of its members is. */
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

/* A list of numbers, or of rows of numbers, whose values are in the scratch from first on. */
struct number_list {
    char kind;    /* first character of the value that was found; 0: there was none */
    size_t first; /* place of its values in the scratch */
    size_t count; /* its elements, whether their values were kept or not */
    enum { RIGHT, WRONG_VALUE, WRONG_ROW } wrong;
    size_t wrong_at; /* the first element that is wrong */
};

struct text_member {
    char kind;  /* as above */
    char *text; /* owned; NULL unless it is a string */
};

/* The members of one object, as they were found. */
struct series_object {
    struct text_member id, start, frequency, open, anchor, date_format;
    struct number_list values;
    char covariates_kind;
    size_t num_covariates; /* all; the first COVARIATES_MAX + 1 are kept */
    struct {
        char *name; /* owned */
        struct number_list list;
    } covariates[COVARIATES_MAX + 1];
    struct json_name unknown; /* at: NULL when there is none */
};

struct series_reader {
    struct json_reader *json; /* borrowed */
    struct series_set *out;   /* borrowed */
    const struct data_limits *limits;
    size_t len;      /* of the text */
    size_t memory;   /* bytes that the values may still take */
    double *scratch; /* owned: values of the object that is being read */
    size_t used, capacity;
    struct buf text; /* the string that was read last */
    struct series_object object;
    enum status st; /* the first fault of the series, which err holds */
    struct err err;
};

void series_reader_init(struct series_reader *r, struct series_set *out, struct json_reader *json,
                        const struct data_limits *limits, size_t len);
void series_reader_release(struct series_reader *r);

/* Forgets what was read of the series, for when it is read a second time; the set is the caller's
 * to empty. */
void series_begin_again(struct series_reader *r);

/* Reads the value of a member of r->object: ID to COVARIATES. */
void series_read_member(struct series_reader *r, enum series_member m);
/* Value columns: those of the set but for the covariates. */
size_t series_num_targets(const struct series_reader *r);
/* Appends r->object to the set; see series_add_object(), which calls it. The fault is in r->err. */
enum status series_from_object(struct series_reader *r, const char *place, const char *default_id);
/* Appends r->object, whose place in the document is place ("" for the root), to the set, and clears
 * it. default_id: of an object without one; NULL where it must have one. */
void series_add_object(struct series_reader *r, const char *place, const char *default_id);
/* Reads the value of "series": a list of objects, each of which becomes a series. */
void series_read_list(struct series_reader *r);
/* The names of the value columns, at the value of "columns"; before any values. */
enum status series_read_columns(struct series_reader *r, struct err *e);
/* One column, "value". */
enum status series_one_column(struct series_reader *r, struct err *e);

/* ST_INVALID: n is no member of the object at pointer ("" for the root), which has the count first
 * of names. */
enum status json_unknown_member(const struct json_name *n, const char *const *names, size_t count,
                                const char *pointer, struct err *e);

#endif
