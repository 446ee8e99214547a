/* cell_number.h - reads numbers as people and programs write them in tables.
 *
 * "1,234" is a thousand or a little more than one. A single cell does not show which, but a column
 * mostly does: each cell gives the set of styles that it fits, and only styles that fit all cells
 * remain. */
#ifndef SERVER_DATA_TABLE_CELL_NUMBER_H
#define SERVER_DATA_TABLE_CELL_NUMBER_H

#include "server/data/table/number_affix.h"

enum number_style {
    NUMBER_POINT = 1,        /* 1234.5, 1.5e3 */
    NUMBER_POINT_COMMA = 2,  /* 1,234.5 */
    NUMBER_POINT_SPACE = 4,  /* 1 234.5, 1'234.5 */
    NUMBER_COMMA = 8,        /* 1234,5 */
    NUMBER_COMMA_POINT = 16, /* 1.234,5 */
    NUMBER_COMMA_SPACE = 32, /* 1 234,5 */
    NUMBER_BOOLEAN = 64,     /* true, false, yes, no */
    NUMBER_CODED = 128,      /* +0100,5: tenths and a code of their quality (NOAA's ISD); +9999,9 */
    NUMBER_ANY = 255
};
enum { NUMBER_POINTS = 7, NUMBER_COMMAS = 56 }; /* masks by the separator before decimals */

/* Empty, NA, NaN, null, #N/A, -, ... */
bool cell_missing(struct cell c);
/* The styles in which a cell that is not missing is a finite number; 0: none. affix (may be NULL):
 * the text around the digits. */
unsigned cell_number_styles(struct cell c, struct number_affix *affix);
/* The value of the cell in a style; NaN when it is missing. Returns false when it is not a number
 * in that style. Brackets mean negative; "12 %" is 12. */
bool cell_number(double *out, struct cell c, enum number_style style);
/* Reads a whole number without decimals or affixes, of at most 15 digits. */
bool cell_integer(int64_t *out, struct cell c);
/* "1,234.5": an example of the style, for messages. */
const char *number_style_example(enum number_style style);

#endif
