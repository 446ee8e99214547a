/* config_values.h - the configuration in force. */
#ifndef SERVER_CONFIG_CONFIG_VALUES_H
#define SERVER_CONFIG_CONFIG_VALUES_H

#include <stdbool.h>
#include <stdint.h>

enum { CONFIG_KEYS = 64 };

enum client_header { CLIENT_X_FORWARDED_FOR, CLIENT_FORWARDED };

/* The origin of a value, in ascending order of precedence. */
enum config_origin { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

/* The values in force, checked against their ranges. Strings are owned and never NULL. */
struct config {
    char *listen;   /* address:port; port 0: any free one */
    char *database; /* path of the SQLite file */
    int64_t http_threads,
        workers;              /* threads; 0: chosen by config_http_threads(), config_workers() */
    char *api_key, *read_key; /* secrets; "": no key is needed */
    char *api_key_file, *read_key_file; /* paths; "": none */
    bool api_key_generate;              /* make api_key_file when it is not there */
    bool insecure;                      /* no key is needed beyond loopback */
    char *allowed_hosts;                /* names that are allowed in Host, see http.h */
    char *trusted_proxies;              /* proxies that may report the client */
    int client_header;                  /* enum client_header: the header in which they do */
    char *path_prefix;                  /* under which a proxy serves us; "": none */
    char *cors_origins;                 /* origins whose pages may use the API, see http.h */
    char *tls_cert, *tls_key;           /* paths of PEM files; both or none */
    bool fetch_http;                    /* the daemon's own requests may use http:// */
    char *fetch_allow;                  /* what they may reach that is not public */
    char *fetch_ca_file;                /* PEM file that they trust; "": the system's */

    int64_t max_body_bytes, max_header_bytes; /* bytes of one request */
    int64_t max_connections;
    int64_t request_deadline_seconds, idle_timeout_seconds;
    int64_t request_workers; /* threads; 0: chosen by config_request_workers() */
    int64_t max_waiting_requests;
    int64_t request_wait_seconds, request_work_seconds;
    int64_t max_bodies_bytes, max_unsent_bytes; /* of all requests; of all large answers */

    int64_t max_json_depth;                /* levels */
    int64_t max_series, max_series_length; /* series of a data set; rows of a series */
    int64_t max_sentences, max_tokens;     /* of a data set */
    int64_t max_tokens_per_request;        /* to be tagged */
    int64_t max_parameters;                /* weights of one model */
    int64_t max_training_bytes;            /* memory of one training */
    int64_t training_priority;             /* nice value of the threads that train */
    int64_t max_queue;                     /* jobs */
    int64_t keep_audit_days;               /* 0: for ever */
    int64_t keep_versions;                 /* of each model; 0: all */
    int64_t keep_jobs_days;                /* 0: for ever */
    int64_t max_database_bytes;            /* 0: no limit */
    int64_t max_webhooks, webhook_timeout_seconds;
    int64_t keep_deliveries, keep_deliveries_days; /* of each webhook */
    int64_t model_cache_bytes;

    double checkpoint_interval_seconds; /* 0: after every batch */
    int64_t stall_seconds;
    int64_t busy_timeout_ms;
    int64_t shutdown_deadline_seconds;

    bool ui;                     /* the page is served under /ui/ */
    bool mcp;                    /* the Model Context Protocol is served at /mcp */
    bool udpipe;                 /* UDPipe's REST service is served at /models and /process */
    bool kserve;                 /* the Open Inference Protocol is served below /v2 */
    bool influx;                 /* InfluxDB's line protocol is taken at /api/v2/write and /write */
    int64_t influx_step_seconds; /* the step of the series that it makes */
    bool prometheus;             /* the read side of Prometheus' HTTP API is served below /api/v1 */

    int log_format; /* enum log_format */
    int log_level;  /* enum log_level */
    char *log_file; /* "": standard error */

    char *file;                             /* the file that was read; NULL: none */
    int line[CONFIG_KEYS];                  /* line of each key in the file, from 1; 0: none */
    enum config_origin origin[CONFIG_KEYS]; /* of each key, in the table's order */
    bool over_file[CONFIG_KEYS];  /* the file has the key too, but its value is not used */
    bool over_key[CONFIG_KEYS];   /* the key was given, but its key file has a higher precedence */
    const char *exposed_key_file; /* a path that every user of the machine may read; or NULL */
};

#endif
