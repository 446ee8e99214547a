/* time_pieces.h - cuts the text of a time into numbers, words and marks. Private to
 * time_reading.c. */
#ifndef SERVER_DATA_TABLE_TIME_PIECES_H
#define SERVER_DATA_TABLE_TIME_PIECES_H

#include "server/data/table/table.h"

enum { PIECES_MAX = 20 };

enum piece_kind { PIECE_NUMBER, PIECE_MONTH, PIECE_WEEKDAY, PIECE_HALF, PIECE_WORD, PIECE_MARK };

struct piece {
    enum piece_kind kind;
    const char *at;
    size_t len;
    int64_t value; /* of a number; 1 to 12 for the name of a month; 0 or 12 hours for AM and PM */
    bool foreign;  /* a name of a month that is not English, or "a.m."; responses do not use them */
    char mark;     /* of a mark: its character, ' ' for any run of blanks */
};

struct pieces {
    struct piece p[PIECES_MAX];
    int n;
};

/* Returns false when there are too many pieces, a number of more than 18 digits, or bytes that no
 * time has. */
bool pieces_cut(struct pieces *out, struct cell c);

/* Returns 1 to 12 for a month's name or abbreviation, in any case, with or without a full stop, in
 * English, German, French, Spanish, Italian, Portuguese or Dutch; otherwise 0. */
int month_of_name(struct cell c);
/* Whether such a name is English. */
bool month_is_english(struct cell c);

#endif
