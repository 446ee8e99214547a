/* json_lists.h - the long lists of numbers of a document, as doubles instead of a tree node each.
 * Private to formats/. */
#ifndef FORMATS_JSON_LISTS_H
#define FORMATS_JSON_LISTS_H

#include "server/buf.h"
#include "server/formats/json.h"

/* A number that has been found to follow the grammar, n < 64 bytes at s: its value, exactly as
 * strtod() gives it; infinite when it is too large. */
double json_number_value(const char *s, size_t n);

/* The number that a text of at least one character begins with, when it is as nearly all are: no exponent,
 * at most 15 digits, and something behind it. Its length, else 0, which says nothing about it. */
size_t json_short_number(double *out, const char *s, const char *end);

/* Begins a list; what is added belongs to it. */
enum status json_lists_begin(struct json_lists *l, struct err *e);
enum status json_lists_grow(struct json_lists *l, struct err *e); /* for json_lists_add() */
static inline enum status json_lists_add(struct json_lists *l, double v, struct err *e)
{
    enum status st = l->num_values < l->values_cap ? ST_OK : json_lists_grow(l, e);

    if (!st)
        l->values[l->num_values++] = v;
    return st;
}
/* Takes the list that was begun last back again. */
void json_lists_undo(struct json_lists *l);
/* List i: its numbers, borrowed, and how many. */
const double *json_lists_get(const struct json_lists *l, size_t i, size_t *count);

#endif
