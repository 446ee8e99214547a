/* base64.c - see base64.h. */
#include "server/protocols/base64.h"

#include <nettle/base64.h>

/* Whole groups of three bytes, so that only the last piece is padded. */
enum { PIECE = 3 * 1024 };

void base64_put(struct buf *b, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    char text[BASE64_ENCODE_RAW_LENGTH(PIECE)];

    while (n > 0) {
        size_t piece = n < PIECE ? n : PIECE;

        base64_encode_raw(text, piece, from);
        buf_add(b, text, BASE64_ENCODE_RAW_LENGTH(piece));
        from += piece;
        n -= piece;
    }
}
