/* precondition.c - see precondition.h. */
#include "server/data/precondition.h"

#include <stdlib.h>
#include <string.h>

void precondition_release(struct precondition *p)
{
    free(p->match.items);
    free(p->none_match.items);
    *p = (struct precondition){0};
}

enum status etag_list_add(struct etag_list *l, const char *value, size_t len, bool weak,
                          struct err *e)
{
    struct etag *items = l->items;

    /* the array grows at powers of two */
    if ((l->count & (l->count - 1)) == 0) {
        size_t bytes = (l->count ? 2 * (size_t)l->count : 1) * sizeof(*items);

        items = realloc(items, bytes);
        if (!items)
            return err_nomem(e, bytes);
        l->items = items;
    }
    items[l->count++] = (struct etag){.value = value, .len = len, .weak = weak};
    return ST_OK;
}

static bool given(const struct etag_list *l)
{
    return l->any || l->count > 0;
}

/* Whether the list has a strong tag; compared weakly, W/"x" matches it too (8.8.3.2). */
static bool lists(const struct etag_list *l, const char *etag, bool weakly)
{
    size_t len = strlen(etag);

    if (l->any)
        return true;
    for (int i = 0; i < l->count; i++) {
        const struct etag *t = &l->items[i];

        if ((weakly || !t->weak) && t->len == len && memcmp(t->value, etag, len) == 0)
            return true;
    }
    return false;
}

enum precondition_result precondition_check(const struct precondition *p, bool there,
                                            const char *etag)
{
    if (p && given(&p->match) && (!there || !lists(&p->match, etag, false)))
        return MATCH_FAILS;
    if (p && there && given(&p->none_match) && lists(&p->none_match, etag, true))
        return NONE_MATCH_FAILS;
    return PRECONDITION_HOLDS;
}
