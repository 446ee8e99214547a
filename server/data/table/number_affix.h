/* number_affix.h - what stands around the digits of a number: signs, brackets, a currency, a unit,
 * "k" and "Mio." for powers of ten, marks of footnotes. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_NUMBER_AFFIX_H
#define SERVER_DATA_TABLE_NUMBER_AFFIX_H

#include "server/data/table/table.h"

/* For the notes. */
enum {
    AFFIX_CURRENCY = 1,
    AFFIX_PERCENT = 2,
    AFFIX_BRACKETS = 4,
    AFFIX_POWER = 8, /* 1.2k, 3 Mio. */
    AFFIX_MARK = 16, /* 5*, 5 p, 5 (p): a footnote */
    AFFIX_MINUS = 32 /* 5- */
};

struct number_affix {
    unsigned kinds;
    bool negative;
    int power;        /* of ten, by which the number is multiplied */
    int currency;     /* 0: none; equal for "$", "US$" and "USD" */
    struct cell unit; /* as it stands behind the number; len 0: none */
};

/* The digits of the cell with their separators; what stood around them goes into out. */
struct cell number_strip(struct number_affix *out, struct cell c);
/* Skips the text or one of its blanks at the beginning of the cell. False: it is not there. */
bool number_take(struct cell *c, const char *text);
/* Bytes of the blank at the beginning of the cell, of any kind that stands within numbers; 0. */
size_t number_blank(struct cell c);
/* "USD" */
const char *number_currency(int currency);

#endif
