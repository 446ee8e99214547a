/* completion.c - see completion.h.
 *
 * The script for bash is one function: the word behind a flag that has choices completes to them, a
 * word that begins with a dash to the flags of the command, any other to files or commands. The
 * script for zsh loads the same function by bashcompinit. */
#include "server/commands/completion.h"

#include "server/commands/command_table.h"
#include "server/commands/flag_list.h"

#include <string.h>

static void put_commands(struct buf *out)
{
    int n = 0;
    const struct command *table = command_table(&n);

    for (int i = 0; i < n; i++)
        buf_printf(out, "%s%s", i ? " " : "", table[i].name);
}

static bool names_file(const struct flag *f)
{
    return f->placeholder && (strcmp(f->placeholder, "FILE") == 0 || f->use == FLAG_CONFIG);
}

static void put_flags(struct buf *out, const struct flag *flags, int n)
{
    for (int i = 0; i < n; i++)
        buf_printf(out, "%s--%s", i ? " " : "", flags[i].name);
}

static void put_words(struct buf *out, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        buf_printf(out, "%s%s", i ? " " : "", words[i]);
}

/* The values of the flags of one command. */
static void put_values(struct buf *out, const struct flag *flags, int n)
{
    for (int i = 0; i < n; i++) {
        if (flags[i].choices) {
            buf_printf(out, "        --%s) words='", flags[i].name);
            put_words(out, flags[i].choices);
            buf_puts(out, "' ;;\n");
        } else if (names_file(&flags[i])) {
            buf_printf(out, "        --%s) files=1 ;;\n", flags[i].name);
        } else if (flags[i].placeholder) {
            buf_printf(out, "        --%s) return ;;\n", flags[i].name);
        }
    }
}

static void put_command(struct buf *out, const struct command *c)
{
    struct flag flags[FLAGS_MAX];
    int n = flag_list(flags, c);

    buf_printf(out, "    %s)\n        flags='", c->name);
    put_flags(out, flags, n);
    buf_puts(out, "'\n        case $before in\n");
    put_values(out, flags, n);
    buf_puts(out, "        *) other=1 ;;\n        esac\n");
    if (c->operand == OPERAND_FILE)
        buf_puts(out, "        if [ -n \"$other\" ]; then files=1; fi\n");
    else if (c->operand == OPERAND_COMMAND)
        buf_puts(out, "        if [ -n \"$other\" ]; then words=$commands; fi\n");
    else if (c->operand == OPERAND_KIND)
        buf_puts(out, "        if [ -n \"$other\" ]; then words='models datasets jobs'; fi\n");
    buf_puts(out, "        ;;\n");
}

static void put_function(struct buf *out)
{
    int n = 0;
    const struct command *table = command_table(&n);

    buf_puts(out, "_lstmd() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "    local words='' flags='' files='' other='' commands='");
    put_commands(out);
    buf_puts(out, "'\n"
                  "    COMPREPLY=()\n"
                  "    if [ \"$word\" = = ]; then word=''; fi\n"
                  "    if [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
                  "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                  "        COMPREPLY=($(compgen -W \"$commands\" -- \"$word\"))\n"
                  "        return\n"
                  "    fi\n"
                  "    case ${COMP_WORDS[1]} in\n");
    for (int i = 0; i < n; i++)
        put_command(out, &table[i]);
    buf_puts(out, "    *) return ;;\n"
                  "    esac\n"
                  "    if [ -n \"$words\" ]; then\n"
                  "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                  "    elif [ \"${word#-}\" != \"$word\" ]; then\n"
                  "        COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
                  "    elif [ -n \"$files\" ]; then\n"
                  "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                  "    fi\n"
                  "}\n");
}

enum status completion_write(struct buf *out, const char *shell, struct err *e)
{
    if (strcmp(shell, "bash") == 0) {
        buf_puts(out, "# Completion of lstmd for bash: source <(lstmd completion bash)\n");
        put_function(out);
        buf_puts(out, "complete -o filenames -F _lstmd lstmd\n");
    } else if (strcmp(shell, "zsh") == 0) {
        buf_puts(out, "#compdef lstmd\n"
                      "# Completion of lstmd for zsh: source <(lstmd completion zsh)\n"
                      "autoload -U +X bashcompinit && bashcompinit\n");
        put_function(out);
        buf_puts(out, "complete -o filenames -F _lstmd lstmd\n"
                      /* zsh calls the file itself when it is in $fpath */
                      "if [ \"${funcstack[1]}\" = _lstmd ]; then _bash_complete -F _lstmd; fi\n");
    } else {
        return err_set(e, ST_INVALID,
                       "'%.40s' is no shell that is known here; there are bash and "
                       "zsh",
                       shell);
    }
    return buf_status(out, e);
}
