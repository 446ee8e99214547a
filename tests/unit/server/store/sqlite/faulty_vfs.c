/* faulty_vfs.c - see faulty_vfs.h. A file is one of SQLite's own, but its table of methods counts
 * the calls. */
#include "tests/unit/server/store/sqlite/faulty_vfs.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

struct fault {
    bool armed, fired, reads;
    int after, left, code, reason; /* left: failures to come; reason: errno; 0: unchanged */
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER; /* of both */
static struct fault io, memory;

static int count_locked(struct fault *f)
{
    if (!f->armed || f->left == 0)
        return 0;
    if (!f->fired && f->after-- > 0)
        return 0;
    f->fired = true;
    f->left -= f->left != INT_MAX;
    return f->code;
}

static int count(struct fault *f)
{
    int code, reason;

    (void)pthread_mutex_lock(&guard);
    code = count_locked(f);
    reason = f->reason;
    (void)pthread_mutex_unlock(&guard);
    if (code && reason)
        errno = reason;
    return code;
}

/* A call that only reads. */
static int count_read(int code)
{
    return io.reads && count(&io) ? code : 0;
}

static void arm(struct fault *f, const struct fault *how)
{
    (void)pthread_mutex_lock(&guard);
    *f = *how;
    (void)pthread_mutex_unlock(&guard);
}

void faulty_vfs_arm(int after, int code, bool once)
{
    arm(&io,
        &(struct fault){.armed = true, .left = once ? 1 : INT_MAX, .after = after, .code = code});
}

void faulty_vfs_outage(int after, int failures, int code, int reason)
{
    arm(&io, &(struct fault){.armed = true,
                             .reads = true,
                             .left = failures,
                             .after = after,
                             .code = code,
                             .reason = reason});
}

/* Set while no thread reads. */
static unsigned char bad[16];
static size_t bad_len;

void faulty_vfs_bad_bytes(const void *bytes, size_t n)
{
    bad_len = n < sizeof(bad) ? n : sizeof(bad);
    if (n)
        memcpy(bad, bytes, bad_len);
}

static bool is_bad(const void *p, int n)
{
    return bad_len && memmem(p, (size_t)n, bad, bad_len);
}

void faulty_vfs_reason(int reason)
{
    io.reason = reason;
}

void faulty_vfs_disarm(void)
{
    io.armed = false;
}

bool faulty_vfs_fired(void)
{
    return io.fired;
}

void faulty_memory_arm(int after, bool once)
{
    arm(&memory,
        &(struct fault){.armed = true, .left = once ? 1 : INT_MAX, .after = after, .code = 1});
}

void faulty_memory_disarm(void)
{
    memory.armed = false;
}

bool faulty_memory_fired(void)
{
    return memory.fired;
}

/* ---- files ---- */

struct file {
    sqlite3_file base;
    sqlite3_file real[1]; /* followed by the data of the real file */
};

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct file *)f)->real;
}

static int close_file(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int read_file(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    int rc = count_read(SQLITE_IOERR_READ);

    if (!rc)
        rc = real_of(f)->pMethods->xRead(real_of(f), p, n, at);
    return rc == SQLITE_OK && is_bad(p, n) ? SQLITE_IOERR_READ : rc;
}

static int write_file(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    int rc = count(&io);

    return rc ? rc : real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int truncate_file(sqlite3_file *f, sqlite3_int64 n)
{
    int rc = count(&io);

    return rc ? rc : real_of(f)->pMethods->xTruncate(real_of(f), n);
}

static int sync_file(sqlite3_file *f, int flags)
{
    (void)f;
    (void)flags;
    return count(&io);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int lock(sqlite3_file *f, int how)
{
    return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int unlock(sqlite3_file *f, int how)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int check_lock(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int sector_size(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int characteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_lock,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static sqlite3_vfs *real_vfs;

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    int rc;

    (void)vfs;
    memset(f, 0, sizeof(*f));
    rc = count_read(SQLITE_CANTOPEN);
    if (rc)
        return rc;
    rc = real_vfs->xOpen(real_vfs, name, real_of(f), flags, out);
    if (real_of(f)->pMethods)
        f->pMethods = &methods;
    return rc;
}

void faulty_vfs_install(void)
{
    static sqlite3_vfs vfs;

    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "faulty";
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    vfs.xOpen = open_file;
    sqlite3_vfs_register(&vfs, 1);
}

/* ---- memory ---- */

static sqlite3_mem_methods real_memory;

static void *allocate(int n)
{
    return count(&memory) ? NULL : real_memory.xMalloc(n);
}

static void *reallocate(void *p, int n)
{
    return count(&memory) ? NULL : real_memory.xRealloc(p, n);
}

void faulty_memory_install(void)
{
    sqlite3_mem_methods m;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    m = real_memory;
    m.xMalloc = allocate;
    m.xRealloc = reallocate;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &m);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* so that each allocation can fail */
}
