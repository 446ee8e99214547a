/* model_usage.c - see model_usage.h.
 *
 * Which models are the busiest is found by Space-Saving (Metwally, Agrawal, El Abbadi 2005): a name
 * that is not followed takes the place of the lightest one and inherits its weight, so that no
 * model with more than 1/USAGE_FOLLOWED of the requests is overlooked. A model takes the place of
 * the lightest one that is shown when it is twice as heavy: counters that come and go are of no use
 * to whoever draws them. */
#include "server/models/model_usage.h"

#include <lstm/hash.h>

#include <string.h>

enum {
    FADE_EVERY = 65536, /* requests; then all weights are halved */
    FACTOR = 2,         /* by which a newcomer has to be heavier */
    ADVANCE = 16        /* and this much more, so that a handful of requests changes nothing */
};

static int find(const struct model_usage *u, uint32_t hash, const char *name)
{
    for (int i = 0; i < u->rows; i++)
        if (u->hash[i] == hash && strcmp(u->row[i].name, name) == 0)
            return i;
    return -1;
}

static int lightest(const struct model_usage *u, bool shown)
{
    int found = -1;

    for (int i = 0; i < u->rows; i++)
        if (u->row[i].shown == shown && (found < 0 || u->row[i].weight < u->row[found].weight))
            found = i;
    return found;
}

/* A row for a name that has none. */
static int follow(struct model_usage *u, uint32_t hash, const char *name)
{
    int i = u->rows < USAGE_FOLLOWED ? u->rows++ : lightest(u, false);
    size_t n = strnlen(name, NAME_MAX_LEN);

    memcpy(u->row[i].name, name, n);
    u->row[i].name[n] = '\0';
    u->hash[i] = hash;
    return i;
}

static void hide(struct model_usage *u, int i)
{
    u->rest += u->row[i].count;
    u->row[i].count = 0;
    u->row[i].shown = false;
    u->shown--;
}

/* Shows row i when there is room, or when it has become much heavier than one that is shown. */
static void consider(struct model_usage *u, int i)
{
    if (u->shown == USAGE_SHOWN) {
        int least = lightest(u, true);

        if (u->row[i].weight < FACTOR * u->row[least].weight + ADVANCE)
            return;
        hide(u, least);
    }
    u->row[i].shown = true;
    u->shown++;
}

void model_usage_add(struct model_usage *u, const char *name)
{
    uint32_t hash = fnv1a_fold(fnv1a_text(FNV1A_START, name));
    int i = find(u, hash, name);

    if (i < 0)
        i = follow(u, hash, name);
    u->row[i].weight++;
    if (++u->added % FADE_EVERY == 0)
        for (int k = 0; k < u->rows; k++)
            u->row[k].weight /= 2;
    if (!u->row[i].shown)
        consider(u, i);
    if (u->row[i].shown)
        u->row[i].count++;
    else
        u->rest++;
}
