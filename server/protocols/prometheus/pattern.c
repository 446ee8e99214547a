/* pattern.c - see pattern.h. */
#include "server/protocols/prometheus/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    MATCH_STEPS_MAX = 100000,
    MATCH_KIB_MAX = 1024,
    PARENTHESES_MAX = 50, /* nested */
    SHOWN_MAX = 80        /* bytes of a pattern in a message */
};

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    char shown[SHOWN_MAX + 1];
};

static enum status refuse(const char *text, int code, struct err *e)
{
    PCRE2_UCHAR reason[120];

    (void)pcre2_get_error_message(code, reason, sizeof(reason));
    return err_set(e, ST_INVALID, "'%.*s' is no regular expression: %s", SHOWN_MAX, text,
                   (const char *)reason);
}

static enum status compile(struct pattern *p, const char *text, struct err *e)
{
    /* As in Prometheus, "." matches a line end, and "$" only the end. */
    const uint32_t options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOTALL |
                             PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    PCRE2_SIZE at = 0;
    int code = 0;

    if (!context)
        return err_nomem(e, 0);
    pcre2_set_parens_nest_limit(context, PARENTHESES_MAX);
    pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
    p->code = pcre2_compile((PCRE2_SPTR)text, strlen(text), options, &code, &at, context);
    pcre2_compile_context_free(context);
    if (!p->code)
        return refuse(text, code, e);
    p->limits = pcre2_match_context_create(NULL);
    p->data = pcre2_match_data_create(1, NULL);
    if (!p->limits || !p->data)
        return err_nomem(e, 0);
    pcre2_set_match_limit(p->limits, MATCH_STEPS_MAX);
    pcre2_set_heap_limit(p->limits, MATCH_KIB_MAX);
    return ST_OK;
}

enum status pattern_compile(struct pattern **out, const char *text, struct err *e)
{
    struct pattern *p = calloc(1, sizeof(*p));
    enum status st;

    if (!p)
        return err_nomem(e, sizeof(*p));
    memcpy(p->shown, text, strnlen(text, SHOWN_MAX));
    st = compile(p, text, e);
    if (st)
        pattern_free(p);
    else
        *out = p;
    return st;
}

enum status pattern_match(bool *matches, const struct pattern *p, const char *text, struct err *e)
{
    int n = pcre2_match(p->code, (PCRE2_SPTR)text, strlen(text), 0, 0, p->data, p->limits);

    *matches = n >= 0;
    if (n >= 0 || n == PCRE2_ERROR_NOMATCH)
        return ST_OK;
    if (n == PCRE2_ERROR_NOMEMORY)
        return err_nomem(e, 0);
    return err_set(e, ST_INVALID, "'%s' takes too many steps to match; write a simpler pattern",
                   p->shown);
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    pcre2_code_free(p->code);
    pcre2_match_data_free(p->data);
    pcre2_match_context_free(p->limits);
    free(p);
}
