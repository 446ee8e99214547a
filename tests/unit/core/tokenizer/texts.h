/* texts.h - texts with their words, written with marks that one can read.
 *
 * "I do/n't know Mr.~ X|.^ Bye|!^": white space ends a token. '|' ends a token where there is no
 * white space. '/' ends a word inside a token. '~' means that the word continues after the white
 * space. '^' ends a sentence. */
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
/* Writes the words of a text with these marks; free() it. Also checks offsets, code points and
 * space_after. */
char *marked_show(const char *text, size_t length, const struct text_word *words, size_t count);
/* Makes count random sentences of a small language that has every kind of word end, with marks;
 * free() them. */
char *marked_random(int count, unsigned seed);

#endif
