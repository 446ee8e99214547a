/* near.c - see near.h.
 *
 * First, empty segments are removed from the path, as in "/v1/datasets/" and "//v1/datasets". Each
 * row of the table then gives one candidate: its pattern with the client's segments in place of the
 * {names}. The path is compared with the candidates as it is, with "v1" in front, and without its
 * first segment, ignoring case. An equal candidate has priority over a similar one. */
#include "server/http/near.h"

#include "server/formats/json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PATH_BYTES = 160, LIST_BYTES = 200 };

struct path {
    const char *segment[ROUTE_SEGMENTS_MAX];
    int count;
};

/* Removes empty segments. Returns false when there are more segments than in any route. */
static bool tidy(struct path *p, char *const *segment, int num_segments)
{
    p->count = 0;
    for (int i = 0; i < num_segments; i++) {
        if (segment[i][0] == '\0')
            continue;
        if (p->count == ROUTE_SEGMENTS_MAX)
            return false;
        p->segment[p->count++] = segment[i];
    }
    return true;
}

static struct path with_version(const struct path *p)
{
    struct path v = {{"v1"}, 1};

    for (int i = 0; i < p->count && v.count < ROUTE_SEGMENTS_MAX; i++)
        v.segment[v.count++] = p->segment[i];
    return v;
}

static struct path without_first(const struct path *p)
{
    struct path v = {{NULL}, 0};

    for (int i = 1; i < p->count; i++)
        v.segment[v.count++] = p->segment[i];
    return v;
}

/* Returns false when the path does not fit. */
static bool write_path(char out[PATH_BYTES], const struct path *p)
{
    size_t used = 0;

    for (int i = 0; i < p->count && used < PATH_BYTES; i++)
        used += (size_t)snprintf(out + used, PATH_BYTES - used, "/%s", p->segment[i]);
    return used > 0 && used < PATH_BYTES;
}

/* Writes the route's literals, with p's segments for its {names}. */
static bool candidate(char out[PATH_BYTES], const struct compiled_route *r, const struct path *p)
{
    struct path c = {{NULL}, p->count};

    if (r->num_segments != p->count)
        return false;
    for (int i = 0; i < p->count; i++)
        c.segment[i] = r->segment[i] ? r->segment[i] : p->segment[i];
    return write_path(out, &c);
}

static void fold(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

static bool equal_path(char out[PATH_BYTES], const struct route_table *t, const struct path *p)
{
    char path[PATH_BYTES];

    if (p->count == 0 || !write_path(path, p))
        return false;
    for (int i = 0; i < t->count; i++)
        if (candidate(out, &t->rows[i], p) && strcasecmp(out, path) == 0)
            return true;
    return false;
}

/* Whether each literal equals p's segment, or resembles it. */
static bool resembles(const struct compiled_route *r, const struct path *p)
{
    for (int i = 0; i < p->count; i++) {
        const char *literal = r->segment[i];
        char sent[PATH_BYTES];

        snprintf(sent, sizeof(sent), "%s", p->segment[i]);
        fold(sent);
        if (literal && strcmp(literal, sent) != 0 && !did_you_mean(sent, &literal, 1))
            return false;
    }
    return true;
}

static bool similar_path(char out[PATH_BYTES], const struct route_table *t, const struct path *p)
{
    char path[PATH_BYTES];
    char(*text)[PATH_BYTES] = calloc((size_t)t->count + 1, sizeof(*text));
    const char **folded = calloc((size_t)t->count + 1, sizeof(*folded));
    const char *near = NULL;
    size_t n = 0;

    if (text && folded && p->count > 0 && write_path(path, p)) {
        fold(path);
        for (int i = 0; i < t->count; i++) {
            if (!candidate(text[n], &t->rows[i], p) || !resembles(&t->rows[i], p))
                continue;
            fold(text[n]);
            folded[n] = text[n];
            n++;
        }
        near = did_you_mean(path, folded, n);
    }
    for (int i = 0; near && i < t->count; i++) /* find its row, for the client's own spelling */
        if (candidate(out, &t->rows[i], p) && strcasecmp(out, near) == 0)
            break;
    free(text);
    free(folded);
    return near != NULL;
}

/* ---- what follows a path ---- */

static bool begins_with(const struct compiled_route *r, const struct path *p)
{
    for (int i = 0; i < p->count; i++)
        if (r->segment[i] && strcmp(r->segment[i], p->segment[i]) != 0)
            return false;
    return r->num_segments > p->count;
}

static bool listed(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == '\0' || p[n] == ','))
            return true;
    return false;
}

/* Lists the literals that may follow p: "a, b, c". */
static bool below(char out[LIST_BYTES], const struct route_table *t, const struct path *p)
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; i < t->count && used < LIST_BYTES; i++) {
        const char *next = NULL;

        if (begins_with(&t->rows[i], p))
            next = t->rows[i].segment[p->count];
        if (next && !listed(out, next))
            used += (size_t)snprintf(out + used, LIST_BYTES - used, "%s%s", used ? ", " : "", next);
    }
    return used > 0 && used < LIST_BYTES;
}

void near_path(char *out, size_t cap, const struct route_table *t, char *const *segment,
               int num_segments)
{
    struct path p, versioned, shorter;
    char near[PATH_BYTES], list[LIST_BYTES];

    out[0] = '\0';
    if (!tidy(&p, segment, num_segments))
        return;
    versioned = with_version(&p);
    shorter = without_first(&p);
    if (equal_path(near, t, &p) || equal_path(near, t, &versioned) ||
        equal_path(near, t, &shorter)) {
        snprintf(out, cap, "; did you mean %s?", near);
        return;
    }
    if (p.count == 1 && below(list, t, &p)) {
        snprintf(out, cap, "; below /%.40s are: %s", p.segment[0], list);
        return;
    }
    if (similar_path(near, t, &p) || similar_path(near, t, &versioned)) {
        snprintf(out, cap, "; did you mean %s?", near);
        return;
    }
    for (p.count--; p.count > 0; p.count--)
        if (below(list, t, &p) && write_path(near, &p)) {
            snprintf(out, cap, "; below %s are: %s", near, list);
            return;
        }
}
