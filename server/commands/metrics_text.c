/* metrics_text.c - see metrics_text.h. */
#include "server/commands/metrics_text.h"

#include "server/commands/columns.h"
#include "server/commands/json_member.h"

#include <math.h>

enum { TABLE_MAX = 64 * 1024, DIGITS = 4 };

/* Whether an object has a number that the metrics have too. */
static bool compares(const cJSON *method, const cJSON *metrics)
{
    const cJSON *item;

    if (!cJSON_IsObject(method))
        return false;
    cJSON_ArrayForEach(item, method)
    {
        if (cJSON_IsNumber(item) && isfinite(member_number(metrics, item->string)))
            return true;
    }
    return false;
}

static void put_row(struct buf *out, const cJSON *metrics, const cJSON *measure)
{
    const cJSON *method;

    buf_printf(out, "%s\t", measure->string);
    buf_put_f64(out, measure->valuedouble);
    cJSON_ArrayForEach(method, metrics)
    {
        if (!compares(method, metrics))
            continue;
        buf_puts(out, "\t");
        buf_put_f64(out, member_number(method, measure->string));
    }
    buf_puts(out, "\n");
}

void metrics_put(struct buf *out, const cJSON *metrics)
{
    const cJSON *item;
    bool any = false;
    struct buf rows;

    buf_init(&rows, TABLE_MAX);
    buf_puts(&rows, "measure\tmodel");
    cJSON_ArrayForEach(item, metrics)
    {
        if (compares(item, metrics))
            buf_printf(&rows, "\t%s", item->string);
    }
    buf_puts(&rows, "\n");
    cJSON_ArrayForEach(item, metrics)
    {
        if (!cJSON_IsNumber(item))
            continue;
        any = true;
        put_row(&rows, metrics, item);
    }
    if (any && rows.data)
        columns_put(out, rows.data, rows.len, '\t', 1, DIGITS);
    buf_release(&rows);
}
