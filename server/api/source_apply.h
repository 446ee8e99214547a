/* source_apply.h - stores what was fetched from a source, by the code of uploads. Private to api/.
 * */
#ifndef SERVER_API_SOURCE_APPLY_H
#define SERVER_API_SOURCE_APPLY_H

#include "server/api/api.h"

/* The Content-Type by which a fetched body is read: that of the server if uploads know it,
 * otherwise "", and its first bytes decide. type: as the server sent it. */
const char *source_media_type(const char *type);

#endif
