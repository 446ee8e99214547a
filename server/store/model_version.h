/* model_version.h - rows of table model_version, and which of them is meant. Private to store/. */
#ifndef SERVER_STORE_MODEL_VERSION_H
#define SERVER_STORE_MODEL_VERSION_H

#include "server/store/sqlite/connection.h"

/* Of the row m of table model: the version of the alias :alias, the newest one, and the one that
 * serves. */
#define ALIASED_VERSION "(SELECT version FROM model_alias WHERE model = m.id AND name = :alias)"
#define NEWEST_VERSION  "(SELECT max(version) FROM model_version WHERE model = m.id)"
#define SERVING_VERSION                                                                            \
    "coalesce((SELECT version FROM model_alias WHERE model = m.id AND name = '" ALIAS_SERVES       \
    "'), " NEWEST_VERSION ")"

/* What model_version_read() reads, of m and its version v. */
#define MODEL_COLUMNS                                                                              \
    "m.name, v.version, m.task, v.dataset, v.job, v.created_at, v.params, v.metrics, v.details, "  \
    "v.parameter_count, v.bytes, v.digest, m.num_versions, " SERVING_VERSION ", " NEWEST_VERSION   \
    ", (SELECT json_group_object(name, version) FROM model_alias WHERE model = m.id)"
#define FROM_MODEL " FROM model m JOIN model_version v ON v.model = m.id WHERE m.name = :name "

void model_version_read(struct model_version *m, struct stmt *q);
/* As store_model_find(). */
enum status model_find(struct model_version *out, struct db *db, const char *name,
                       struct version_ref ref, struct err *e);

/* ST_NOT_FOUND: no such model, with "did you mean"; else naming the versions that there are. */
enum status model_no_version(struct db *db, const char *name, int64_t version, struct err *e);
/* The same, naming the aliases that there are. */
enum status model_no_alias(struct db *db, const char *model, const char *alias, struct err *e);
/* ST_CONFLICT naming the aliases of the version, when it has any, or a job that starts from it. */
enum status model_check_unused(struct db *db, const char *model, int64_t version, struct err *e);

#endif
