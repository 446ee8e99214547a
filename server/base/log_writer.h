/* log_writer.h - writes the log's lines on a thread of its own. Private to base/.
 *
 * No caller ever waits for a disk, a pipe that nobody reads, or a stopped terminal: lines go into a
 * buffer of limited size, and the thread writes it. A line is dropped and counted when the buffer
 * is full or it cannot be written. As soon as writing works again, the event log_dropped reports
 * the count, after the lines that were kept.
 *
 * There is one for the process. Every function may be called from any thread. */
#ifndef SERVER_BASE_LOG_WRITER_H
#define SERVER_BASE_LOG_WRITER_H

#include "server/base/log_line.h"

#include <lstm/status.h>

/* Starts the thread unless it runs. It lives as long as the process. ST_NOMEM. */
enum status log_writer_start(struct err *e);
/* From now on lines go to fd, which is taken over; log_dropped has this format. Kept lines go to
 * the previous file, if that takes them within a moment. The first file is standard error. */
void log_writer_use(int fd, enum log_format format);
/* Writes one whole line. soon: it may be kept for QUIET_MS, to be written with later lines. Without
 * the thread it is written at once, if that does not block. */
void log_writer_put(const char *line, size_t n, bool soon);
/* Has the thread write kept lines now. Does not wait for it. */
void log_writer_wake(void);
/* Waits until everything is written, at most ms. Returns whether it is. */
bool log_writer_drain(int ms);
/* Returns to the state before log_writer_use(), except for the thread: lines are written at
 * once. */
void log_writer_detach(void);
uint64_t log_writer_dropped(void);

#endif
