/* truecase.c - capital letters inside sentences: see truecase.h. */
#include "core/text/truecase.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

/* Control characters, which no token contains. */
static const char inside_mark = '\x01', uniform_mark = '\x02';

bool truecase_is_upper(uint32_t c)
{
    return c < 0x80 ? c >= 'A' && c <= 'Z' : uc_is_property_uppercase(c);
}

bool truecase_is_lower(uint32_t c)
{
    return c < 0x80 ? c >= 'a' && c <= 'z' : uc_is_property_lowercase(c);
}

bool truecase_is_capitalised(const char *token)
{
    const uint8_t *s = (const uint8_t *)token;
    bool upper = false;
    ucs4_t c;

    s = u8_next(&c, s);
    if (!s || !truecase_is_upper(c))
        return false;
    while ((s = u8_next(&c, s))) {
        if (truecase_is_lower(c))
            return true;
        upper = upper || truecase_is_upper(c);
    }
    return !upper;
}

bool truecase_goes_on(const char *token)
{
    static const char *const joints[] = {",", ";", "/", "&", "'"};
    const uint8_t *s = (const uint8_t *)token;
    ucs4_t c;

    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
        if (strcmp(token, joints[i]) == 0)
            return true;
    while ((s = u8_next(&c, s)))
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
            return true;
    return false;
}

static const char *put_mark(char space[FORM_BYTES_MAX + 1], char mark, const char *token)
{
    size_t n = strnlen(token, TOKEN_BYTES_MAX);

    space[0] = mark;
    memcpy(space + 1, token, n);
    space[n + 1] = '\0';
    return space;
}

const char *truecase_mark(char space[FORM_BYTES_MAX + 1], const char *token)
{
    return put_mark(space, inside_mark, token);
}

const char *truecase_mark_uniform(char space[FORM_BYTES_MAX + 1], const char *token)
{
    return put_mark(space, uniform_mark, token);
}

const char *truecase_form(char space[FORM_BYTES_MAX + 1], const char *before, const char *token)
{
    if (before && truecase_is_capitalised(token) && truecase_goes_on(before))
        return truecase_mark(space, token);
    return token;
}

const char *truecase_token(enum truecase_mark *mark, const char *form)
{
    *mark = form[0] == inside_mark    ? MARK_INSIDE
            : form[0] == uniform_mark ? MARK_UNIFORM
                                      : MARK_NONE;
    return form + (*mark != MARK_NONE);
}
