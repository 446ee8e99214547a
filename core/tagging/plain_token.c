/* plain_token.c - see plain_token.h. Rarely a token is a link, a line of symbols, or a paragraph of
 * a script without spaces. No vocabulary holds such a token, and its two ends show its kind as well
 * as the whole token does. */
#include "core/tagging/plain_token.h"

#include "core/text/visible.h"

#include <stdbool.h>
#include <string.h>

enum { HALF = TOKEN_BYTES_MAX / 2 };

static bool goes_on(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* The beginning and the end of a long token. */
static const char *shorten(char space[TOKEN_BYTES_MAX + 1], const char *token)
{
    size_t n = strnlen(token, TOKEN_BYTES_MAX + 1), head = HALF, tail;

    if (n <= TOKEN_BYTES_MAX)
        return token;
    n += strlen(token + n);
    tail = n - HALF;
    while (head > 0 && goes_on(token[head]))
        head--;
    while (tail < n && goes_on(token[tail]))
        tail++;
    memcpy(space, token, head);
    memcpy(space + head, token + tail, n - tail + 1);
    return space;
}

const char *plain_token(char space[TOKEN_BYTES_MAX + 1], const char *token)
{
    char brief[TOKEN_BYTES_MAX + 1];
    const char *whole = shorten(brief, token);
    size_t n = strlen(whole);

    if (whole != brief && visible_is_ascii(token))
        return token;
    if (visible_text(space, TOKEN_BYTES_MAX + 1, whole, n) == 0)
        memcpy(space, whole, n + 1);
    return space;
}
