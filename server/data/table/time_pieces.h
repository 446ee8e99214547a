/* time_pieces.h - the text of a time cut into numbers, words and what stands between them. Private
 * to time_reading.c. */
#ifndef SERVER_DATA_TABLE_TIME_PIECES_H
#define SERVER_DATA_TABLE_TIME_PIECES_H

#include "server/data/table/table.h"

enum { PIECES_MAX = 20 };

enum piece_kind { PIECE_NUMBER, PIECE_MONTH, PIECE_WEEKDAY, PIECE_HALF, PIECE_WORD, PIECE_MARK };

struct piece {
    enum piece_kind kind;
    const char *at;
    size_t len;
    int64_t value; /* of a number; 1 to 12 of a month's name; 0 or 12 hours of AM and PM */
    bool foreign;  /* a month's name that is not English, "a.m.": answers write none */
    char mark;     /* of a mark: the character, ' ' for any run of blanks */
};

struct pieces {
    struct piece p[PIECES_MAX];
    int n;
};

/* False: a piece too many, a number of more than 18 digits, bytes that no time has. */
bool pieces_cut(struct pieces *out, struct cell c);

/* 1 to 12 of a month's name or its abbreviation in any case, with or without a full stop: in
 * English, German, French, Spanish, Italian, Portuguese or Dutch; 0. */
int month_of_name(struct cell c);
/* Whether such a name is an English one. */
bool month_is_english(struct cell c);

#endif
