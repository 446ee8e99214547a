/* json_print.c - trees as text. cJSON's own printing keeps only 15 digits of a number that these
 * represent within an epsilon, so another number may be read back: 2^53 - 1 becomes 2^53 - 2. */
#include "server/formats/json.h"

#include <lstm/number.h>

#include <math.h>

enum { TEXT_MAX = 1 << 30 }; /* far above any tree: there, each value takes 64 bytes */

static const double whole_max = 9007199254740992.0; /* 2^53 */

static void put_number(struct buf *b, double v)
{
    char text[NUMBER_TEXT_MAX];

    if (!isfinite(v))
        buf_puts(b, "null");
    else if (fabs(v) <= whole_max && v == trunc(v))
        buf_add(b, text, number_text_i64(text, (long long)v));
    else
        buf_put_f64(b, v);
}

static void put_value(struct buf *b, const cJSON *item);

static void put_children(struct buf *b, const cJSON *item, const char *ends)
{
    buf_add(b, ends, 1);
    for (const cJSON *c = item->child; c; c = c->next) {
        if (c != item->child)
            buf_add(b, ",", 1);
        if (cJSON_IsObject(item)) {
            buf_put_json_string(b, c->string);
            buf_add(b, ":", 1);
        }
        put_value(b, c);
    }
    buf_add(b, ends + 1, 1);
}

static void put_value(struct buf *b, const cJSON *item)
{
    if (cJSON_IsNumber(item))
        put_number(b, item->valuedouble);
    else if (cJSON_IsString(item))
        buf_put_json_string(b, item->valuestring);
    else if (cJSON_IsObject(item))
        put_children(b, item, "{}");
    else if (cJSON_IsArray(item))
        put_children(b, item, "[]");
    else if (cJSON_IsBool(item))
        buf_puts(b, cJSON_IsTrue(item) ? "true" : "false");
    else
        buf_puts(b, "null");
}

char *json_print(const cJSON *tree)
{
    struct buf b;
    char *text = NULL;
    size_t len;

    buf_init(&b, TEXT_MAX);
    put_value(&b, tree);
    if (buf_take(&b, &text, &len, NULL))
        buf_release(&b);
    return text;
}
