/* manual.c - see manual.h. */
#include "server/manual.h"

#include "server/base/roff.h"
#include "server/base/version.h"
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

static void put_commands(struct buf *out, const struct manual_command *commands, int n)
{
    buf_puts(out, ".SH COMMANDS\n");
    for (int i = 0; i < n; i++) {
        roff_tag(out, commands[i].name, commands[i].operands);
        roff_text(out, commands[i].summary);
        buf_puts(out, ".\n");
        roff_text(out, commands[i].details);
    }
}

static void put_program(struct buf *out, const struct manual_command *commands, int n)
{
    put_heading(out, "LSTMD", 1, "User Commands",
                "lstmd - train LSTM models for time series and for tagging, and serve them over "
                "HTTP");
    buf_puts(out, ".SH SYNOPSIS\n.B lstmd\n.I COMMAND\n[\\fB\\-\\-KEY\\fR \\fIVALUE\\fR]...\n");
    put_section(out, "DESCRIPTION",
                "lstmd stores data sets, trains models on them as jobs, and answers with forecasts "
                "and\ntags. The interface is described by GET /openapi.json of a running daemon; "
                "GET /\nleads a browser to a page that uses it.\n");
    put_commands(out, commands, n);
    buf_puts(out, ".SH OPTIONS\n");
    roff_tag(out, "--config", "FILE");
    roff_text(out, "read keys from FILE; lstmd.conf(5) explains each of them.\n");
    roff_tag(out, "--print-config", "");
    roff_text(out, "print the configuration in force as a file and end.\n");
    roff_tag(out, "--check-config", "");
    roff_text(out, "check the configuration and end.\n");
    config_manual_flags(out);
    put_section(out, "ENVIRONMENT",
                "A key is also read from LSTMD_KEY, in capitals. LSTMD_CPU=portable, avx2 or "
                "avx512\nforces a kind of arithmetic. NO_COLOR keeps colours out of the log on a "
                "terminal.\n");
    put_section(out, "SIGNALS",
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

enum status manual_write(struct buf *out, const char *page, const struct manual_command *commands,
                         int n, struct err *e)
{
    if (strcmp(page, "lstmd.1") == 0)
        put_program(out, commands, n);
    else if (strcmp(page, "lstmd.conf.5") == 0)
        put_file(out);
    else
        return err_set(e, ST_INVALID, "there is no page %.80s; there are lstmd.1 and lstmd.conf.5",
                       page);
    return buf_status(out, e);
}
