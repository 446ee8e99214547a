/* final_marks.c - see final_marks.h. */
#include "core/tokenizer/final_marks.h"

#include "core/text/pretoken.h"

#include <string.h>
#include <unictype.h>

enum { AHEAD = 8, BEHIND = 20 };

/* The kind of a final mark: the end of a sentence or clause, or a closing bracket or quote. */
enum mark { NO_MARK, STOP, CLOSER };

static enum mark mark_of(uint32_t c)
{
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
        return NO_MARK; /* most of a text */
    if (c == '"' || c == '\'' ||
        uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Pe | UC_CATEGORY_MASK_Pf |
                                                UC_CATEGORY_MASK_Pi))
        return CLOSER;
    return uc_is_property_terminal_punctuation(c) ? STOP : NO_MARK;
}

static bool is_symbol(uint32_t c)
{
    static const char ascii[] = "%#$+<=>^`|~@*\\_";

    if (c < 0x80)
        return c && strchr(ascii, (int)c);
    return c == 0x2026 || /* an ellipsis before a full stop is treated as a symbol */
           uc_is_general_category_withtable(c, UC_CATEGORY_MASK_S) ||
           (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Po) &&
            !uc_is_property_terminal_punctuation(c));
}

/* Whether text from `at` to the end of its run consists of marks only; *mark is the first. */
static bool only_marks(enum mark *mark, const char *text, size_t length, size_t at)
{
    for (int k = 0; k < AHEAD; k++) {
        uint32_t c;

        if (at >= length)
            return k > 0;
        at += (size_t)point_at(&c, text + at, length - at);
        if (space_point(c))
            return k > 0;
        if (k == 0)
            *mark = mark_of(c);
        if (mark_of(c) == NO_MARK)
            return false;
    }
    return false;
}

/* Contents of a run before its marks. */
struct run {
    bool symbol; /* a symbol */
    bool plain;  /* a letter, a digit, or another character that smileys are not made of */
    bool link;   /* "://": a URL */
    bool open;   /* an opening bracket inside, which a closing one may belong to */
    enum mark last;
};

static void add(struct run *run, uint32_t c, bool first)
{
    run->symbol = run->symbol || is_symbol(c);
    run->plain = run->plain || c >= 0x80 ||
                 uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
    run->open = run->open || (!first && uc_is_general_category(c, UC_OPEN_PUNCTUATION));
    run->last = mark_of(c);
}

/* The start of the character before `at`, which is above 0. */
static size_t step_back(const char *text, size_t at)
{
    at--;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static struct run run_before(const char *text, size_t at)
{
    struct run run = {0};
    size_t from = at;
    uint32_t c;

    for (int k = 0; k < BEHIND && from > 0; k++) {
        size_t back = step_back(text, from);

        point_at(&c, text + back, at - back);
        if (space_point(c))
            break;
        from = back;
    }
    for (size_t i = from; i < at;) {
        size_t n = (size_t)point_at(&c, text + i, at - i);

        add(&run, c, i == from);
        run.link = run.link || (c == '/' && i >= from + 2 && memcmp(text + i - 2, ":/", 2) == 0);
        i += n;
    }
    return run;
}

bool final_marks_part(const char *text, size_t length, size_t at)
{
    enum mark mark = NO_MARK;
    struct run run;

    if (at == 0 || !only_marks(&mark, text, length, at))
        return false;
    run = run_before(text, at);
    if (!run.symbol && !run.link)
        return false;
    if (run.last != NO_MARK)
        return run.last != mark;
    /* ":)" and "=]" are one token; so is a bracket of a link, "C_(language)". */
    return mark == STOP || (run.plain && !run.open);
}
