/* cell_number.h - numbers as people and programs write them into tables.
 *
 * "1,234" is a thousand or a little more than one. A cell alone cannot tell, a column mostly can:
 * each cell gives the set of styles that it fits, and what fits all cells of the column is left. */
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
    NUMBER_ANY = 127
};
enum { NUMBER_POINTS = 7, NUMBER_COMMAS = 56 }; /* by what stands before the decimals */

/* Empty, NA, NaN, null, #N/A, -, ... */
bool cell_missing(struct cell c);
/* The styles in which a cell that is not missing is a finite number; 0: none. affix (may be NULL):
 * what stands around the digits. */
unsigned cell_number_styles(struct cell c, struct number_affix *affix);
/* The value of the cell in a style, NaN where it is missing. False: it is no number in that style.
 * Brackets make negative; of "12 %" the value is 12. */
bool cell_number(double *out, struct cell c, enum number_style style);
/* A whole number without decimals or affixes, of at most 15 digits. */
bool cell_integer(int64_t *out, struct cell c);
/* "1,234.5": how such numbers are written, for messages. */
const char *number_style_example(enum number_style style);

#endif
