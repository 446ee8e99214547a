/* key_row.c - see key_row.h. */
#include "server/store/key_row.h"

#include <string.h>

enum key_state key_state(const struct key *k, int64_t now)
{
    if (k->revoked_at)
        return KEY_REVOKED;
    return k->access.expires_at && now >= k->access.expires_at ? KEY_EXPIRED : KEY_ACTIVE;
}

const char *key_state_name(enum key_state st)
{
    static const char *const names[] = {"active", "expired", "revoked"};

    return names[st];
}

void key_read_row(struct key *out, struct stmt *q)
{
    char scopes[SCOPE_TEXT_MAX] = "";
    struct err e = {0};

    *out = (struct key){
        .created_at = stmt_i64(q, 4), .revoked_at = stmt_i64(q, 6), .last_used_at = stmt_i64(q, 7)};
    out->access.id = stmt_i64(q, 0);
    out->access.expires_at = stmt_i64(q, 5);
    for (int i = 0; i < ACCESS_LIMITS; i++)
        out->access.limit[i] = stmt_within(q, KEY_COLUMN_LIMITS + i, 0, access_limit_max(i));
    stmt_copy(q, 1, out->access.name, sizeof(out->access.name));
    stmt_copy(q, 2, scopes, sizeof(scopes));
    stmt_copy(q, 3, out->access.names, sizeof(out->access.names));
    if (q->st || !scope_read_list(&out->access.scopes, scopes, &e))
        return;
    out->access.scopes = 0;
    q->st = err_set(q->e, ST_CORRUPT, "database: a stored key: %s", e.message);
}
