/* snapshot.h - a checkpoint from which a fit resumes. It holds the kind of fit, a digest of its
 * data and parameters, the arithmetic, the state of the trainer, and whatever else the fit adds. */
#ifndef CORE_CHECKPOINT_SNAPSHOT_H
#define CORE_CHECKPOINT_SNAPSHOT_H

#include <lstm/checkpoint.h>
#include <lstm/trainer.h>

/* *out is new, to be written with checkpoint_write(). trainer: NULL before training begins.
 * ST_NOMEM. */
enum status snapshot_new(struct checkpoint **out, const char *kind, const char *digest,
                         const struct trainer *trainer, struct err *e);
/* *out is new. ST_CORRUPT when bytes are no snapshot of this kind, or one of another digest or
 * another arithmetic; ST_NOMEM. */
enum status snapshot_read(struct checkpoint **out, const char *kind, const char *digest,
                          const uint8_t *bytes, size_t len, struct err *e);
/* Sets t to the state in the snapshot. Does nothing when training had not begun. ST_CORRUPT,
 * ST_NOMEM. */
enum status snapshot_resume(struct trainer *t, const struct checkpoint *c, struct err *e);

#endif
