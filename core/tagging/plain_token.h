/* plain_token.h - a token as a model reads it. */
#ifndef CORE_TAGGING_PLAIN_TOKEN_H
#define CORE_TAGGING_PLAIN_TOKEN_H

#include <lstm/tagger.h>

/* Returns the token, or writes a form of it into space and returns that: in NFC, without invisible
 * characters (core/text/visible.h), and of more than TOKEN_BYTES_MAX bytes only the beginning and
 * the end, together at most that long. Both are cut between code points, so that prefixes, suffixes
 * and shape (features.h) are those of the token. A token of invisible characters alone stays as it
 * is. token: valid UTF-8. */
const char *plain_token(char space[TOKEN_BYTES_MAX + 1], const char *token);

#endif
