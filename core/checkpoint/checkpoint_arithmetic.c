/* checkpoint_arithmetic.c - which arithmetic a checkpoint was computed in. */
#include <lstm/checkpoint.h>

#include <stdio.h>
#include <string.h>

enum status checkpoint_set_arithmetic(struct checkpoint *c, struct err *e)
{
    char name[ARITHMETIC_LEN_MAX + 1];

    arithmetic_name(name);
    return checkpoint_set(c, CHECKPOINT_ARITHMETIC, name, e);
}

enum status checkpoint_check_arithmetic(const struct checkpoint *c, struct err *e)
{
    const char *theirs = checkpoint_get(c, CHECKPOINT_ARITHMETIC);
    char ours[ARITHMETIC_LEN_MAX + 1];

    arithmetic_name(ours);
    if (theirs && strcmp(theirs, ours) == 0)
        return ST_OK;
    return err_set(e, ST_CORRUPT,
                   "the snapshot was computed in %s%.60s and this process computes in %s: the two "
                   "differ in the last bits and must not be mixed",
                   theirs ? "the arithmetic " : "an arithmetic that it does not name",
                   theirs ? theirs : "", ours);
}

enum status checkpoint_get_arithmetic(char out[ARITHMETIC_LEN_MAX + 1], const struct checkpoint *c,
                                      struct err *e)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const char *name = checkpoint_get(c, CHECKPOINT_ARITHMETIC);

    out[0] = '\0';
    if (!name)
        return ST_OK;
    if (!name[0] || strlen(name) > ARITHMETIC_LEN_MAX || strspn(name, allowed) != strlen(name))
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata " CHECKPOINT_ARITHMETIC
                       " is '%.60s'; it must be 1 to %d letters, digits and hyphens, such as "
                       "avx2-1-0f3a5c7e9b1d2468",
                       name, ARITHMETIC_LEN_MAX);
    memcpy(out, name, strlen(name) + 1);
    return ST_OK;
}
