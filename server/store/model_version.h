/* model_version.h - finds and reads rows of table model_version. Private to store/. */
#ifndef SERVER_STORE_MODEL_VERSION_H
#define SERVER_STORE_MODEL_VERSION_H

#include "server/store/connection.h"

/* SQL expressions for the row m of table model: the version of the alias :alias, the newest
 * version, and the version that serves. */
#define ALIASED_VERSION "(SELECT version FROM model_alias WHERE model = m.id AND name = :alias)"
#define NEWEST_VERSION  "(SELECT max(version) FROM model_version WHERE model = m.id)"
#define SERVING_VERSION                                                                            \
    "coalesce((SELECT version FROM model_alias WHERE model = m.id AND name = '" ALIAS_SERVES       \
    "'), " NEWEST_VERSION ")"

/* The columns of m and its version v that model_version_read() reads. */
#define MODEL_COLUMNS                                                                              \
    "m.name, v.version, m.task, v.dataset, v.job, v.created_at, v.params, v.metrics, v.details, "  \
    "v.parameter_count, v.bytes, v.digest, m.num_versions, " SERVING_VERSION ", " NEWEST_VERSION   \
    ", (SELECT json_group_object(name, version) FROM model_alias WHERE model = m.id)"
#define FROM_MODEL " FROM model m JOIN model_version v ON v.model = m.id WHERE m.name = :name "

void model_version_read(struct model_version *m, struct stmt *q);
/* See store_model_find(). */
enum status model_find(struct model_version *out, struct db *db, const char *name,
                       struct version_ref ref, struct err *e);

/* ST_NOT_FOUND: no such model, with "did you mean"; or the message lists the existing versions. */
enum status model_no_version(struct db *db, const char *name, int64_t version, struct err *e);
/* The same for an alias; the message lists the existing aliases. */
enum status model_no_alias(struct db *db, const char *model, const char *alias, struct err *e);
/* ST_CONFLICT if the version has aliases, or a job starts from it; the message names them. Version
 * 0 is the whole model, whose aliases go with it. */
enum status model_check_unused(struct db *db, const char *model, int64_t version, struct err *e);

#endif
