/* log_writer.h - writes the log's lines on a thread of its own. Private to base/.
 *
 * No caller ever waits for a disk, a pipe that nobody reads, or a terminal that is stopped: lines
 * go into a buffer of bounded size, and the thread writes it. A line that finds the buffer full, or
 * that cannot be written, is dropped and counted. The count goes into the log, as the event
 * log_dropped behind the lines that were kept, as soon as something can be written again.
 *
 * There is one per process. Every function may be called from any thread. */
#ifndef SERVER_BASE_LOG_WRITER_H
#define SERVER_BASE_LOG_WRITER_H

#include "server/base/log_line.h"

#include <lstm/status.h>

/* Starts the thread unless it runs: it lives as long as the process. ST_NOMEM. */
enum status log_writer_start(struct err *e);
/* Lines that come from now on go to fd, which is taken, log_dropped in this format; what is kept
 * goes to the file before, if that takes it within a moment. The first file is standard error. */
void log_writer_use(int fd, enum log_format format);
/* One whole line. soon: it may be kept for QUIET_MS, to be written with what comes next. Without
 * the thread it is written at once, where that does not block. */
void log_writer_put(const char *line, size_t n, bool soon);
/* Lets the thread write what is kept without delay. Does not wait for it. */
void log_writer_wake(void);
/* Waits until all is written, ms at most. Whether it is. */
bool log_writer_drain(int ms);
/* Back to the state before log_writer_use(), but for the thread: lines are written at once. */
void log_writer_detach(void);
uint64_t log_writer_dropped(void);

#endif
