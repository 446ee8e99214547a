/* texts.h - texts with their words, written so that one can read them.
 *
 * "I do/n't know Mr.~ X|.^ Bye|!^": white space ends a token, '|' ends one where there is none, '/'
 * ends a word inside of a token, '~' says that the word goes on behind the white space, '^' ends a
 * sentence. */
#ifndef TESTS_UNIT_CORE_TOKENIZER_TEXTS_H
#define TESTS_UNIT_CORE_TOKENIZER_TEXTS_H

#include <lstm/tokenizer.h>

struct marked {
    char *text; /* without the marks */
    size_t length;
    struct text_word *words;
    size_t count;
};

void marked_init(struct marked *m, const char *marked);
void marked_release(struct marked *m);
struct text_view marked_view(const struct marked *m);
/* The words of a text as a marked one, to free(); checks offsets, code points and space_after,
 * too. */
char *marked_show(const char *text, size_t length, const struct text_word *words, size_t count);
/* count random sentences of a small language that has every kind of word end; marked, to free(). */
char *marked_random(int count, unsigned seed);

#endif
