/* key_command.c - see key_command.h. */
#include "server/commands/key_command.h"

#include "server/commands/output.h"
#include "server/commands/runs.h"

#include "server/base/clock.h"
#include "server/base/database_url.h"
#include "server/data/calendar.h"
#include "server/data/expiry.h"
#include "server/store/audit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 100 };
_Static_assert(CONFIG_WORDS == CONFIG_LIMITS + ACCESS_LIMITS, "a flag for each limit");

/* ---- the database ---- */

static enum status open_shared(struct store **out, bool *newest, const struct config *c,
                               struct err *e)
{
    const struct store_config sc = {
        .path = c->database, .busy_timeout_ms = (int)c->busy_timeout_ms, .as_is = true};
    int version = 0;
    enum status st = store_open(out, &sc, e);

    if (!st)
        st = store_schema_version(&version, *out, e);
    *newest = !st && version == store_newest_schema_version();
    return st;
}

/* Whether there is no database yet. A server is asked when it is opened. */
static bool is_missing(const struct config *c)
{
    return !database_is_url(c->database) && access(c->database, F_OK) != 0;
}

/* Opens the database. A daemon may have it open at the same time if the schema is that of this
 * program. Otherwise, or if there is no database yet, no daemon may open it meanwhile. */
static enum status open_store(struct store **out, const struct config *c, struct err *e)
{
    const struct store_config sc = {
        .path = c->database, .busy_timeout_ms = (int)c->busy_timeout_ms, .exclusive = true};
    bool newest = false;
    enum status st = is_missing(c) ? ST_OK : open_shared(out, &newest, c, e);

    if (st || newest)
        return st;
    store_close(*out);
    *out = NULL;
    return store_open(out, &sc, e);
}

/* ---- add ---- */

static enum status read_wish(struct access *who, const struct config_options *o, struct err *e)
{
    const char *scopes = o->words[CONFIG_SCOPES], *names = o->words[CONFIG_NAMES],
               *expires = o->words[CONFIG_EXPIRES];
    enum status st = ST_OK;

    *who = (struct access){0};
    if (!scopes)
        return err_set(e, ST_INVALID,
                       "needs --scopes: one or more of read, predict, train and admin, with commas "
                       "between them");
    if (strlen(o->operands[1]) > ACCESS_NAME_MAX)
        return err_set(e, ST_INVALID, "the name has more than %d characters", ACCESS_NAME_MAX);
    (void)snprintf(who->name, sizeof(who->name), "%s", o->operands[1]);
    st = scope_read_list(&who->scopes, scopes, e);
    if (!st && names)
        st = pattern_check(names, e);
    if (!st && names)
        (void)snprintf(who->names, sizeof(who->names), "%s", names);
    if (!st && expires)
        st = expiry_read(&who->expires_at, expires, clock_ms(), e);
    for (int i = 0; !st && i < ACCESS_LIMITS; i++)
        if (o->words[CONFIG_LIMITS + i])
            st = access_read_limit(&who->limit[i], i, o->words[CONFIG_LIMITS + i], e);
    return st ? st : access_check(who, e);
}

static enum status is_first(bool *first, struct store *s, struct err *e)
{
    struct key_list list;
    enum status st = store_key_list(&list, s, 0, 1, e);

    *first = !st && list.count == 0;
    key_list_release(&list);
    return st;
}

/* Writes what this command did to the key into the audit. If the database cannot take it, note
 * reports that, and the change remains in force. */
static void audit(struct buf *note, struct store *s, const char *what, const char *name)
{
    struct audit_entry a = {0};
    struct err e = {0};
    char text[AUDIT_RESOURCE_MAX];

    audit_set(a.key, sizeof(a.key), ACCESS_COMMAND);
    (void)snprintf(text, sizeof(text), "lstmd key %s", what);
    audit_set(a.action, sizeof(a.action), text);
    (void)snprintf(text, sizeof(text), "/v1/keys/%s", name);
    audit_set(a.resource, sizeof(a.resource), text);
    if (store_audit_add(s, &a, &e))
        buf_printf(note, "the audit could not be written: %s\n", e.message);
}

static enum status add(struct buf *out, struct buf *note, struct store *s, const struct access *who,
                       struct err *e)
{
    char text[KEY_TEXT_LEN + 1] = "";
    bool first = false;
    struct key k;
    enum status st = is_first(&first, s, e);

    if (!st)
        st = store_key_add(text, &k, s, who, e);
    if (st)
        return st;
    buf_printf(out, "%s\n", text);
    explicit_bzero(text, sizeof(text));
    buf_printf(note, "the key '%s' is shown this once; the database holds its SHA-256\n",
               who->name);
    audit(note, s, "add", who->name);
    if (first)
        buf_puts(note, "from now on every request needs a key\n");
    return ST_OK;
}

/* ---- list ---- */

static const char *time_text(char out[32], int64_t ms)
{
    return ms ? rfc3339_ms(out, ms) : "-";
}

static void put_key(struct buf *out, const struct key *k)
{
    char scopes[SCOPE_TEXT_MAX], created[32], expires[32], used[32];

    buf_printf(out, "%-20s %-8s %-20s %-16s %-24s %-24s %s\n", k->access.name,
               key_state_name(key_state(k, clock_ms())), scope_list(scopes, k->access.scopes),
               k->access.names[0] ? k->access.names : "*", time_text(created, k->created_at),
               time_text(expires, k->access.expires_at), time_text(used, k->last_used_at));
}

static enum status list(struct buf *out, struct store *s, struct err *e)
{
    struct key_list page;
    int64_t after = 0;
    enum status st = ST_OK;
    int n = PAGE;

    buf_printf(out, "%-20s %-8s %-20s %-16s %-24s %-24s %s\n", "NAME", "STATE", "SCOPES", "NAMES",
               "CREATED", "EXPIRES", "LAST USED");
    while (!st && n == PAGE) {
        st = store_key_list(&page, s, after, PAGE, e);
        n = page.count;
        for (int i = 0; i < n; i++) {
            put_key(out, &page.items[i]);
            after = page.items[i].access.id;
        }
        key_list_release(&page);
    }
    return st;
}

/* ---- all of them ---- */

static enum status check_operands(const struct config_options *o, struct err *e)
{
    const char *what = o->num_operands ? o->operands[0] : "";
    bool adds = strcmp(what, "add") == 0, lists = strcmp(what, "list") == 0;

    if (!adds && !lists && strcmp(what, "revoke") != 0)
        return err_set(e, ST_INVALID, "must be followed by add, list or revoke, not by '%.40s'",
                       what);
    if (o->num_operands != (lists ? 1 : 2))
        return err_set(e, ST_INVALID, "%s", lists ? "list takes no name" : "needs the key's name");
    for (int i = 0; i < CONFIG_WORDS && !adds; i++)
        if (o->words[i])
            return err_set(e, ST_INVALID,
                           "only key add takes --scopes, --names, --expires and limits");
    return ST_OK;
}

enum status key_command(struct buf *out, struct buf *note, const struct config *c,
                        const struct config_options *o, struct err *e)
{
    struct access who = {0};
    struct store *s = NULL;
    enum status st = check_operands(o, e);
    char what = st ? '\0' : o->operands[0][0];

    if (!st && what == 'a')
        st = read_wish(&who, o, e);
    if (!st && what != 'a' && is_missing(c))
        st = err_set(e, ST_NOT_FOUND, "there is no database %.300s; name it with --database",
                     c->database);
    if (!st)
        st = open_store(&s, c, e);
    if (!st && what == 'a')
        st = add(out, note, s, &who, e);
    else if (!st && what == 'l')
        st = list(out, s, e);
    else if (!st)
        st = store_key_revoke(s, o->operands[1], e);
    if (!st && what == 'r')
        audit(note, s, "revoke", o->operands[1]);
    if (!st && what == 'r')
        buf_printf(note, "the key '%s' is revoked\n", o->operands[1]);
    store_close(s);
    return st;
}

/* Only the new key goes to standard output, so that a script can read it. */
int run_key(struct invocation *v)
{
    struct buf out, note;
    struct err e = {0};
    enum status st;

    buf_init(&out, OUTPUT_MAX);
    buf_init(&note, OUTPUT_MAX);
    st = key_command(&out, &note, &v->config, &v->options, &e);
    if (!st && note.data)
        (void)fprintf(v->io.err, "%s", note.data);
    buf_release(&note);
    if (!st)
        return output_buf(v, &out);
    buf_release(&out);
    return output_fail(v, st == ST_INVALID ? EXIT_USAGE : EXIT_FAILED, &e);
}
