/* edit_script.h - how a lemma is made from a form, as a rule that other forms share.
 *
 * A rule removes code points at the beginning and the end of a form, may change the case of what
 * remains, and adds text before and behind it: "boxes" -> "box" and "dishes" -> "dish" are the same
 * rule (Chrupala 2006; the lemma rules of Straka 2018, "UDPipe 2.0 Prototype"). What remains is the
 * longest common substring of form and lemma, regardless of case. A lemma that has nothing in
 * common with its form is a rule of its own: "went" -> "go".
 *
 * As text: the case (k kept, l lower, t title, u upper), the numbers of removed code points before
 * and behind, the bytes of the text that is added before, then that text and the one behind it:
 * "l0,1,0," makes "dogs" to "dog", "l0,3,0,y" makes "Cities" to "city". "=go" is the lemma
 * itself. */
#ifndef CORE_TAGGING_EDIT_SCRIPT_H
#define CORE_TAGGING_EDIT_SCRIPT_H

#include <lstm/tagger.h>

/* A lemma that EDIT_SCRIPT_MAX bytes cannot hold is not learnt. Rules add at most EDIT_ADDED_MAX
 * bytes, so that a lemma is hardly longer than its form. */
enum { EDIT_SCRIPT_MAX = TOKEN_BYTES_MAX, LEMMA_BYTES_MAX = EDIT_SCRIPT_MAX - 1 };
enum { EDIT_ADDED_MAX = 96, EDITED_MAX = 3 * TOKEN_BYTES_MAX + EDIT_ADDED_MAX };

/* A parsed rule. The texts are borrowed from that which was parsed. */
struct edit_script {
    char letter; /* '=': the lemma itself is `after` */
    int removed_before, removed_after;
    const char *before, *after;
    size_t before_len; /* bytes; after ends with NUL */
};

/* Writes the rule that makes form to lemma. Both are valid UTF-8, of at most TOKEN_BYTES_MAX and
 * LEMMA_BYTES_MAX bytes, and not empty. */
void edit_script_of(char out[EDIT_SCRIPT_MAX + 1], const char *form, const char *lemma);
/* False when the text is no rule. */
bool edit_script_parse(struct edit_script *out, const char *text);
/* Writes the lemma. False when the form is too short for the rule. form: valid UTF-8 of at most
 * TOKEN_BYTES_MAX bytes. */
bool edit_script_apply(char out[EDITED_MAX + 1], const struct edit_script *s, const char *form);

#endif
