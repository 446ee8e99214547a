/* config_manual.c - see config_manual.h. */
#include "server/config/config_manual.h"

#include "server/base/roff.h"
#include "server/config/config_table.h"

#include <string.h>

/* Writes a key such as max_body_bytes as --max-body-bytes. */
static void put_flag(struct buf *out, const char *name)
{
    char flag[80] = "--";
    size_t n = 2;

    for (; *name && n + 1 < sizeof(flag); name++)
        flag[n++] = *name == '_' ? '-' : *name;
    flag[n] = '\0';
    roff_tag(out, flag, "VALUE");
}

void config_manual_flags(struct buf *out)
{
    for (int k = 0; k < CONFIG_KEYS; k++) {
        const struct config_key *key = &config_table[k];
        const char *stop = strstr(key->help, ". ");
        size_t n = stop ? (size_t)(stop - key->help) + 1 : strlen(key->help);
        struct buf sentence;

        put_flag(out, key->name);
        buf_init(&sentence, 4096);
        buf_add(&sentence, key->help, n);
        roff_text(out, sentence.data ? sentence.data : "");
        buf_release(&sentence);
        buf_puts(out, "\n");
    }
}

static void put_paragraph(struct buf *out, const char *name, const char *text)
{
    if (!text[0])
        return;
    buf_printf(out, ".br\n%s: ", name);
    roff_text(out, text);
    buf_puts(out, "\n");
}

void config_manual_keys(struct buf *out)
{
    for (int k = 0; k < CONFIG_KEYS; k++) {
        const struct config_key *key = &config_table[k];
        struct buf range;

        roff_tag(out, key->name, "");
        roff_text(out, key->help);
        buf_puts(out, "\n");
        buf_init(&range, 1000);
        config_put_range(&range, k);
        put_paragraph(out, "Value", range.data ? range.data : "");
        buf_release(&range);
        put_paragraph(out, "Unit", key->unit);
        put_paragraph(out, "Default", key->fallback);
    }
}
