/* runs.h - the functions of the rows of command_table.c. Each returns an exit code. Private to
 * commands/. */
#ifndef SERVER_COMMANDS_RUNS_H
#define SERVER_COMMANDS_RUNS_H

#include "server/commands/command.h"

int run_serve(struct invocation *v);
int run_healthcheck(struct invocation *v);
int run_version(struct invocation *v);
/* Checks everything for which the daemon would refuse to start. Makes no key. */
enum status check_serve(struct config *c, struct err *e);

int run_migrate(struct invocation *v);
int run_backup(struct invocation *v);
int run_check(struct invocation *v);
int run_restore(struct invocation *v);
int run_key(struct invocation *v);

int run_train(struct invocation *v);
int run_forecast(struct invocation *v);
int run_backtest(struct invocation *v);
int run_evaluate(struct invocation *v);
int run_tag(struct invocation *v);
int run_list(struct invocation *v);
int run_show(struct invocation *v);
int run_delete(struct invocation *v);
int run_export(struct invocation *v);
int run_import(struct invocation *v);

int run_help(struct invocation *v);
int run_manual(struct invocation *v);
int run_completion(struct invocation *v);

#endif
