/* notes.c - see notes.h. */
#include "server/commands/notes.h"

#include "server/commands/json_member.h"

enum { SKIPPED_SHOWN = 5 };

void notes_show(const struct invocation *v, const cJSON *answer)
{
    const cJSON *skipped = member_of(answer, "skipped"), *item;
    int n = cJSON_IsArray(skipped) ? cJSON_GetArraySize(skipped) : 0, shown = 0;

    if (flag_value(v, "quiet"))
        return;
    cJSON_ArrayForEach(item, member_of(answer, "notes"))
    {
        (void)fprintf(v->io.err, "note: %s\n", member_text(item, "detail", ""));
    }
    if (member_text(answer, "note", "")[0])
        (void)fprintf(v->io.err, "note: %s\n", member_text(answer, "note", ""));
    cJSON_ArrayForEach(item, skipped)
    {
        if (shown++ < SKIPPED_SHOWN)
            (void)fprintf(v->io.err, "note: nothing was learnt of series %s: %s\n",
                          member_text(item, "series", ""), member_text(item, "reason", ""));
    }
    if (n > SKIPPED_SHOWN)
        (void)fprintf(v->io.err, "note: and of %d other series\n", n - SKIPPED_SHOWN);
}
