/* log.h - the daemon's log: one line per event, JSON or text.
 *
 * There is one logger for the process. It is global on purpose, because any layer and any thread
 * may log, even before anything else is set up; its only state is where lines go. It works before
 * log_open() (text, info, standard error) and never allocates, so it can report that memory has run
 * out. Logging never fails and never waits: log_open() starts a thread that writes. A line is
 * dropped when that thread is far behind (a pipe that nobody reads) or cannot write (a full disk, a
 * closed pipe). Dropped lines are counted, and the event log_dropped reports their number as soon
 * as writing works again.
 *
 * text: 2026-01-31T12:00:00.123Z INFO  request method=GET path=/v1/jobs status=200
 *       2026-01-31T12:00:00.124Z INFO  resume: 2 unfinished jobs go on
 * json: {"time":"2026-01-31T12:00:00.123Z","level":"info","event":"request","method":"GET",...} */
#ifndef SERVER_BASE_LOG_H
#define SERVER_BASE_LOG_H

#include "server/base/log_line.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* LOG_AUTO: text on a terminal, else JSON. Text is coloured on a terminal unless NO_COLOR is set
 * (https://no-color.org) or TERM is dumb. Lines of at least `level` go to the file at path
 * (appended to; created with mode 0640 if it is missing) or, when path is NULL or "", to
 * standard error. path is copied. ST_IO when it cannot be opened, ST_INVALID when it is longer
 * than 4095 bytes, ST_NOMEM when no thread can be started; the logger then stays as it was. */
enum status log_open(enum log_format format, enum log_level level, const char *path, struct err *e);
/* Opens the file again (after a rotation). On ST_IO the old one stays in use. Any thread. */
enum status log_reopen(struct err *e);
/* Returns to the state before log_open(). Waits up to half a second for lines that are not written
 * yet. */
void log_close(void);

/* Whether a line of this level would be written; for fields that are expensive to compute. */
bool log_enabled(enum log_level level);
/* One event: a short stable name ("job_started") and its fields. Any thread. */
void log_event(enum log_level level, const char *event, const struct log_field *fields, int n);
/* The same for frequent events. They are written when the log was quiet for 10 ms, when many have
 * gathered, or by log_flush(). Lines stay in order. */
void log_event_soon(enum log_level level, const char *event, const struct log_field *fields, int n);
/* Has the kept lines written now, without waiting for it. Cheap when there are none. Any thread. */
void log_flush(void);
/* For tests: waits until every line is written, at most ms. Returns whether they are. */
bool log_drain(int ms);
/* Lines that were dropped since the start of the process. */
uint64_t log_dropped(void);
/* Writes text to standard error unless that would block. For a signal handler, and for the end. */
void log_last_words(const char *text);
/* One event with a single field "message". */
void log_msg(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
