/* version.h - the version of the program, which `lstmd version`, /version and the metrics show. */
#ifndef SERVER_BASE_VERSION_H
#define SERVER_BASE_VERSION_H

#define LSTMD_VERSION "0.1.0"

#endif
