/* snapshot.h - what a fit goes on from later: a checkpoint that holds of what kind of fit it is, of
 * which data and parameters (their digest) and in which arithmetic, around the state of its trainer
 * and whatever else it adds. */
#ifndef CORE_CHECKPOINT_SNAPSHOT_H
#define CORE_CHECKPOINT_SNAPSHOT_H

#include <lstm/checkpoint.h>
#include <lstm/trainer.h>

/* *out is new, to be written with checkpoint_write(). trainer NULL: training had not begun.
 * ST_NOMEM. */
enum status snapshot_new(struct checkpoint **out, const char *kind, const char *digest,
                         const struct trainer *trainer, struct err *e);
/* *out is new. ST_CORRUPT when bytes are no snapshot of this kind, or one of another digest or
 * another arithmetic; ST_NOMEM. */
enum status snapshot_read(struct checkpoint **out, const char *kind, const char *digest,
                          const uint8_t *bytes, size_t len, struct err *e);
/* Puts t where the trainer of the snapshot stood; nothing where training had not begun. ST_CORRUPT,
 * ST_NOMEM. */
enum status snapshot_resume(struct trainer *t, const struct checkpoint *c, struct err *e);

#endif
