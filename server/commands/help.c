/* help.c - the commands help, manual and completion, which only print. */
#include "server/commands/command_table.h"
#include "server/commands/completion.h"
#include "server/commands/manual.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/usage.h"

#include <string.h>

static int refuse(const struct invocation *v, struct buf *b, struct err *e)
{
    buf_release(b);
    return output_fail(v, e->status == ST_INVALID ? EXIT_USAGE : EXIT_FAILED, e);
}

int run_help(struct invocation *v)
{
    const struct command *c = v->num_operands ? command_find(v->operands[0]) : NULL;
    const char *near = v->num_operands ? command_near(v->operands[0]) : NULL;
    struct err e = {0};
    struct buf b;

    if (v->num_operands && !c) {
        (void)err_set(&e, ST_INVALID, "there is no command %.80s%s%s%s", v->operands[0],
                      near ? "; did you mean " : "; lstmd help lists them", near ? near : "",
                      near ? "?" : "");
        return output_fail(v, EXIT_USAGE, &e);
    }
    buf_init(&b, OUTPUT_MAX);
    if (c)
        usage_command(&b, c);
    else
        usage_overview(&b);
    return output_buf(v, &b);
}

int run_manual(struct invocation *v)
{
    struct err e = {0};
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (manual_write(&b, v->num_operands ? v->operands[0] : "lstmd.1", &e))
        return refuse(v, &b, &e);
    return output_buf(v, &b);
}

int run_completion(struct invocation *v)
{
    struct err e = {0};
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (completion_write(&b, v->operands[0], &e))
        return refuse(v, &b, &e);
    return output_buf(v, &b);
}
