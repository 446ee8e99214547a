/* influx.h - InfluxDB's interface for writing, versions 2 and 1, so that Telegraf, Node-RED and
 * Home Assistant feed series. Source: https://docs.influxdata.com/influxdb/v2/api/v2/ (PostWrite),
 * and https://docs.influxdata.com/influxdb/v1/tools/api/ for /write and /ping.
 *
 * What differs: only numbers and flags are kept, and stamps are rounded down to the step of their
 * series (feed.h). Errors have the form of the version, except refused keys and faults of the
 * server, which are problem documents. A batch may be sent again: its rows replace themselves. */
#ifndef SERVER_PROTOCOLS_INFLUX_INFLUX_H
#define SERVER_PROTOCOLS_INFLUX_INFLUX_H

#include "server/http/http_types.h"

enum { INFLUX_NEW_MAX = 100 /* data sets that one request makes */ };

/* POST /api/v2/write, POST /write, GET /ping, GET /health. */
http_handler influx_write_v2, influx_write_v1, influx_ping, influx_health;

#endif
