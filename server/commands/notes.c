/* notes.c - see notes.h. */
#include "server/commands/notes.h"

#include "server/commands/json_member.h"
#include "server/commands/output.h"

enum { SKIPPED_SHOWN = 5 };

static void show_one(const struct invocation *v, const char *text)
{
    if (!text[0])
        return;
    (void)fputs("note: ", v->io.err);
    output_text(v->io.err, text);
    (void)fputc('\n', v->io.err);
}

static void show_skipped(const struct invocation *v, const cJSON *skipped)
{
    int n = cJSON_IsArray(skipped) ? cJSON_GetArraySize(skipped) : 0;

    for (int i = 0; i < n && i < SKIPPED_SHOWN; i++) {
        const cJSON *item = cJSON_GetArrayItem(skipped, i);

        (void)fputs("note: nothing was learnt of series ", v->io.err);
        output_text(v->io.err, member_text(item, "series", ""));
        (void)fputs(": ", v->io.err);
        output_text(v->io.err, member_text(item, "reason", ""));
        (void)fputc('\n', v->io.err);
    }
    if (n > SKIPPED_SHOWN)
        (void)fprintf(v->io.err, "note: and of %d other series\n", n - SKIPPED_SHOWN);
}

void notes_show(const struct invocation *v, const cJSON *answer)
{
    const cJSON *item;

    if (flag_value(v, "quiet"))
        return;
    cJSON_ArrayForEach(item, member_of(answer, "notes"))
    {
        show_one(v, member_text(item, "detail", ""));
    }
    show_one(v, member_text(answer, "note", ""));
    show_skipped(v, member_of(answer, "skipped"));
}
