/* config_manual.h - writes the keys of the configuration for the manual pages. */
#ifndef SERVER_CONFIG_CONFIG_MANUAL_H
#define SERVER_CONFIG_CONFIG_MANUAL_H

#include <lstm/buf.h>

/* For lstmd(1): each key as a flag, with the first sentence of its help. */
void config_manual_flags(struct buf *out);
/* For lstmd.conf(5): each key with everything that the table of keys has about it. */
void config_manual_keys(struct buf *out);

#endif
