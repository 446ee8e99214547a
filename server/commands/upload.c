/* upload.c - see upload.h. */
#include "server/commands/upload.h"

#include "server/commands/input_file.h"
#include "server/commands/notes.h"
#include "server/formats/json.h"

enum { DEPTH = 64 };

enum status upload_file(cJSON **out, struct session *s, const struct invocation *v,
                        const char *path, const char *name, bool replace, struct err *e)
{
    struct exchange x = {.method = replace ? "PUT" : "POST", .accept = "application/json"};
    struct answer a = {0};
    struct input_file in;
    struct buf url;
    enum status st = input_open(&in, v, path, e);

    *out = NULL;
    if (st)
        return st;
    call_path(&url, "/v1/datasets/", name, "");
    call_flags(&url, v, FLAG_UPLOAD);
    st = buf_status(&url, e);
    x.path = url.data;
    x.type = in.type;
    x.coding = in.coding;
    x.from = in.f;
    if (!st)
        st = session_send(&a, s, &x, e);
    if (st && a.status >= 400 && st != ST_CONFLICT)
        st = err_wrap(e, "%.200s", in.standard ? "standard input" : path);
    if (!st && json_read(out, a.body.data ? a.body.data : "", a.body.len, DEPTH, e))
        st = err_wrap(e, "the server's answer is not JSON");
    if (!st)
        notes_show(v, *out);
    answer_release(&a);
    buf_release(&url);
    input_close(&in);
    return st;
}
