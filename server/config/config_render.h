/* config_render.h - the configuration in force as JSON, for GET /v1/config. */
#ifndef SERVER_CONFIG_CONFIG_RENDER_H
#define SERVER_CONFIG_CONFIG_RENDER_H

#include "server/config/config_values.h"

#include <lstm/buf.h>

/* Writes {"items":[...]} with an item for each key, in the order of the table: name, value as in a
 * file, origin, default, unit and meaning. The value of a secret is always null. */
void config_render(struct buf *out, const struct config *c);

#endif
