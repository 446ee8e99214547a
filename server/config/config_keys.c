/* config_keys.c - reads keys from their files, and decides whether the API may be open. */
#include "server/config/config.h"
#include "server/config/config_table.h"
#include "server/config/keyfile.h"
#include "server/http/http.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads a key's file into *key, unless the key itself was given with the same or a higher
 * precedence. */
static enum status take_file(struct config *c, char **key, const char *name, const char *file,
                             const char *path, struct err *e)
{
    int k = config_find(name), f = config_find(file);
    bool exposed = false;
    char *read = NULL;
    enum status st;

    if (!path[0] || ((*key)[0] && c->origin[k] >= c->origin[f]))
        return ST_OK;
    st = keyfile_read(&read, &exposed, path, e);
    if (st)
        return err_wrap(e, "%s", file);
    if (exposed)
        c->exposed_key_file = path;
    c->over_key[k] = (*key)[0] != '\0';
    free(*key);
    *key = read;
    return ST_OK;
}

/* Makes a key file, if wanted, when there is no key yet. */
static enum status make_key(const struct config *c, bool make, bool *made, struct err *e)
{
    enum status st;

    if (!c->api_key_file[0])
        return err_set(e, ST_INVALID,
                       "api_key_generate is true, but api_key_file is not set: name the file that "
                       "keeps the key");
    if (!make)
        return ST_OK;
    st = keyfile_make(made, c->api_key_file, e);
    return st ? err_wrap(e, "api_key_file") : ST_OK;
}

enum status config_secure(struct config *c, bool make, bool *made, struct err *e)
{
    const char *file = c->api_key_file;
    bool generate = c->api_key_generate && !c->api_key[0];
    enum status st = ST_OK;

    *made = false;
    if (generate && c->insecure)
        file = "";
    else if (generate)
        st = make_key(c, make, made, e);
    if (!st && generate && !make && access(file, F_OK) != 0)
        return ST_OK; /* the file will be made */
    if (!st)
        st = take_file(c, &c->api_key, "api_key", "api_key_file", file, e);
    if (!st)
        st = take_file(c, &c->read_key, "read_key", "read_key_file", c->read_key_file, e);
    if (st)
        return st;
    if (c->read_key[0] && !c->api_key[0])
        return err_set(e, ST_INVALID,
                       "there is a read key but no api_key: anyone could still write");
    return ST_OK;
}

enum status config_check_exposure(const struct config *c, bool keys, struct err *e)
{
    if (keys || c->api_key[0] || c->api_key_generate || c->insecure)
        return ST_OK;
    if (strchr(c->cors_origins, '*'))
        return err_set(e, ST_INVALID,
                       "cors_origins is *, so that any web page could change data here, and there "
                       "is no key: set api_key or api_key_file, make a key with lstmd key add, or "
                       "list the origins that may");
    if (!http_listen_local(c->listen))
        return err_set(e, ST_INVALID,
                       "listen is %s, which other machines reach, and there is no key: set api_key "
                       "or api_key_file, make a key with lstmd key add, or listen on 127.0.0.1; "
                       "--insecure leaves the API open to everybody",
                       c->listen);
    return ST_OK;
}
