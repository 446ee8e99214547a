/* manual.c - see manual.h. */
#include "server/commands/manual.h"

#include "server/base/roff.h"

#include "server/base/version.h"
#include "server/commands/command_table.h"
#include "server/commands/flag_list.h"
#include "server/config/config_manual.h"

#include <string.h>

static void put_heading(struct buf *out, const char *page, int section, const char *title,
                        const char *summary)
{
    buf_printf(out, ".TH %s %d \"\" \"lstmd " LSTMD_VERSION "\" \"%s\"\n.SH NAME\n", page, section,
               title);
    roff_text(out, summary);
    buf_puts(out, "\n");
}

static void put_section(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ".SH %s\n", name);
    roff_text(out, text);
}

static void put_example(struct buf *out, const char *example)
{
    if (!example[0])
        return;
    buf_puts(out, ".PP\n.EX\n");
    roff_text(out, example);
    buf_puts(out, ".EE\n");
}

static void put_flag(struct buf *out, const struct flag *f)
{
    struct buf tag, value;

    buf_init(&tag, 200);
    buf_init(&value, 400);
    if (f->letter)
        buf_printf(&tag, "-%c, ", f->letter);
    buf_printf(&tag, "--%s", f->name);
    flag_put_placeholder(&value, f);
    roff_tag(out, tag.data ? tag.data : "", f->placeholder && value.data ? value.data : "");
    roff_text(out, f->help);
    buf_puts(out, "\n");
    buf_release(&tag);
    buf_release(&value);
}

/* The flags of these uses; none of those that were shown already. */
static void put_flags(struct buf *out, const struct command *c, unsigned uses)
{
    struct flag flags[FLAGS_MAX];
    int n = flag_list(flags, c);

    for (int i = 0; i < n; i++)
        if (uses & (1U << flags[i].use) && strcmp(flags[i].name, "help") != 0)
            put_flag(out, &flags[i]);
}

static void put_commands(struct buf *out)
{
    int n = 0;
    const struct command *table = command_table(&n);

    buf_puts(out, ".SH COMMANDS\n");
    for (int i = 0; i < n; i++) {
        buf_puts(out, ".SS \"lstmd ");
        roff_text(out, table[i].name);
        buf_puts(out, table[i].operands[0] ? " " : "");
        roff_text(out, table[i].operands);
        buf_puts(out, "\"\n");
        roff_text(out, table[i].summary);
        buf_puts(out, ".\n");
        roff_text(out, table[i].details);
        put_flags(out, &table[i], 1U << FLAG_OWN | 1U << FLAG_QUERY | 1U << FLAG_REQUEST);
        put_example(out, table[i].example);
    }
}

/* The flags of a set, of the first command that takes it. */
static void put_set(struct buf *out, const char *title, unsigned takes, enum flag_use use)
{
    int n = 0;
    const struct command *table = command_table(&n);

    for (int i = 0; i < n; i++) {
        if ((table[i].takes & takes) != takes)
            continue;
        buf_printf(out, ".SH \"%s\"\n", title);
        put_flags(out, &table[i], 1U << use);
        return;
    }
}

static void put_configuration(struct buf *out)
{
    put_section(out, "OPTIONS",
                "These are taken by the commands of the daemon and its database.\n");
    roff_tag(out, "--config", "FILE");
    roff_text(out, "read keys from FILE; lstmd.conf(5) explains each of them.\n");
    roff_tag(out, "--print-config", "");
    roff_text(out, "print the configuration in force as a file and end.\n");
    roff_tag(out, "--check-config", "");
    roff_text(out, "check the configuration and end.\n");
    config_manual_flags(out);
}

static void put_program(struct buf *out)
{
    put_heading(out, "LSTMD", 1, "User Commands",
                "lstmd - train LSTM models for time series and for tagging, and serve them over "
                "HTTP");
    buf_puts(out, ".SH SYNOPSIS\n.B lstmd\n.I COMMAND\n[\\fIARGUMENT\\fR]...\n"
                  "[\\fB\\-\\-FLAG\\fR \\fIVALUE\\fR]...\n");
    put_section(out, "DESCRIPTION",
                "lstmd stores data sets, trains models on them as jobs, and answers with forecasts "
                "and\ntags. The interface is described by GET /openapi.json of a running daemon; "
                "GET /\nleads a browser to a page that uses it.\n");
    put_commands(out);
    put_set(out, "OPTIONS OF DATA AND MODELS", TAKES_SESSION, FLAG_SESSION);
    put_set(out, "OPTIONS OF FILES", TAKES_UPLOAD, FLAG_UPLOAD);
    put_set(out, "OPTIONS OF TRAININGS", TAKES_FORECAST | TAKES_TAG, FLAG_PARAM);
    put_configuration(out);
    put_section(out, "ENVIRONMENT",
                "A key of the configuration is also read from LSTMD_KEY, in capitals. LSTMD_CONFIG "
                "names\nits file. LSTMD_URL is the server that the commands on data and models "
                "use; the key\nfor it, or for a daemon that uses the database, is LSTMD_API_KEY. "
                "Without either\nthe database is lstmd/lstmd.db in XDG_DATA_HOME, else in "
                "~/.local/share.\nLSTMD_CPU=portable, avx2 or avx512 forces a kind of arithmetic. "
                "NO_COLOR keeps\ncolours out of the log on a terminal.\n");
    put_section(out, "SIGNALS",
                "SIGINT, SIGTERM and SIGHUP cancel the training of a command; a second one ends it "
                "at\nonce. In the daemon "
                "SIGTERM and SIGINT finish the requests in flight, write a checkpoint of running "
                "jobs\nand end; a second one ends at once. SIGHUP opens the log file and reads the "
                "certificate\nagain.\n");
    put_section(out, "EXIT STATUS",
                "0: done. 1: it failed while running. 2: the command line or the configuration is "
                "wrong.\n");
    buf_puts(out, ".SH SEE ALSO\n.BR lstmd.conf (5)\n");
}

static void put_file(struct buf *out)
{
    put_heading(out, "LSTMD.CONF", 5, "File Formats", "lstmd.conf - configuration of lstmd");
    put_section(out, "DESCRIPTION",
                "Each line is a key, an equals sign and its value. A line that begins with # is a\n"
                "comment. An unknown key is an error. A flag of the command line wins over the\n"
                "environment, the environment over the file, the file over the default.\n"
                "lstmd serve --print-config prints the result and where each value comes from.\n");
    buf_puts(out, ".SH KEYS\n");
    config_manual_keys(out);
    buf_puts(out, ".SH SEE ALSO\n.BR lstmd (1)\n");
}

enum status manual_write(struct buf *out, const char *page, struct err *e)
{
    if (strcmp(page, "lstmd.1") == 0)
        put_program(out);
    else if (strcmp(page, "lstmd.conf.5") == 0)
        put_file(out);
    else
        return err_set(e, ST_INVALID, "there is no page %.80s; there are lstmd.1 and lstmd.conf.5",
                       page);
    return buf_status(out, e);
}
