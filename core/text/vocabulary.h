/* vocabulary.h - distinct strings, numbered from 0 in the order they are added: words or tags. */
#ifndef CORE_TEXT_VOCABULARY_H
#define CORE_TEXT_VOCABULARY_H

#include "core/base/strmap.h"

#define WORD_UNKNOWN "<unk>" /* word 0 of the vocabularies that have a word for all others */

struct vocabulary {
    char **words; /* (count), owned */
    int count, capacity;
    struct strmap index;
    size_t bytes; /* of the strings with their terminating NULs */
};

/* A zeroed vocabulary is empty and valid; it must not be moved once it has words. */
void vocabulary_release(struct vocabulary *v);
/* The number of the word, or -1 when it is not there. */
int32_t vocabulary_find(const struct vocabulary *v, const char *word);
/* *out: the number of the word, which is added (copied) when it is not there yet. ST_NOMEM;
 * ST_TOO_LARGE beyond max words, with a message that uses `what` for them ("words", "tags"). */
enum status vocabulary_add(int32_t *out, struct vocabulary *v, const char *word, int max,
                           const char *what, struct err *e);
/* The number of the word, else that of the word in ASCII lower case, else 0: unknown. */
int32_t vocabulary_lookup(const struct vocabulary *v, const char *word);
/* Bytes of memory that it holds, without the struct itself. */
size_t vocabulary_bytes(const struct vocabulary *v);

#endif
