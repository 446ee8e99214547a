/* model_usage.c - see model_usage.h.
 *
 * The busiest models are found by Space-Saving (Metwally, Agrawal, El Abbadi 2005). A name without
 * a row replaces the one with the least weight and inherits its weight, so that no model with more
 * than 1/USAGE_FOLLOWED of the requests is missed. It replaces the lightest model that is shown
 * only when it has twice the weight, because counters that come and go are of no use in a chart. */
#include "server/models/model_usage.h"

#include <lstm/hash.h>

#include <math.h>
#include <string.h>

enum {
    FADE_EVERY = 65536, /* requests after which all weights are halved */
    FACTOR = 2,         /* a new model must be this many times heavier than one that is shown, */
    ADVANCE = 16        /* and by this much, so that a few requests change nothing */
};

static uint32_t hash_of(const char *name)
{
    return fnv1a_fold(fnv1a_text(FNV1A_START, name));
}

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

/* Gives a row to a name without one. */
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

/* Shows row i if there is room, or if it has become much heavier than one that is shown. */
static void consider(struct model_usage *u, int i)
{
    if (u->shown == USAGE_SHOWN) {
        int least = lightest(u, true);

        if (u->row[i].weight < FACTOR * u->row[least].weight + ADVANCE)
            return;
        hide(u, least);
    }
    u->row[i].shown = true;
    u->row[i].drift = NAN;
    u->shown++;
}

void model_usage_add(struct model_usage *u, const char *name)
{
    uint32_t hash = hash_of(name);
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

void model_usage_set_drift(struct model_usage *u, const char *name, double drift)
{
    int i = find(u, hash_of(name), name);

    if (i >= 0 && u->row[i].shown)
        u->row[i].drift = drift;
}
