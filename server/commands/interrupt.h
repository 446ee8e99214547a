/* interrupt.h - Ctrl-C. The first SIGINT, SIGTERM or SIGHUP asks the command to end cleanly; a
 * second one removes the temporary files and ends the process at once. */
#ifndef SERVER_COMMANDS_INTERRUPT_H
#define SERVER_COMMANDS_INTERRUPT_H

#include <stdbool.h>

/* From now on signals are counted. They interrupt waiting calls. */
void interrupt_arm(void);
/* Whether a signal has arrived that was not taken. */
bool interrupted(void);
/* To be called before the requests that clean up, which would be given up otherwise. A second
 * signal still ends the process. */
void interrupt_take(void);
/* A file or, when it ends with a slash, a folder to remove at the second signal; in this order.
 * path is copied; too long ones are ignored. At most INTERRUPT_PATHS of them. */
enum { INTERRUPT_PATHS = 12 };
void interrupt_remove(const char *path);
void interrupt_keep_all(void); /* forgets them */
/* Waits, at most ms, until a signal arrives. */
void interrupt_wait(int ms);
/* Blocks the signals in this thread, so that threads that it starts never take them; or lets them
 * through again. */
void interrupt_block(bool block);

#endif
