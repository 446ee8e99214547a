/* commands.c - see commands.h. */
#include "server/commands/commands.h"

#include "server/commands/command_table.h"
#include "server/commands/output.h"
#include "server/commands/parse.h"
#include "server/commands/runs.h"
#include "server/commands/usage.h"

#include <string.h>
#include <unistd.h>

static int print_usage(const struct invocation *v)
{
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (v->command)
        usage_command(&b, v->command);
    else
        usage_overview(&b);
    return output_buf(v, &b);
}

static int unknown_command(const struct io *io, const char *name)
{
    const char *near = command_near(name);

    if (name[0] == '-')
        (void)fprintf(io->err, "lstmd: %.80s stands before the command; write lstmd serve %.80s\n",
                      name, name);
    else if (near)
        (void)fprintf(io->err, "lstmd: there is no command %.80s; did you mean %s?\n", name, near);
    else
        (void)fprintf(io->err, "lstmd: there is no command %.80s; lstmd help lists them\n", name);
    return EXIT_USAGE;
}

/* ---- commands that read the configuration ---- */

static bool has_words(const struct config_options *o)
{
    for (int i = 0; i < CONFIG_WORDS; i++)
        if (o->words[i])
            return true;
    return false;
}

static int print_config(const struct invocation *v)
{
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    config_print(&b, &v->config);
    return output_buf(v, &b);
}

static int run_configured(struct invocation *v)
{
    const struct config_options *o = &v->options;
    struct err e = {0};

    if (v->command->run != run_key && has_words(o)) {
        (void)err_set(&e, ST_INVALID,
                      "--scopes, --names, --expires and limits belong to lstmd key add");
        return output_fail(v, EXIT_USAGE, &e);
    }
    if (o->num_operands > v->command->max_operands) {
        (void)err_set(&e, ST_INVALID, "%.80s: takes no such argument; lstmd help %s tells which",
                      o->operands[v->command->max_operands], v->command->name);
        return output_fail(v, EXIT_USAGE, &e);
    }
    if (o->help)
        return print_usage(v);
    if (o->print_config)
        return print_config(v);
    if (!o->check_config)
        return v->command->run(v);
    if (v->command->run == run_serve && check_serve(&v->config, &e))
        return output_fail(v, EXIT_USAGE, &e);
    return fprintf(v->io.out, "the configuration is good\n") > 0 ? EXIT_DONE : EXIT_FAILED;
}

static int run_with_config(struct invocation *v, int argc, char *const *argv)
{
    struct err e = {0};
    int code;

    if (config_load(&v->config, &v->options, argc, argv, environ, &e))
        return output_fail(v, EXIT_USAGE, &e);
    config_hide_secrets(argc, argv);
    code = run_configured(v);
    config_release(&v->config);
    return code;
}

/* ---- the others ---- */

static int run_with_flags(struct invocation *v, int argc, char *const *argv)
{
    struct err e = {0};
    int code;

    if (parse_arguments(v, argc, argv, &e))
        return output_fail(v, EXIT_USAGE, &e);
    code = v->help ? print_usage(v) : v->command->run(v);
    if (fflush(v->io.out) != 0 && !code)
        code = EXIT_FAILED;
    return code;
}

int commands_run(int argc, char *const *argv, struct io io)
{
    struct invocation v = {.io = io};
    const char *name = argc > 1 ? argv[1] : "";

    if (strcmp(name, "--version") == 0)
        name = "version";
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (argc < 2) {
        (void)print_usage(&v);
        return EXIT_USAGE;
    }
    v.command = command_find(name);
    if (!v.command)
        return unknown_command(&io, name);
    if (v.command->takes & TAKES_CONFIG)
        return run_with_config(&v, argc - 2, argv + 2);
    return run_with_flags(&v, argc - 1, argv + 1);
}
