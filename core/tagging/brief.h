/* brief.h - shortens a very long token to its beginning and its end. */
#ifndef CORE_TAGGING_BRIEF_H
#define CORE_TAGGING_BRIEF_H

#include <lstm/tagger.h>

/* Returns the token when it has at most TOKEN_BYTES_MAX bytes. Otherwise writes its beginning and
 * its end, together at most that long, into space and returns that. Both are cut between code
 * points, so that prefixes, suffixes and shape (features.h) are those of the token. token: valid
 * UTF-8. */
const char *brief_token(char space[TOKEN_BYTES_MAX + 1], const char *token);

#endif
