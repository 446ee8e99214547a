/* tls.c - see tls.h.
 *
 * Each reading of the files makes a struct identity. A handshake on another thread may still use
 * the previous one, and GnuTLS does not report when it ends. So all of them are kept until the
 * server stops: a few kilobytes for each SIGHUP. */
#include "server/http/tls.h"

#include <gnutls/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MAX = 16, KEY_ID_MAX = 64 };

struct identity {
    struct identity *before;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned length;
    gnutls_privkey_t key;
    int64_t expires; /* seconds since 1970 */
};

struct tls {
    const char *certificate_path, *key_path;
    pthread_mutex_t lock;
    struct identity *current; /* guarded by lock; owns the earlier ones */
};

static void identity_free(struct identity *id)
{
    for (unsigned i = 0; i < id->length; i++)
        gnutls_pcert_deinit(&id->chain[i]);
    if (id->key)
        gnutls_privkey_deinit(id->key);
    free(id);
}

/* ---- reading files ---- */

static enum status load(gnutls_datum_t *out, const char *path, struct err *e)
{
    int r = gnutls_load_file(path, out);

    if (r == GNUTLS_E_MEMORY_ERROR)
        return err_nomem(e, 0);
    return r ? err_set(e, ST_IO, "cannot read %.300s", path) : ST_OK;
}

static enum status sort_chain(struct identity *id, gnutls_x509_crt_t *list, unsigned n,
                              const char *path, struct err *e)
{
    int r = GNUTLS_E_SUCCESS;

    if (n > CHAIN_MAX)
        return err_set(e, ST_INVALID, "%.300s has %u certificates; at most %d are accepted", path,
                       n, CHAIN_MAX);
    id->length = n;
    r = gnutls_pcert_import_x509_list(id->chain, list, &id->length, GNUTLS_X509_CRT_LIST_SORT);
    if (r < 0) {
        id->length = 0;
        return err_set(e, ST_INVALID,
                       "%.300s: its certificates do not make a chain from the server's to its "
                       "root's: %s",
                       path, gnutls_strerror(r));
    }
    return ST_OK;
}

static enum status read_chain(struct identity *id, const char *path, struct err *e)
{
    gnutls_datum_t text = {0};
    gnutls_x509_crt_t *list = NULL;
    unsigned n = 0;
    enum status st = load(&text, path, e);
    int r;

    if (st)
        return st;
    r = gnutls_x509_crt_list_import2(&list, &n, &text, GNUTLS_X509_FMT_PEM, 0);
    gnutls_free(text.data);
    if (r < 0)
        return err_set(e, ST_INVALID, "%.300s holds no certificate in PEM form: %s", path,
                       gnutls_strerror(r));
    st = sort_chain(id, list, n, path, e);
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return st;
}

static enum status read_key(struct identity *id, const char *path, struct err *e)
{
    gnutls_datum_t text = {0};
    enum status st = load(&text, path, e);
    int r;

    if (st)
        return st;
    r = gnutls_privkey_init(&id->key);
    if (!r)
        r = gnutls_privkey_import_x509_raw(id->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_memset(text.data, 0, text.size);
    gnutls_free(text.data);
    if (r == GNUTLS_E_DECRYPTION_FAILED)
        return err_set(e, ST_INVALID,
                       "the key in %.300s needs a password; store it without one, readable by "
                       "the daemon alone",
                       path);
    if (r)
        return err_set(e, ST_INVALID, "%.300s holds no private key in PEM form: %s", path,
                       gnutls_strerror(r));
    return ST_OK;
}

/* *same: whether certificate and key have the same public key. Also finds when the certificate
 * expires. */
static int compare_halves(bool *same, struct identity *id)
{
    unsigned char a[KEY_ID_MAX], b[KEY_ID_MAX];
    size_t na = sizeof a, nb = sizeof b;
    gnutls_x509_crt_t leaf = NULL;
    gnutls_pubkey_t half = NULL;
    int r = gnutls_pcert_export_x509(&id->chain[0], &leaf);

    if (!r)
        r = gnutls_pubkey_init(&half);
    if (!r)
        r = gnutls_pubkey_import_privkey(half, id->key, 0, 0);
    if (!r)
        r = gnutls_pubkey_get_key_id(half, GNUTLS_KEYID_USE_SHA256, a, &na);
    if (!r)
        r = gnutls_x509_crt_get_key_id(leaf, GNUTLS_KEYID_USE_SHA256, b, &nb);
    *same = !r && na == nb && memcmp(a, b, na) == 0;
    if (leaf)
        id->expires = gnutls_x509_crt_get_expiration_time(leaf);
    gnutls_pubkey_deinit(half);
    gnutls_x509_crt_deinit(leaf);
    return r;
}

static enum status check_halves(struct identity *id, const struct tls *t, struct err *e)
{
    bool same = false;
    int r = compare_halves(&same, id);

    if (r)
        return err_set(e, ST_INVALID, "%.300s and %.300s cannot be compared: %s",
                       t->certificate_path, t->key_path, gnutls_strerror(r));
    if (!same)
        return err_set(e, ST_INVALID,
                       "the key in %.300s does not belong to the first certificate of %.300s",
                       t->key_path, t->certificate_path);
    return ST_OK;
}

enum status tls_reload(struct tls *t, struct err *e)
{
    struct identity *id = calloc(1, sizeof *id);
    enum status st;

    if (!id)
        return err_nomem(e, sizeof *id);
    st = read_chain(id, t->certificate_path, e);
    if (!st)
        st = read_key(id, t->key_path, e);
    if (!st)
        st = check_halves(id, t, e);
    if (st) {
        identity_free(id);
        return st;
    }
    (void)pthread_mutex_lock(&t->lock);
    id->before = t->current;
    t->current = id;
    (void)pthread_mutex_unlock(&t->lock);
    return ST_OK;
}

/* ---- making and freeing ---- */

enum status tls_new(struct tls **out, const char *certificate, const char *key, struct err *e)
{
    struct tls *t = calloc(1, sizeof *t);
    enum status st;

    *out = NULL;
    if (!t || pthread_mutex_init(&t->lock, NULL)) {
        free(t);
        return err_nomem(e, sizeof *t);
    }
    t->certificate_path = certificate;
    t->key_path = key;
    st = tls_reload(t, e);
    if (st)
        tls_free(t);
    else
        *out = t;
    return st;
}

void tls_free(struct tls *t)
{
    struct identity *id, *before;

    if (!t)
        return;
    for (id = t->current; id; id = before) {
        before = id->before;
        identity_free(id);
    }
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

/* ---- use ---- */

void tls_current(struct tls *t, gnutls_pcert_st **chain, unsigned *length, gnutls_privkey_t *key)
{
    (void)pthread_mutex_lock(&t->lock);
    *chain = t->current->chain;
    *length = t->current->length;
    *key = t->current->key;
    (void)pthread_mutex_unlock(&t->lock);
}

int64_t tls_expires(struct tls *t)
{
    int64_t expires;

    (void)pthread_mutex_lock(&t->lock);
    expires = t->current->expires;
    (void)pthread_mutex_unlock(&t->lock);
    return expires;
}

void tls_send_last(gnutls_session_t session, const char *data, size_t n)
{
    ssize_t sent;

    do {
        sent = gnutls_record_send(session, data, n);
        if (sent > 0) {
            data += sent;
            n -= (size_t)sent;
        }
    } while (n > 0 && (sent > 0 || sent == GNUTLS_E_INTERRUPTED));
    if (n == 0)
        (void)gnutls_bye(session, GNUTLS_SHUT_WR);
}
