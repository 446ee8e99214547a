/* scratch.c - see scratch.h. */
#include "server/commands/scratch.h"

#include "server/commands/interrupt.h"
#include "server/commands/upload.h"

#include <string.h>

/* Shortens a name and adds "-" and random digits. */
static enum status make_unique(char out[INPUT_NAME_MAX + 1], const char *name, struct err *e)
{
    char random[CALL_RANDOM_MAX];
    enum status st = call_random(random, e);

    if (!st)
        (void)snprintf(out, INPUT_NAME_MAX + 1, "%.*s-%s", INPUT_NAME_MAX - CALL_RANDOM_MAX, name,
                       random);
    return st;
}

enum status scratch_open(struct scratch *sc, cJSON **data, struct session *s,
                         const struct invocation *v, const char *path, struct err *e)
{
    bool standard = strcmp(path, "-") == 0; /* it cannot be read again */
    char name[INPUT_NAME_MAX + 1];
    enum status st;

    *sc = (struct scratch){.s = s};
    input_name(name, path);
    st = make_unique(sc->model, name, e);
    if (!st && standard && session_keeps(s))
        (void)snprintf(name, sizeof name, "%s", sc->model);
    if (!st)
        st = upload_file(data, s, v, path, name, false, e);
    if (st == ST_CONFLICT && !standard) {
        (void)snprintf(name, sizeof name, "%s", sc->model);
        st = upload_file(data, s, v, path, name, false, e);
    }
    if (!st)
        (void)snprintf(sc->dataset, sizeof sc->dataset, "%s", name);
    else
        sc->model[0] = '\0';
    return st;
}

static void remove_one(struct scratch *sc, const struct invocation *v, const char *kind,
                       const char *name)
{
    struct err e = {0};
    struct buf path;
    enum status st;

    if (!name[0])
        return;
    call_path(&path, kind, name, "");
    st = buf_status(&path, &e);
    if (!st)
        st = call_json(NULL, sc->s, "DELETE", path.data, NULL, &e);
    if (st && st != ST_NOT_FOUND)
        (void)fprintf(v->io.err, "note: %s%s stays on the server: %s\n", kind, name, e.message);
    buf_release(&path);
}

void scratch_close(struct scratch *sc, const struct invocation *v)
{
    if (!sc->s || !session_keeps(sc->s))
        return;
    interrupt_take();
    remove_one(sc, v, "/v1/models/", sc->model);
    remove_one(sc, v, "/v1/jobs/", sc->job);
    remove_one(sc, v, "/v1/datasets/", sc->dataset);
}
