/* manual.h - the manual pages, lstmd(1) and lstmd.conf(5), made from the tables that --help and
 * --print-config print. */
#ifndef SERVER_COMMANDS_MANUAL_H
#define SERVER_COMMANDS_MANUAL_H

#include <lstm/buf.h>
#include <lstm/status.h>

/* page: "lstmd.1" or "lstmd.conf.5", as man(7) macros. ST_INVALID: there is no such page. */
enum status manual_write(struct buf *out, const char *page, struct err *e);

#endif
