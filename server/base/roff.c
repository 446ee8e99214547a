/* roff.c - see roff.h. */
#include "server/base/roff.h"

void roff_text(struct buf *out, const char *text)
{
    bool begins = true;

    for (const char *p = text; *p; p++) {
        if (begins && (*p == '.' || *p == '\''))
            buf_puts(out, "\\&");
        if (*p == '\\')
            buf_puts(out, "\\e");
        else if (*p == '-')
            buf_puts(out, "\\-");
        else
            buf_add(out, p, 1);
        begins = *p == '\n';
    }
}

void roff_tag(struct buf *out, const char *tag, const char *argument)
{
    buf_puts(out, ".TP\n\\fB");
    roff_text(out, tag);
    buf_puts(out, "\\fR");
    if (argument[0]) {
        buf_puts(out, " \\fI");
        roff_text(out, argument);
        buf_puts(out, "\\fR");
    }
    buf_puts(out, "\n");
}
