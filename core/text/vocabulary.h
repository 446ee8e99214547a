/* vocabulary.h - distinct strings numbered from 0 in the order they came: a vocabulary, a set of tags. */
#ifndef CORE_TEXT_VOCABULARY_H
#define CORE_TEXT_VOCABULARY_H

#include "core/base/strmap.h"

#define WORD_UNKNOWN "<unk>" /* word 0 of every vocabulary */

struct wordlist {
    char **words; /* (count), owned */
    int count, capacity;
    struct strmap index;
    size_t bytes; /* of the strings, with their ends */
};

/* A zeroed list is empty and valid; it must not be moved once it has words. */
void wordlist_release(struct wordlist *l);
/* The number of the word, -1 when it is not there. */
int32_t wordlist_find(const struct wordlist *l, const char *word);
/* The number of the word, which is copied when it is new. ST_NOMEM; ST_TOO_LARGE over max words,
 * the message names what they are ("words"). */
enum status wordlist_add(int32_t *out, struct wordlist *l, const char *word, int max,
                         const char *what, struct err *e);
/* The number of the word in a vocabulary, or of its ASCII lower-case form, or 0: unknown. */
int32_t wordlist_lookup(const struct wordlist *l, const char *word);

#endif
