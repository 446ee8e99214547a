/* pg_error.c - see pg_error.h. The codes are in appendix A of PostgreSQL's manual. */
#include "server/store/postgres/pg_error.h"

#include "server/base/log.h"

#include <string.h>

static bool in_class(const char *state, const char *two)
{
    return strncmp(state, two, 2) == 0;
}

static bool is_one_of(const char *state, const char *list)
{
    return strlen(state) == 5 && strstr(list, state) != NULL;
}

/* Errors of a server that stops, starts, or has too much to do. */
static bool may_pass(const char *state)
{
    return !state[0] || in_class(state, "08") || in_class(state, "57P") ||
           is_one_of(state, "53300 53200 40001 40P01 57014 25006 25P03 58030");
}

/* A line without its end, so that a message stays one sentence. */
static int line_length(const char *text)
{
    return (int)strcspn(text, "\r\n");
}

static enum status refused(const char *state, const char *where, const char *reason, struct err *e)
{
    if (in_class(state, "28"))
        return err_set(
            e, ST_FORBIDDEN,
            "%.200s refuses the user or the password (SQLSTATE %s): see the key database", where,
            state);
    if (is_one_of(state, "3D000"))
        return err_set(e, ST_NOT_FOUND, "%.200s does not exist: create it with createdb", where);
    if (is_one_of(state, "42501"))
        return err_set(e, ST_READONLY,
                       "the user of %.200s may not do this (SQLSTATE 42501): grant it all rights "
                       "on the schema and its tables",
                       where);
    return err_set(e, ST_IO, "%.200s cannot be used (SQLSTATE %s): %.*s", where, state,
                   line_length(reason), reason);
}

enum status pg_error(const char *sqlstate, const char *where, const char *reason, const char *sql,
                     struct err *e)
{
    const char *state = sqlstate ? sqlstate : "";

    reason = reason ? reason : "";
    if (log_enabled(LOG_DEBUG))
        log_msg(LOG_DEBUG, "postgres", "%s %.*s in: %.400s", state, line_length(reason), reason,
                sql ? sql : "no statement");
    if (may_pass(state))
        return err_set(e, ST_UNAVAILABLE, "%.200s cannot be reached: %.*s", where,
                       line_length(reason), reason);
    if (is_one_of(state, "55P03"))
        return err_set(e, ST_BUSY, "others write to %.200s; try again", where);
    if (in_class(state, "23") || in_class(state, "27") || is_one_of(state, "P0001"))
        return err_set(e, ST_CONFLICT, "%.200s: a row contradicts others (SQLSTATE %s)", where,
                       state);
    if (is_one_of(state, "53100"))
        return err_set(e, ST_FULL,
                       "the disk of %.200s is full: delete data sets, model versions or jobs, or "
                       "free space there",
                       where);
    if (is_one_of(state, "54000 54001 22001"))
        return err_set(e, ST_TOO_LARGE, "%.200s: a value is larger than it can hold", where);
    if (in_class(state, "XX"))
        return err_set(e, ST_CORRUPT, "%.200s is damaged (SQLSTATE %s); restore a backup of it",
                       where, state);
    if (in_class(state, "22") || in_class(state, "25") ||
        is_one_of(state, "42601 42703 42704 42883 42P01 42P02 42P18 42804 42846 0A000 26000"))
        return err_set(e, ST_INTERNAL,
                       "a fault of lstmd in its use of %.200s (SQLSTATE %s); at log_level debug "
                       "the log has the statement",
                       where, state);
    return refused(state, where, reason, e);
}
