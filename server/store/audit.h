/* audit.h - table audit: who did what to which resource, from where, with which outcome.
 *
 * An entry is written directly after the change that it reports and before the response is sent,
 * but not in the same transaction: the outcome is not known inside the transaction, an upload
 * consists of many transactions, and a change that fails must be in the audit too. The commit does
 * not wait for the disk, so a small change needs no second sync. If the process is killed, no entry
 * of a request with a response is lost. If the machine loses power, the last entries may be lost,
 * back to the last change that waited for the disk.
 *
 * Anyone can cause refusals, at any rate. So equal refusals in a short time are one entry with a
 * count, and the entries of a minute are limited: the rest is counted in one entry. */
#ifndef SERVER_STORE_AUDIT_H
#define SERVER_STORE_AUDIT_H

#include "server/store/store.h"

enum {
    AUDIT_ACTION_MAX = 100,
    AUDIT_RESOURCE_MAX = 300,
    AUDIT_CLIENT_MAX = 45,
    AUDIT_ID_MAX = 64,
    AUDIT_MINUTE_MAX = 60 /* entries of refusals per minute */
};

struct audit_entry {
    int64_t id; /* in a list */
    int64_t at; /* ms since 1970; 0: now */
    char key[ACCESS_NAME_MAX + 1];
    char action[AUDIT_ACTION_MAX + 1];
    char resource[AUDIT_RESOURCE_MAX + 1];
    int status;
    char client[AUDIT_CLIENT_MAX + 1];
    char request_id[AUDIT_ID_MAX + 1];
    int64_t count; /* 0 counts as 1 */
};

/* Copies text to out (cap bytes). Text that does not fit is cut between two characters of UTF-8. */
void audit_set(char *out, size_t cap, const char *text);

/* Writes an entry. After ST_OK it is in the file. */
enum status store_audit_add(struct store *s, const struct audit_entry *a, struct err *e);
/* Adds an entry for a refusal. It is kept in memory, and written by the keeper within about a
 * second, in the order of arrival. Never waits for the database. A store without a keeper writes
 * none. */
void store_audit_refused(struct store *s, const struct audit_entry *a);

/* Conditions for entries. NULL: any value. */
struct audit_filter {
    int64_t before;       /* only ids below this; 0: any */
    int64_t since, until; /* ms since 1970, the latter excluded; 0: any */
    const char *key;
    const char *action;    /* all of it, or its method */
    const char *resource;  /* the whole path, or a path above it */
    int status, status_to; /* both included; 0 and 0: any */
};
struct audit_list {
    int count;
    struct audit_entry *items;
};
void audit_list_release(struct audit_list *l);
/* Lists entries, the newest first, at most limit. */
enum status store_audit_list(struct audit_list *out, struct store *s, const struct audit_filter *f,
                             int limit, struct err *e);
/* Removes some of the entries that are older than `before`, in one short transaction; *more:
 * whether there may be others. */
enum status store_audit_forget(bool *more, struct store *s, int64_t before, struct err *e);

/* For the files of store/: adds n entries in one transaction; and the same removal. */
struct db;
enum status audit_write(struct db *db, const struct audit_entry *list, int n, struct err *e);
enum status audit_forget(bool *more, struct db *db, int64_t before, struct err *e);

#endif
