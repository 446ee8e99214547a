/* transaction.c - see transaction.h. */
#include "server/store/transaction.h"

enum status db_begin(struct db *db, struct err *e)
{
    return db->driver->begin(db, false, e);
}

enum status db_begin_read(struct db *db, struct err *e)
{
    return db->driver->begin_read(db, e);
}

enum status db_end(struct db *db, enum status st, struct err *e)
{
    return db->driver->end(db, st, e);
}

enum status db_sync(struct db *db, struct err *e)
{
    return db->driver->sync(db, e);
}

static enum status run(struct db *db, enum status begun, transaction_body *body, void *ctx,
                       struct err *e)
{
    return begun ? begun : db_end(db, body(db, ctx, e), e);
}

enum status transaction_write(struct db *db, transaction_body *body, void *ctx, struct err *e)
{
    return run(db, db->driver->begin(db, false, e), body, ctx, e);
}

enum status transaction_write_relaxed(struct db *db, transaction_body *body, void *ctx,
                                      struct err *e)
{
    return run(db, db->driver->begin(db, true, e), body, ctx, e);
}

enum status transaction_read(struct db *db, transaction_body *body, void *ctx, struct err *e)
{
    return run(db, db_begin_read(db, e), body, ctx, e);
}
