/* command_table.c - see command_table.h. */
#include "server/commands/command_table.h"

#include "server/commands/runs.h"
#include "server/data/did_you_mean.h"

#include <string.h>

static const struct flag key_flags[] = {
    {"scopes", "LIST", "One or more of read, predict, train and admin, with commas between them"},
    {"names", "PATTERN", "Bind the key to data sets and models whose names match: 'sales-*'"},
    {"expires", "90d|DATE", "When the key ends. Left out: never"},
    {"requests-per-minute", "N", "Limit of the key"},
    {"training-seconds-per-hour", "N", "Limit of the key"},
    {"stored-bytes", "SIZE", "Limit of the key: 500M"},
    {""}};

static const struct flag only_help[] = {{"help", NULL, "Print this", FLAG_SESSION, .letter = 'h'},
                                        {""}};

static const struct command table[] = {
    {"serve", "", "run the daemon",
     "Serves the HTTP API until SIGTERM or SIGINT. Then requests in flight finish, and "
     "running jobs write a checkpoint.\n"
     "SIGHUP opens the log file and reads the certificate again.\n",
     "  lstmd serve --database lstmd.db --listen 127.0.0.1:8080\n", 0, 0, TAKES_CONFIG,
     OPERAND_NONE, NULL, run_serve},
    {"migrate", "", "make the database, or bring it to the newest schema",
     "The daemon does the same when it starts. Refused while a daemon uses the database.\n",
     "  lstmd migrate --database lstmd.db\n", 0, 0, TAKES_CONFIG, OPERAND_NONE, NULL, run_migrate},
    {"backup", "FILE", "copy the database into FILE, while the daemon runs",
     "A consistent copy by SQLite's online backup. FILE must not exist yet.\n",
     "  lstmd backup copy.db --database lstmd.db\n", 0, CONFIG_OPERANDS_MAX, TAKES_CONFIG,
     OPERAND_FILE, NULL, run_backup},
    {"check", "[FILE]", "read a whole database and report what is wrong with it",
     "Without FILE the database of the configuration, also while the daemon runs. Reads every row "
     "of the data sets and\n"
     "compares every checkpoint with its recorded digest. Exit code 1 when something is wrong.\n",
     "  lstmd check copy.db\n", 0, 1, TAKES_CONFIG, OPERAND_FILE, NULL, run_check},
    {"restore", "FILE", "put a backup in the place of the database",
     "Checks FILE first. Refused while a daemon uses the database. The previous database is "
     "kept beside it as\n"
     "DATABASE.before-restore.\n",
     "  lstmd restore copy.db --database lstmd.db\n", 0, CONFIG_OPERANDS_MAX, TAKES_CONFIG,
     OPERAND_FILE, NULL, run_restore},
    {"key", "add|list|revoke [NAME]", "make, list or revoke keys, while the daemon runs",
     "key add NAME prints a new key, only this once. key revoke NAME takes effect within a "
     "second.\n",
     "  lstmd key add dashboard --scopes read,predict --names 'sales-*' --expires 90d\n", 0,
     CONFIG_OPERANDS_MAX, TAKES_CONFIG, OPERAND_NONE, key_flags, run_key},
    {"healthcheck", "[URL]", "ask a daemon whether it is ready",
     "Without URL the address of the configuration (listen) is asked. Exit code 0: ready; 1: "
     "not.\n",
     "  lstmd healthcheck http://127.0.0.1:8080\n", 0, 1, TAKES_CONFIG, OPERAND_NONE, NULL,
     run_healthcheck},
    {"version", "", "print the version", "", "", 0, 0, 0, OPERAND_NONE, only_help, run_version},
    {"help", "[COMMAND]", "print this, or the usage of one command", "", "  lstmd help serve\n", 0,
     1, 0, OPERAND_COMMAND, only_help, run_help},
    {"manual", "[PAGE]", "print a manual page, lstmd.1 or lstmd.conf.5",
     "make install and the Debian package install both.\n",
     "  lstmd manual lstmd.conf.5 | man -l -\n", 0, 1, 0, OPERAND_NONE, only_help, run_manual},
    {"completion", "bash|zsh", "print the completion for a shell",
     "make install and the Debian package install both.\n", "  source <(lstmd completion bash)\n",
     1, 1, 0, OPERAND_NONE, only_help, run_completion},
};
enum { COUNT = sizeof table / sizeof *table };

const struct command *command_table(int *count)
{
    *count = COUNT;
    return table;
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const char *command_near(const char *name)
{
    const char *names[COUNT];

    for (int i = 0; i < COUNT; i++)
        names[i] = table[i].name;
    return did_you_mean(name, names, COUNT);
}
