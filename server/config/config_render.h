/* config_render.h - the configuration in force as JSON, for GET /v1/config. */
#ifndef SERVER_CONFIG_CONFIG_RENDER_H
#define SERVER_CONFIG_CONFIG_RENDER_H

#include "server/config/config_values.h"

#include <lstm/buf.h>

/* An object {"items":[...]} with an item for each key, in the order of the table: name, value as a
 * file would hold it, where it came from, default, unit and meaning. A secret has the value null,
 * whatever it is. */
void config_render(struct buf *out, const struct config *c);

#endif
