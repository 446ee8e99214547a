/* usage.c - see usage.h. */
#include "server/commands/usage.h"

#include "server/commands/command_table.h"
#include "server/commands/flag_list.h"

#include <string.h>

enum { WIDTH = 100, COLUMN = 33 }; /* of a line; where the help of a flag begins */

#define EXIT_CODES                                                                                 \
    "Exit codes: 0 done, 1 it failed while running, 2 the command line or the configuration is "   \
    "wrong.\n"

static void put_group(struct buf *out, const char *title, unsigned takes, bool with)
{
    int n = 0;
    const struct command *table = command_table(&n);
    bool any = false;

    for (int i = 0; i < n; i++) {
        if (((table[i].takes & takes) != 0) != with)
            continue;
        if (!any)
            buf_printf(out, "\n%s\n", title);
        any = true;
        buf_printf(out, "  %-12s %-22s %s\n", table[i].name, table[i].operands, table[i].summary);
    }
}

void usage_overview(struct buf *out)
{
    buf_puts(out, "lstmd - trains LSTM models for time series and for tagging, and serves them "
                  "over HTTP\n\n"
                  "usage: lstmd COMMAND [ARGUMENT]... [--FLAG VALUE]...\n");
    put_group(out, "Data and models, here or on a server (--url):", TAKES_SESSION, true);
    put_group(out, "The daemon and its database:", TAKES_SESSION, false);
    buf_puts(out, "\nlstmd COMMAND --help tells more. " EXIT_CODES);
}

/* Writes words in lines that begin at column `indent`; the first one is there already. */
static void put_filled(struct buf *out, const char *text, int n, size_t indent)
{
    size_t column = indent;

    for (const char *p = text, *end = text + n; p < end;) {
        size_t word = strcspn(p, " ");

        if (p + word > end)
            word = (size_t)(end - p);
        if (column > indent && column + 1 + word > WIDTH) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            buf_puts(out, " ");
            column++;
        }
        buf_add(out, p, word);
        column += word;
        p += word;
        p += strspn(p, " ");
    }
    buf_puts(out, "\n");
}

static void put_flag(struct buf *out, const struct flag *f)
{
    struct buf left;

    buf_init(&left, 400);
    if (f->letter)
        buf_printf(&left, "  -%c, --%s", f->letter, f->name);
    else
        buf_printf(&left, "  --%s", f->name);
    if (f->placeholder) {
        buf_puts(&left, f->optional ? "[=" : " ");
        flag_put_placeholder(&left, f);
        buf_puts(&left, f->optional ? "]" : "");
    }
    if (left.len + 2 > COLUMN)
        buf_printf(out, "%s\n%*s", left.data, COLUMN, "");
    else
        buf_printf(out, "%-*s", COLUMN, left.data ? left.data : "");
    put_filled(out, f->help, f->use == FLAG_CONFIG ? flag_sentence(f->help) : (int)strlen(f->help),
               COLUMN);
    buf_release(&left);
}

static void put_flags(struct buf *out, const struct flag *flags, int n, const char *title,
                      unsigned uses)
{
    bool any = false;

    for (int i = 0; i < n; i++) {
        if (!(uses & (1U << flags[i].use)))
            continue;
        if (!any)
            buf_printf(out, "\n%s\n", title);
        any = true;
        put_flag(out, &flags[i]);
    }
}

void usage_command(struct buf *out, const struct command *c)
{
    struct flag flags[FLAGS_MAX];
    int n = flag_list(flags, c);

    buf_printf(out, "usage: lstmd %s%s%s [--FLAG VALUE]...\n\n%s", c->name,
               c->operands[0] ? " " : "", c->operands, c->details);
    if (c->example[0])
        buf_printf(out, "\nExample:\n%s", c->example);
    put_flags(out, flags, n,
              "Flags (also --FLAG=VALUE):", 1U << FLAG_OWN | 1U << FLAG_QUERY | 1U << FLAG_REQUEST);
    put_flags(out, flags, n, "How a file is read:", 1U << FLAG_UPLOAD);
    put_flags(out, flags, n, "Parameters of the training (also NAME=VALUE):", 1U << FLAG_PARAM);
    put_flags(out, flags, n, "Server, database and output:", 1U << FLAG_SESSION);
    if (c->takes & TAKES_CONFIG) {
        buf_puts(out,
                 "\nFlags (also --KEY=VALUE; LSTMD_KEY in the environment; \"key = value\" in the "
                 "file), with defaults:\n"
                 "  --config FILE                  read keys from FILE (LSTMD_CONFIG)\n"
                 "  --print-config                 print the configuration in force as a file and "
                 "end\n"
                 "  --check-config                 check the configuration and end\n");
        config_print_help(out);
    }
    buf_puts(out, "\n" EXIT_CODES);
}
