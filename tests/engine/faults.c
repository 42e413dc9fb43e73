// A disk that fails or stops when it is told to: preloaded into a test, it stands between the program (SQLite too) and the
// system's calls that change files under $FACE_FAULTS/disk. One line in $FACE_FAULTS/orders says what to do:
//
//   snap 0 0     before every change, and in the middle of every write, the disk as a crash would leave it is copied to
//                $FACE_FAULTS/snaps/NNNNN
//   once N ERR   the Nth change from now on fails with ERR
//   gone N ERR   it and all that follow
//   full N ERR   it writes half of its bytes; whatever follows and needs room fails
//   slow N MS    it and all that follow take so many milliseconds longer, though no longer than these orders hold
//   share N MS   the same, of the changes under `faces` only, which are the only ones counted
//
// $FACE_FAULTS/count then holds how many changes there were. Files named `acknowledged` belong to the test.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char orders[64], mode[8];
static int at, error, count, snaps;
static __thread int is_share;

// The system itself, past this file.
static int plain_open(const char *path, int flags) { return syscall(SYS_openat, AT_FDCWD, path, flags, 0600); }

static const char *home(void) {
    static const char *found;
    return found ? found : (found = getenv("FACE_FAULTS"));
}

static int counts(const char *path) {
    size_t n = home() ? strlen(home()) : 0;
    if (!n || strncmp(path, home(), n) || strncmp(path + n, "/disk/", 6)) return 0;
    const char *name = strrchr(path, '/');
    is_share = !strncmp(path + n, "/disk/faces", 11);
    return strcmp(name, "/acknowledged") != 0;
}

static int counts_fd(int fd) {
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return counts(path);
}

static int counts_at(int dir, const char *path) {
    return path[0] == '/' || dir == AT_FDCWD ? counts(path) : counts_fd(dir);
}

static void snap(void) {
    char from[4096], to[4096];
    snprintf(from, sizeof from, "%s/disk", home());
    snprintf(to, sizeof to, "%s/snaps/%05d", home(), snaps++);
    char *arguments[] = {"cp", "-a", from, to, NULL}, *nothing[] = {NULL};
    pid_t child;
    int ended;
    if (posix_spawn(&child, "/bin/cp", NULL, NULL, arguments, nothing)) abort();
    waitpid(child, &ended, 0);
    if (ended) abort();
}

// What a change needs of the disk.
enum need { NOTHING, CHANGE, ROOM };
// What becomes of it.
enum told { GOES_ON, STOPS_HALFWAY, FAILS };

static void read_orders(char now[64]) {
    char path[4096];
    snprintf(path, sizeof path, "%s/orders", home());
    memset(now, 0, 64);
    int file = plain_open(path, O_RDONLY);
    if (file < 0) return;
    if (syscall(SYS_read, file, now, 63) < 0) now[0] = 0;
    syscall(SYS_close, file);
}

// Takes its time, which is nobody else's.
static void linger(const char *begun, int ms) {
    char now[64];
    pthread_mutex_unlock(&turn);
    do {
        usleep(1000);
        read_orders(now);
    } while (--ms > 0 && !strcmp(now, begun));
    pthread_mutex_lock(&turn);
}

// Begins a change; until `end`, nothing else is changed.
static enum told begin(enum need need) {
    pthread_mutex_lock(&turn);
    int file;
    char path[4096], now[64];
    read_orders(now);
    if (strcmp(now, orders)) {
        strcpy(orders, now);
        count = at = 0;
        mode[0] = 0;
        sscanf(now, "%7s %d %d", mode, &at, &error);
    }
    if (!mode[0]) return GOES_ON;
    if (!strcmp(mode, "snap")) {
        if (need != NOTHING) snap();
        return need == ROOM ? STOPS_HALFWAY : GOES_ON;
    }
    if (!strcmp(mode, "share") && !is_share) return GOES_ON;
    char text[16];
    snprintf(text, sizeof text, "%d\n", ++count);
    snprintf(path, sizeof path, "%s/count", home());
    if ((file = plain_open(path, O_WRONLY | O_CREAT | O_TRUNC)) >= 0) {
        if (syscall(SYS_write, file, text, strlen(text)) < 0) abort();
        syscall(SYS_close, file);
    }
    if (count < at) return GOES_ON;
    if (!strcmp(mode, "slow") || !strcmp(mode, "share")) {
        linger(now, error);
        return GOES_ON;
    }
    if (!strcmp(mode, "once")) return count == at ? FAILS : GOES_ON;
    if (!strcmp(mode, "gone")) return FAILS;
    return need != ROOM ? GOES_ON : count == at ? STOPS_HALFWAY : FAILS;
}

static void end(void) {
    int kept = errno;
    pthread_mutex_unlock(&turn);
    errno = kept;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

// A call that is done or not.
#define CALL(need, where, name, declared, given)                                                                       \
    int name declared {                                                                                                \
        REAL(name);                                                                                                    \
        if (!(where)) return real given;                                                                               \
        int done = begin(need) == FAILS ? (errno = error, -1) : real given;                                            \
        end();                                                                                                         \
        return done;                                                                                                   \
    }

CALL(CHANGE, counts(to), rename, (const char *from, const char *to), (from, to))
CALL(CHANGE, counts(path), unlink, (const char *path), (path))
CALL(CHANGE, counts_at(dir, path), unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
CALL(ROOM, counts(path), mkdir, (const char *path, mode_t rights), (path, rights))
CALL(CHANGE, counts(path), rmdir, (const char *path), (path))
CALL(CHANGE, counts_fd(fd), ftruncate, (int fd, off_t length), (fd, length))
CALL(CHANGE, counts_fd(fd), ftruncate64, (int fd, off64_t length), (fd, length))
CALL(NOTHING, counts_fd(fd), fsync, (int fd), (fd))
CALL(NOTHING, counts_fd(fd), fdatasync, (int fd), (fd))

// Opening changes something where it makes a file or empties one.
#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(name);                                                                                                    \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t rights = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                      \
        va_end(rest);                                                                                                  \
        struct stat there;                                                                                             \
        int makes = (flags & O_CREAT && stat(path, &there)) || flags & O_TRUNC;                                        \
        if (!makes || !counts(path)) return real(path, flags, rights);                                                 \
        int done = begin(ROOM) == FAILS ? (errno = error, -1) : real(path, flags, rights);                             \
        end();                                                                                                         \
        return done;                                                                                                   \
    }

OPEN(open)
OPEN(open64)

// A call that may be done by half.
#define WRITE(name, declared, half, whole, rest)                                                                       \
    ssize_t name declared {                                                                                            \
        REAL(name);                                                                                                    \
        if (!counts_fd(fd)) return real whole;                                                                         \
        enum told told = begin(ROOM);                                                                                  \
        size_t part = told == STOPS_HALFWAY ? length / 2 : 0;                                                          \
        ssize_t done;                                                                                                  \
        if (told == FAILS || (told == STOPS_HALFWAY && !part && strcmp(mode, "snap"))) {                               \
            errno = error;                                                                                             \
            done = -1;                                                                                                 \
        } else if (!part) {                                                                                            \
            done = real whole;                                                                                         \
        } else if ((done = real half) == (ssize_t)part && !strcmp(mode, "snap")) {                                     \
            snap();                                                                                                    \
            done = real rest;                                                                                          \
            if (done >= 0) done += part;                                                                               \
        }                                                                                                              \
        end();                                                                                                         \
        return done;                                                                                                   \
    }
#define BYTES ((const char *)bytes + part)

WRITE(write, (int fd, const void *bytes, size_t length), (fd, bytes, part), (fd, bytes, length),
      (fd, BYTES, length - part))
WRITE(pwrite, (int fd, const void *bytes, size_t length, off_t where), (fd, bytes, part, where),
      (fd, bytes, length, where), (fd, BYTES, length - part, where + part))
WRITE(pwrite64, (int fd, const void *bytes, size_t length, off64_t where), (fd, bytes, part, where),
      (fd, bytes, length, where), (fd, BYTES, length - part, where + part))
