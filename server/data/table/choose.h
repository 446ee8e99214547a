/* choose.h - gives each column of a table its role. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_CHOOSE_H
#define SERVER_DATA_TABLE_CHOOSE_H

#include "server/data/table/chooser.h"

/* Notes what it guesses and leaves out. ST_INVALID names the column or the parameter; ST_TOO_LARGE;
 * ST_NOMEM. */
enum status choose_roles(struct chooser *c);

#endif
