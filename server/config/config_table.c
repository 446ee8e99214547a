/* config_table.c - the table of keys; reads and writes their values. */
#include "server/config/config_table.h"
#include "server/base/database_url.h"

#include "server/client/address_rules.h"
#include "server/formats/json.h"
#include "server/http/http.h"
#include <lstm/utf8.h>

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const log_formats[] = {"json", "text", "auto", NULL}; /* enum log_format */
static const char *const log_levels[] = {"debug", "info", "warn", "error",
                                         NULL}; /* enum log_level */

static const char *const client_headers[] = {"x-forwarded-for", "forwarded",
                                             NULL}; /* enum client_header */

#define AT(member) offsetof(struct config, member)
#define KIB        1024.0
#define MIB        (1024.0 * KIB)
#define GIB        (1024.0 * MIB)

/* clang-format off */
const struct config_key config_table[CONFIG_KEYS] = {
    {"listen", CONFIG_LISTEN, AT(listen), 0, 0, "127.0.0.1:8080", "address:port", NULL,
     "The address for requests: an IPv4 address or a bracketed IPv6 address, and a port; port 0 takes any free one. "
     "The default can be reached only from this machine; :8080 (the same as 0.0.0.0:8080) or [::]:8080 opens it to the network, which needs an api_key. "
     "unix:/run/lstmd/sock makes a socket for programs of this machine whose user is in the daemon's group. A socket that systemd passes (lstmd.socket) is used instead."},
    {"database", CONFIG_PATH, AT(database), 0, 0, "lstmd.db", "path or URL", NULL,
     "The SQLite file that holds all data: data sets, jobs, models. "
     "It is made if it does not exist; files with -wal, -shm and .lock are beside it. It needs a local disk, because SQLite's log does not work over a network. "
     "postgresql://user@host:5432/name keeps them in a PostgreSQL database instead, which must exist. The password belongs into a file that PGPASSFILE names."},
    {"http_threads", CONFIG_INTEGER, AT(http_threads), 0, 64, "0", "threads; 0: one per core, at most 4, but one for every 800 of max_connections", NULL,
     "Threads that read requests and answer what takes microseconds: probes, cached forecasts. "
     "A few are enough, since they compute nothing longer. Each polls all of its connections at every event, so that thousands of connections need more threads."},
    {"workers", CONFIG_INTEGER, AT(workers), 0, 256, "0", "threads; 0: the number of cores less one, at least 1", NULL,
     "Threads that train, one job each. "
     "The default leaves a core for the requests."},
    {"api_key", CONFIG_SECRET, AT(api_key), 0, 0, "", "secret; empty: open", NULL,
     "The key that a client must send as \"Authorization: Bearer KEY\" or \"X-Api-Key: KEY\". "
     "Give it by api_key_file, in the environment or here rather than as a flag, which other users of the machine can see."},
    {"read_key", CONFIG_SECRET, AT(read_key), 0, 0, "", "secret; empty: none", NULL,
     "A second key that may read, forecast and tag, but change nothing. "
     "It needs an api_key too."},
    {"api_key_file", CONFIG_TEXT, AT(api_key_file), 0, 0, "", "path; empty: none", NULL,
     "A file that holds the api_key in one line, readable only by its owner (mode 0600). "
     "It is the better place for a key: a credential of systemd, a secret of a container. If both are given, the one with the higher precedence counts (flag, environment, file), of equals api_key."},
    {"read_key_file", CONFIG_TEXT, AT(read_key_file), 0, 0, "", "path; empty: none", NULL,
     "A file that holds the read_key in one line, readable only by its owner (mode 0600). "
     "api_key_file explains the rest."},
    {"api_key_generate", CONFIG_BOOLEAN, AT(api_key_generate), 0, 0, "false", "", NULL,
     "Whether a key is made when there is no api_key and api_key_file does not exist. "
     "It is stored in api_key_file and printed once, to standard output. The container uses this."},
    {"insecure", CONFIG_BOOLEAN, AT(insecure), 0, 0, "false", "", NULL,
     "Whether the API may be open to other machines without a key. "
     "Otherwise the daemon starts beyond loopback only with a key. If it is set, no key is made, and a key file that would be made may be missing."},
    {"allowed_hosts", CONFIG_HOSTS, AT(allowed_hosts), 0, 0, "", "hosts; empty: none", NULL,
     "Names by which clients reach the daemon, besides IP addresses and localhost: lstm.example.com, other.test:8443. "
     "On loopback a request with another name in Host is refused (421), so that no web page can read from the daemon under a name that it made to point here (DNS rebinding). Elsewhere this applies only if the list is not empty. "
     "If a proxy in front passes its own name on, or changes Host, that name must be here. Names here also count as our own in Origin."},
    {"cors_origins", CONFIG_ORIGINS, AT(cors_origins), 0, 0, "", "origins; empty: none", NULL,
     "Origins whose web pages may use the API from a browser (CORS): https://app.example.com, http://localhost:3000. "
     "* is every page, and needs a key. Pages send the key themselves; cookies are not used."},
    {"trusted_proxies", CONFIG_PROXIES, AT(trusted_proxies), 0, 0, "", "addresses; empty: none", NULL,
     "Proxies in front that are trusted: 127.0.0.1, 10.0.0.0/8, unix. "
     "For their requests the client's address, in the log and for the limits of each client, is taken from the header of client_header, and X-Forwarded-Prefix is put before Location."},
    {"client_header", CONFIG_CHOICE, AT(client_header), 0, 0, "x-forwarded-for", "", client_headers,
     "The header in which the trusted proxies write the client's address. "
     "Choose the one that your proxies write: most of them pass the other header on as the client sent it."},
    {"path_prefix", CONFIG_PREFIX, AT(path_prefix), 0, 0, "", "path; empty: none", NULL,
     "The path under which a proxy serves the daemon, such as /lstmd. "
     "It is removed from the beginning of request paths, and put before Location."},
    {"tls_cert", CONFIG_TEXT, AT(tls_cert), 0, 0, "", "path; empty: no TLS", NULL,
     "A PEM file with the server's certificate, followed by those that lead to its root. "
     "With it and tls_key every connection is encrypted (TLS 1.2 or 1.3). SIGHUP reads both files again; open connections are not affected."},
    {"tls_key", CONFIG_TEXT, AT(tls_key), 0, 0, "", "path; empty: no TLS", NULL,
     "A PEM file with the private key of tls_cert, without a password. "
     "Only the daemon's user should be able to read it (mode 0600)."},
    {"fetch_http", CONFIG_BOOLEAN, AT(fetch_http), 0, 0, "false", "", NULL,
     "Whether requests that the daemon itself sends may use http:// URLs. "
     "Without encryption, whoever carries the request can read and change what is sent; set it for servers of your own network."},
    {"fetch_allow", CONFIG_ALLOWED, AT(fetch_allow), 0, 0, "", "hosts and networks; empty: public addresses only", NULL,
     "Hosts and networks that the daemon's own requests may reach although their addresses are not public: prometheus.internal, 10.0.0.0/8, 127.0.0.1. "
     "Clients choose the URLs. So that they reach nothing through the daemon that they could not reach themselves, private, loopback, link-local and similar addresses are refused after name resolution unless they are listed."},
    {"fetch_ca_file", CONFIG_TEXT, AT(fetch_ca_file), 0, 0, "", "path; empty: the system's certificates", NULL,
     "A PEM file with the certificates that the daemon's own requests trust, in place of the system's. "
     "Set it if your servers have certificates of an authority of your own."},
    {"max_body_bytes", CONFIG_SIZE, AT(max_body_bytes), KIB, 4 * GIB, "64M", "bytes", NULL,
     "The largest request body. "
     "A larger one is refused before it is read (413). The data read from a body may take three times its size in memory (at least 48 MiB); a body of more small values than that is refused too (413)."},
    {"max_header_bytes", CONFIG_SIZE, AT(max_header_bytes), KIB, MIB, "16K", "bytes", NULL,
     "The largest request line with all its header fields. "
     "Raise it for long ?text= queries."},
    {"max_connections", CONFIG_INTEGER, AT(max_connections), 1, 65535, "512", "connections", NULL,
     "The most connections open at the same time; further ones are closed at once. "
     "Each event stream and each ?wait= holds one. The limit of open files of the process must be higher."},
    {"request_deadline_seconds", CONFIG_INTEGER, AT(request_deadline_seconds), 1, 3600, "30", "seconds", NULL,
     "The longest time for a request to arrive completely. "
     "A slow sender is cut off (408), so that slow senders cannot hold every connection. Raise it for large uploads over slow lines."},
    {"idle_timeout_seconds", CONFIG_INTEGER, AT(idle_timeout_seconds), 1, 86400, "75", "seconds", NULL,
     "The longest time that a connection may be quiet before it is closed. "
     "Keep it above the keep-alive time of a proxy in front (60 s in nginx and most others), so that the proxy closes first."},
    {"request_workers", CONFIG_INTEGER, AT(request_workers), 0, 64, "0", "threads; 0: one per core, 2 to 8", NULL,
     "Threads that compute large responses, and as many again for smaller ones. "
     "Two more serve short reads and small changes, so that these never wait for long requests."},
    {"max_waiting_requests", CONFIG_INTEGER, AT(max_waiting_requests), 1, 65535, "256", "requests", NULL,
     "The most requests that wait for a worker. "
     "Any more get 503 with Retry-After."},
    {"request_wait_seconds", CONFIG_INTEGER, AT(request_wait_seconds), 1, 3600, "60", "seconds", NULL,
     "The longest time that a request may wait for a worker. "
     "A request that waits longer gets 503 with Retry-After, and is not computed."},
    {"request_work_seconds", CONFIG_INTEGER, AT(request_work_seconds), 1, 3600, "120", "seconds", NULL,
     "The longest time that one response may take to compute. "
     "Then the work stops and the request gets 503. The client should ask for less at a time."},
    {"max_bodies_bytes", CONFIG_SIZE, AT(max_bodies_bytes), MIB, 1024 * GIB, "1G", "bytes", NULL,
     "The most memory for the bodies of all requests that arrive, wait, or are worked on. "
     "A request that does not fit gets 503 with Retry-After. Keep it above max_body_bytes."},
    {"max_unsent_bytes", CONFIG_SIZE, AT(max_unsent_bytes), MIB, 1024 * GIB, "4G", "bytes", NULL,
     "The most disk space for large responses that clients have not read yet. "
     "They are in files without a name beside the database. A response that does not fit is replaced by 503."},
    {"max_json_depth", CONFIG_INTEGER, AT(max_json_depth), 4, 512, "64", "levels", NULL,
     "The deepest nesting of arrays and objects in a JSON body. "
     "Nothing in the API needs more than 6."},
    {"max_series", CONFIG_INTEGER, AT(max_series), 1, 1e7, "10000", "series", NULL,
     "The most series of one data set. "
     "It limits the memory of a description and of a training job."},
    {"max_series_length", CONFIG_INTEGER, AT(max_series_length), 1, 1e9, "1000000", "rows", NULL,
     "The most rows of one series, including the missing rows of gaps in time. "
     "Otherwise a single wrong date could require billions of missing rows."},
    {"max_sentences", CONFIG_INTEGER, AT(max_sentences), 1, 1e9, "1000000", "sentences", NULL,
     "The most sentences of one tagged data set. "
     "It limits the memory of a training job."},
    {"max_tokens", CONFIG_INTEGER, AT(max_tokens), 1, 1e9, "20000000", "tokens", NULL,
     "The most tokens of one tagged data set. "
     "It limits the memory of a training job."},
    {"max_tokens_per_request", CONFIG_INTEGER, AT(max_tokens_per_request), 1, 1e8, "100000", "tokens", NULL,
     "The most tokens that one request may have tagged. "
     "One thread serves a request; this limits how long it is busy."},
    {"max_parameters", CONFIG_INTEGER, AT(max_parameters), 1, 2e9, "20000000", "weights", NULL,
     "The most parameters of one model. "
     "Training takes about 20 bytes for each parameter, serving 4."},
    {"max_training_bytes", CONFIG_SIZE, AT(max_training_bytes), 0, 1024 * GIB, "0", "bytes; 0: half of the memory, shared by the workers", NULL,
     "The most memory that one training may take besides its data. "
     "It is estimated from the parameters, the batch and the longest sequence when a job is submitted; 422 names the parameter to lower. The memory is that of the machine or, if less, the limit of the control group."},
    {"training_priority", CONFIG_INTEGER, AT(training_priority), 0, 19, "5", "nice value; 0: as requests, 19: only idle time", NULL,
     "How low the priority of the threads that train is. "
     "Beside one busy process of nice 0 a thread gets about a quarter of a core at 5, a tenth at 9, a seventieth at 19. Requests come first at any value above 0."},
    {"max_queue", CONFIG_INTEGER, AT(max_queue), 1, 1e6, "100", "jobs", NULL,
     "The most jobs that wait in the queue. "
     "Any more get 503 with Retry-After, unless their key has queued less than its share: keys take turns."},
    {"model_cache_bytes", CONFIG_SIZE, AT(model_cache_bytes), 0, 1024 * GIB, "256M", "bytes", NULL,
     "The most memory for models that were used recently. "
     "The least recently used one is dropped first, but never while it is in use. 0 loads a model anew for every request."},
    {"checkpoint_interval_seconds", CONFIG_REAL, AT(checkpoint_interval_seconds), 0, 3600, "2.0", "seconds; 0: after every batch", NULL,
     "How often a training job stores its complete state. "
     "After a crash at most this much work is repeated. Each checkpoint writes about three times the size of the model."},
    {"stall_seconds", CONFIG_INTEGER, AT(stall_seconds), 60, 604800, "3600", "seconds", NULL,
     "A training that has not gone on for so long loses its job: another worker takes it from its last checkpoint. "
     "Keep it above the longest time that loading the data takes."},
    {"busy_timeout_ms", CONFIG_INTEGER, AT(busy_timeout_ms), 0, 600000, "5000", "milliseconds", NULL,
     "How long a writer waits for another one before it gets 503. "
     "Raise it if other programs write to the database."},
    {"keep_audit_days", CONFIG_INTEGER, AT(keep_audit_days), 0, 36500, "365", "days; 0: for ever", NULL,
     "How long the audit keeps its entries. "
     "Older entries are removed a few at a time."},
    {"keep_versions", CONFIG_INTEGER, AT(keep_versions), 0, 1e6, "0", "versions; 0: all", NULL,
     "How many versions of each model are kept, the newest ones. "
     "Older ones are removed one at a time, except those that have an alias or that a queued or running job starts from."},
    {"keep_jobs_days", CONFIG_INTEGER, AT(keep_jobs_days), 0, 36500, "0", "days; 0: for ever", NULL,
     "How long jobs that have ended are kept, with their history and results. "
     "Their models stay."},
    {"max_database_bytes", CONFIG_SIZE, AT(max_database_bytes), 0, 1024 * 1024 * GIB, "0", "bytes; 0: no limit", NULL,
     "The quota of the database file. "
     "Beyond it uploads, imports and new jobs get 507. Reading, deleting and moving aliases go on, and jobs that were accepted finish."},
    {"max_webhooks", CONFIG_INTEGER, AT(max_webhooks), 0, 100, "20", "webhooks", NULL,
     "The most webhooks. "
     "Each is sent at most one message at a time, on a thread that lives as long as the request."},
    {"webhook_timeout_seconds", CONFIG_INTEGER, AT(webhook_timeout_seconds), 1, 60, "15", "seconds", NULL,
     "How long a receiver may take to answer a message. "
     "After it the attempt has failed, and the message is sent again later."},
    {"keep_deliveries", CONFIG_INTEGER, AT(keep_deliveries), 10, 100000, "1000", "deliveries", NULL,
     "How many deliveries of each webhook are kept when they are over, the newest ones. "
     "Pending ones are kept besides, at most 10000."},
    {"keep_deliveries_days", CONFIG_INTEGER, AT(keep_deliveries_days), 1, 3650, "30", "days", NULL,
     "How long deliveries that are over are kept. "
     "They hold the messages, with the names in them."},
    {"shutdown_deadline_seconds", CONFIG_INTEGER, AT(shutdown_deadline_seconds), 1, 3600, "8", "seconds", NULL,
     "The longest time for requests in flight after SIGTERM. "
     "Keep it below the time after which the supervisor kills the daemon (docker stop: 10 s)."},
    {"ui", CONFIG_BOOLEAN, AT(ui), 0, 0, "true", "", NULL,
     "Whether the page is served under /ui/. "
     "Its files need no key. It gets its data from the API, with the key that its user enters. "
     "on and off are accepted as well."},
    {"mcp", CONFIG_BOOLEAN, AT(mcp), 0, 0, "false", "", NULL,
     "Whether assistants may use the server by the Model Context Protocol, at /mcp. "
     "A key may do by it what it may do by the API. docs/integrations.md shows how. on and off are accepted as well."},
    {"udpipe", CONFIG_BOOLEAN, AT(udpipe), 0, 0, "false", "", NULL,
     "Whether clients of UDPipe's REST service may tag by it, at /models and /process. "
     "docs/integrations.md shows how. on and off are accepted as well."},
    {"kserve", CONFIG_BOOLEAN, AT(kserve), 0, 0, "false", "", NULL,
     "Whether clients of KServe's Open Inference Protocol, version 2, may forecast and tag by it, below /v2. "
     "docs/integrations.md shows how. on and off are accepted as well."},
    {"influx", CONFIG_BOOLEAN, AT(influx), 0, 0, "false", "", NULL,
     "Whether clients of InfluxDB, such as Telegraf, may write series by its line protocol, at /api/v2/write and /write. "
     "docs/integrations.md shows how. on and off are accepted as well."},
    {"influx_step_seconds", CONFIG_INTEGER, AT(influx_step_seconds), 1, 86400, "60", "seconds", NULL,
     "The step of series that InfluxDB's clients make; times are rounded down to it. "
     "Data sets that exist keep their own step."},
    {"prometheus", CONFIG_BOOLEAN, AT(prometheus), 0, 0, "false", "", NULL,
     "Whether clients of Prometheus' HTTP API, such as Grafana, may read series, forecasts and anomalies by it, below /api/v1. "
     "docs/integrations.md shows how. on and off are accepted as well."},
    {"log_format", CONFIG_CHOICE, AT(log_format), 0, 0, "auto", "", log_formats,
     "The format of log lines. "
     "auto: text on a terminal, otherwise json for collectors. Text on a terminal is coloured unless the environment has NO_COLOR."},
    {"log_level", CONFIG_CHOICE, AT(log_level), 0, 0, "info", "", log_levels,
     "The least important level that is logged. "
     "Each request is one line of level info."},
    {"log_file", CONFIG_TEXT, AT(log_file), 0, 0, "", "path; empty: standard error", NULL,
     "The file of the log. "
     "SIGHUP opens it again, after logrotate has moved it."},
};
/* clang-format on */

int config_find(const char *name)
{
    for (int k = 0; k < CONFIG_KEYS; k++)
        if (strcmp(config_table[k].name, name) == 0)
            return k;
    return -1;
}

enum status config_unknown(const char *what, const char *name, const char *prefix, struct err *e)
{
    const char *names[CONFIG_KEYS];
    char near[80] = "";
    const char *hit;

    for (int k = 0; k < CONFIG_KEYS; k++)
        names[k] = config_table[k].name;
    hit = did_you_mean(name, names, CONFIG_KEYS);
    if (hit)
        (void)snprintf(near, sizeof near, "%s%s", prefix, hit);
    /* The environment writes its names in capitals. */
    for (char *p = near; *p && strcmp(prefix, "LSTMD_") == 0; p++)
        *p = (char)toupper((unsigned char)*p);
    if (hit)
        return err_set(e, ST_INVALID, "%s is unknown; did you mean %s?", what, near);
    return err_set(e, ST_INVALID, "%s is unknown; lstmd serve --help lists every key", what);
}

/* ---- reading ---- */

static enum status refuse(int k, const char *text, const char *place, struct err *e)
{
    struct buf right;
    bool secret = config_table[k].type == CONFIG_SECRET;

    buf_init(&right, 400);
    config_put_range(&right, k);
    (void)err_set(e, ST_INVALID, "%s is %s%.80s%s; it must be %s", place,
                  text[0] || secret ? "" : "empty", secret ? "not usable" : text,
                  strlen(text) > 80 && !secret ? "..." : "",
                  right.data ? right.data : "another value");
    buf_release(&right);
    return ST_INVALID;
}

static bool text_ok(enum config_type type, const char *text)
{
    size_t n = strlen(text);

    if (type == CONFIG_LISTEN)
        return n <= 4095 && http_listen_ok(text);
    if (type == CONFIG_HOSTS)
        return n <= 4095 && http_hosts_ok(text);
    if (type == CONFIG_ORIGINS)
        return n <= 4095 && http_origins_ok(text);
    if (type == CONFIG_PROXIES)
        return n <= 4095 && http_proxies_ok(text);
    if (type == CONFIG_ALLOWED)
        return n <= 4095 && address_list_ok(text);
    if (type == CONFIG_PREFIX)
        return http_prefix_ok(text);
    if (n > 4095 || (type == CONFIG_PATH && n == 0) || !utf8_valid(text, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c < 0x20 || c == 0x7f || (type == CONFIG_SECRET && (c <= 0x20 || c > 0x7e)))
            return false;
    }
    return true;
}

/* Reads digits; if suffix, K, M or G (KiB, MB and the like) may follow. */
static bool read_integer(int64_t *out, const char *text, bool suffix)
{
    static const char units[] = "KMG";
    char *end = NULL;
    int64_t v, factor = 1;
    const char *unit;

    if (!isdigit((unsigned char)text[text[0] == '-']))
        return false;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno)
        return false;
    if (suffix && *end && (unit = strchr(units, toupper((unsigned char)*end))) && *unit) {
        factor = (int64_t)1 << (10 * (unit - units + 1));
        end++;
        if (strcmp(end, "iB") == 0 || strcmp(end, "B") == 0)
            end += strlen(end);
    }
    return *end == '\0' && !__builtin_mul_overflow(v, factor, out);
}

static bool read_real(double *out, const char *text)
{
    char *end = NULL;

    /* strtod() accepts more than we do: white space, "inf", "0x10". */
    if (!text[0] || strspn(text, "0123456789.eE+-") != strlen(text))
        return false;
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

static bool read_boolean(bool *out, const char *text)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], text) == 0) {
            *out = i % 2 == 1;
            return true;
        }
    return false;
}

static bool read_choice(int *out, const char *text, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strcmp(choices[i], text) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static enum status set_text(char **member, const char *text, struct err *e)
{
    char *copy = strdup(text);

    if (!copy)
        return err_nomem(e, strlen(text) + 1);
    free(*member);
    *member = copy;
    return ST_OK;
}

enum status config_set(struct config *c, int k, const char *text, const char *place, struct err *e)
{
    const struct config_key *key = &config_table[k];
    void *member = (char *)c + key->offset;
    int64_t i = 0;
    double v = 0;

    switch (key->type) {
    case CONFIG_INTEGER:
    case CONFIG_SIZE:
        if (!read_integer(&i, text, key->type == CONFIG_SIZE) || (double)i < key->min ||
            (double)i > key->max)
            break;
        *(int64_t *)member = i;
        return ST_OK;
    case CONFIG_REAL:
        if (!read_real(&v, text) || v < key->min || v > key->max)
            break;
        *(double *)member = v;
        return ST_OK;
    case CONFIG_BOOLEAN:
        if (!read_boolean(member, text))
            break;
        return ST_OK;
    case CONFIG_CHOICE:
        if (!read_choice(member, text, key->choices))
            break;
        return ST_OK;
    default:
        if (!text_ok(key->type, text))
            break;
        return set_text(member, text, e);
    }
    return refuse(k, text, place, e);
}

enum status config_check_given(int k, const char *text, const char *place, struct err *e)
{
    size_t member = config_table[k].offset;

    if (text[0] || (config_table[k].type != CONFIG_SECRET && member != AT(api_key_file) &&
                    member != AT(read_key_file)))
        return ST_OK;
    return err_set(e, ST_INVALID, "%s is empty; leave it out where none is wanted", place);
}

/* ---- writing ---- */

static void put_size(struct buf *out, int64_t v)
{
    static const char *const units[] = {"", "K", "M", "G"};
    int u = 0;

    while (u < 3 && v != 0 && v % 1024 == 0) {
        v /= 1024;
        u++;
    }
    buf_printf(out, "%lld%s", (long long)v, units[u]);
}

/* Of a URL all but its passwords. */
static void put_path(struct buf *out, const char *path)
{
    char shown[DATABASE_SHOWN];

    if (database_is_url(path)) {
        database_shown(shown, sizeof(shown), path);
        path = shown;
    }
    buf_puts(out, path);
}

void config_put_value(struct buf *out, const struct config *c, int k)
{
    const struct config_key *key = &config_table[k];
    const void *member = (const char *)c + key->offset;

    switch (key->type) {
    case CONFIG_INTEGER:
        buf_printf(out, "%lld", (long long)*(const int64_t *)member);
        break;
    case CONFIG_SIZE:
        put_size(out, *(const int64_t *)member);
        break;
    case CONFIG_REAL: {
        double v = *(const double *)member;

        /* With a decimal point, so that it looks like a real number. */
        if (v == floor(v))
            buf_printf(out, "%.1f", v);
        else
            buf_put_f64(out, v);
        break;
    }
    case CONFIG_BOOLEAN:
        buf_puts(out, *(const bool *)member ? "true" : "false");
        break;
    case CONFIG_CHOICE:
        buf_puts(out, key->choices[*(const int *)member]);
        break;
    case CONFIG_PATH:
        put_path(out, *(char *const *)member);
        break;
    default:
        buf_puts(out, *(char *const *)member);
    }
}

void config_put_range(struct buf *out, int k)
{
    const struct config_key *key = &config_table[k];

    switch (key->type) {
    case CONFIG_INTEGER:
        buf_printf(out, "an integer from %.0f to %.0f", key->min, key->max);
        break;
    case CONFIG_SIZE:
        buf_puts(out, "a number of bytes from ");
        put_size(out, (int64_t)key->min);
        buf_puts(out, " to ");
        put_size(out, (int64_t)key->max);
        buf_puts(out, " (K, M, G multiply by 1024)");
        break;
    case CONFIG_REAL:
        buf_printf(out, "a number from %g to %g", key->min, key->max);
        break;
    case CONFIG_BOOLEAN:
        buf_puts(out, "true or false");
        break;
    case CONFIG_CHOICE:
        buf_puts(out, "one of ");
        for (int i = 0; key->choices[i]; i++)
            buf_printf(out, "%s%s", i ? ", " : "", key->choices[i]);
        break;
    case CONFIG_LISTEN:
        buf_puts(out, http_listen_forms);
        break;
    case CONFIG_HOSTS:
        buf_puts(out, "host names or addresses, with or without a port, separated by commas");
        break;
    case CONFIG_ORIGINS:
        buf_puts(out, "origins such as https://app.example.com, without a path, separated by "
                      "commas, or *");
        break;
    case CONFIG_PROXIES:
        buf_puts(out, "addresses or networks in digits, such as 10.0.0.0/8, or unix, separated by "
                      "commas");
        break;
    case CONFIG_ALLOWED:
        buf_puts(out, "host names, addresses or networks such as 10.0.0.0/8, without ports, "
                      "separated by commas");
        break;
    case CONFIG_PREFIX:
        buf_puts(out, "a path of letters, digits and -._~ that begins with / and ends without one");
        break;
    case CONFIG_SECRET:
        buf_puts(out, "visible ASCII without blanks");
        break;
    case CONFIG_PATH:
        buf_puts(out, "a path, not empty");
        break;
    default:
        buf_puts(out, "UTF-8 text of at most 4095 bytes without control characters");
    }
}
