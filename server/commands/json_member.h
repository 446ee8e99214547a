/* json_member.h - members of JSON answers, whatever stands there. Private to commands/. */
#ifndef SERVER_COMMANDS_JSON_MEMBER_H
#define SERVER_COMMANDS_JSON_MEMBER_H

#include <cjson/cJSON.h>

const cJSON *member_of(const cJSON *object, const char *name); /* NULL: there is none */
/* otherwise: of a member that is missing or no text. Borrowed. */
const char *member_text(const cJSON *object, const char *name, const char *otherwise);
double member_number(const cJSON *object, const char *name); /* NaN: it is missing, or no number */

#endif
