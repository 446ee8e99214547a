/* replay.c - runs a fuzz target on the files of its corpus, without libFuzzer, as a regression
 * test. Arguments are files or folders, of which the plain files are read, not recursively. Exit 0
 * when the target has returned for every input; a crash or a sanitizer report ends the program as
 * usual. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replayed;

static bool replay_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    /* exactly as large as the input, so that a sanitizer sees a read after its end */
    uint8_t *data = malloc(size ? size : 1);
    bool ok = f && data && fread(data, 1, size, f) == size;

    if (ok) {
        LLVMFuzzerTestOneInput(data, size);
        replayed++;
    } else {
        fprintf(stderr, "%s: cannot be read\n", path);
    }
    free(data);
    if (f)
        fclose(f);
    return ok;
}

static bool replay(const char *path, bool recurse)
{
    struct stat info;
    struct dirent *entry;
    DIR *dir;
    bool ok = true;

    if (stat(path, &info)) {
        fprintf(stderr, "%s: is not there\n", path);
        return false;
    }
    if (S_ISREG(info.st_mode))
        return replay_file(path, (size_t)info.st_size);
    if (!S_ISDIR(info.st_mode) || !recurse)
        return true;
    dir = opendir(path);
    while (dir && (entry = readdir(dir))) {
        char child[4096];
        int n = snprintf(child, sizeof child, "%s/%s", path, entry->d_name);

        if (entry->d_name[0] != '.' && n > 0 && (size_t)n < sizeof child)
            ok = replay(child, false) && ok;
    }
    if (dir)
        closedir(dir);
    return ok;
}

int main(int argc, char **argv)
{
    bool ok = true;

    for (int i = 1; i < argc; i++)
        ok = replay(argv[i], true) && ok;
    printf("%s: %d inputs replayed\n", argv[0], replayed);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
