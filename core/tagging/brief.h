/* brief.h - what is looked at of a very long token. */
#ifndef CORE_TAGGING_BRIEF_H
#define CORE_TAGGING_BRIEF_H

#include <lstm/tagger.h>

/* The token where it has at most TOKEN_BYTES_MAX bytes; else its beginning and its end, together not
 * more than that, in space. Both are cut between code points, so that the beginnings, endings and shape
 * that features.h looks at are those of the token. token: valid UTF-8. */
const char *brief_token(char space[TOKEN_BYTES_MAX + 1], const char *token);

#endif
