/* pretoken.h - cuts text into pretokens, of which words consist.
 *
 * A pretoken is a run of letters, a run of digits, or one other character, with the combining marks
 * and the invisible characters (visible.h) that follow; those in front belong to the first pretoken
 * of a word. Letters are those of the Word_Break property of Unicode Standard Annex #29. It
 * excludes scripts that are written without spaces (Han, Hiragana, Thai, Khmer), so there each
 * character is a pretoken. */
#ifndef CORE_TEXT_PRETOKEN_H
#define CORE_TEXT_PRETOKEN_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* A run is cut when it reaches this many bytes; no word is that long. */
enum { PRETOKEN_BYTES_MAX = 256 };

enum pretoken_kind { PRETOKEN_LETTERS, PRETOKEN_DIGITS, PRETOKEN_OTHER };
/* White space between two pretokens. */
enum pretoken_gap {
    GAP_NONE,
    GAP_SPACE,
    GAP_SPACES,
    GAP_NEWLINE,
    GAP_BLANK_LINE,
    GAP_END,
    NUM_GAPS
};

struct pretoken {
    size_t start, end;  /* bytes in the text */
    size_t first, last; /* the same in code points */
    enum pretoken_kind kind;
    enum pretoken_gap after;
};

/* The position of a reader. Zero-initialise, then set text (borrowed UTF-8) and length. */
struct pretoken_reader {
    const char *text;
    size_t length;
    bool lines;       /* a line end counts as a blank line */
    bool joined;      /* blank lines count as a space */
    size_t at, point; /* next byte, and its number in code points */
};

/* Reads the next pretoken. Returns false at the end of the text. */
bool pretoken_next(struct pretoken *out, struct pretoken_reader *r);

/* Length in bytes (1..4) of the character at s, n > 0 bytes of well-formed UTF-8; *c is its code
 * point. */
int point_at(uint32_t *c, const char *s, size_t n);

/* White_Space of Unicode. */
bool space_point(uint32_t c);

/* Offset of the first byte that is not well-formed UTF-8, n when there is none. */
size_t utf8_check(const char *s, size_t n);

#endif
