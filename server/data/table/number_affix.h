/* number_affix.h - the text around the digits of a number: signs, brackets, a currency, a unit, "k"
 * and "Mio." for powers of ten, marks of footnotes. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_NUMBER_AFFIX_H
#define SERVER_DATA_TABLE_NUMBER_AFFIX_H

#include "server/data/table/table.h"

/* Kinds of affixes, for the notes. */
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
    int power;        /* of ten, which multiplies the number */
    int currency;     /* 0: none; equal for "$", "US$" and "USD" */
    struct cell unit; /* as written after the number; len 0: none */
};

/* Returns the digits of the cell with their separators; out: the text around them. */
struct cell number_strip(struct number_affix *out, struct cell c);
/* Skips the text, or any blank, at the beginning of the cell. Returns false when it is not
 * there. */
bool number_take(struct cell *c, const char *text);
/* Length of the blank at the beginning of the cell, of any kind that occurs in numbers; 0: none. */
size_t number_blank(struct cell c);
/* "USD" */
const char *number_currency(int currency);

#endif
