/* text_pieces.h - reads a long text in pieces that each fit into one request. */
#ifndef SERVER_COMMANDS_TEXT_PIECES_H
#define SERVER_COMMANDS_TEXT_PIECES_H

#include <lstm/buf.h>
#include <stdio.h>

enum { PIECE_BYTES = 128 * 1024, PIECE_LINE_MAX = 4 << 20 };

struct text_pieces {
    FILE *f;         /* borrowed */
    struct buf rest; /* what was read behind the last piece */
    bool ended;
};

void text_pieces_init(struct text_pieces *t, FILE *f);
void text_pieces_release(struct text_pieces *t);
/* Reads the next piece into out, which must be released or initialised: it ends at the last blank
 * line within PIECE_BYTES, else at the last line end, so that sentences and paragraphs stay whole
 * where lines are short. Returns ST_OK with an empty piece at the end of the text. ST_TOO_LARGE: a
 * line is longer than PIECE_LINE_MAX. ST_IO. */
enum status text_pieces_next(struct buf *out, struct text_pieces *t, struct err *e);

#endif
