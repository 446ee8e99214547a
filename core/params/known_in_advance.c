/* known_in_advance.c - the covariates whose future values come with a request: a list of names. */
#include <lstm/params.h>

#include <string.h>

enum { SEPARATOR = 0x1f };

bool params_known_in_advance(const struct params *p, const char *covariate)
{
    size_t n = strlen(covariate);

    for (const char *at = p->future_covariates; *at;) {
        const char *end = strchr(at, SEPARATOR);
        size_t len = end ? (size_t)(end - at) : strlen(at);

        if (len == n && !memcmp(at, covariate, n))
            return true;
        at += len + (end != NULL);
    }
    return false;
}

enum status params_add_known_in_advance(struct params *p, const char *covariate, struct err *e)
{
    size_t used = strlen(p->future_covariates), n = strlen(covariate);

    if (params_known_in_advance(p, covariate))
        return ST_OK;
    if (used + n + 2 > sizeof(p->future_covariates))
        return err_set(e, ST_TOO_LARGE,
                       "the names of the covariates that are known in advance have more than %zu "
                       "bytes together",
                       sizeof(p->future_covariates) - 2);
    if (used)
        p->future_covariates[used++] = SEPARATOR;
    memcpy(p->future_covariates + used, covariate, n + 1);
    return ST_OK;
}
