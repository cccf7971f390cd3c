/*
 * Stands between a process and its disk: records what happens below one directory, in the order in
 * which it happens, and makes what it is told to fail. Linux, glibc; loaded by LD_PRELOAD.
 *
 *   SHIM_DIR      the directory, as an absolute path; without it the shim does nothing
 *   SHIM_JOURNAL  a file outside of it that takes the records
 *   SHIM_FAIL     KIND:N:ERROR:HOW, such as sync:3:EIO:sticky. KIND is write, sync or
 *                          rename; from 1 on, the N-th of it fails, with HOW once or sticky (and
 *                          all of that kind that follow); ERROR is EIO, ENOSPC, EROFS or KILL,
 *                          which ends the process there with exit code 137.
 *
 * A record is written when the call has returned, and before its caller knows: who has seen a call
 * return finds it in the journal before all that it causes. A sync has two records; it covers what
 * stands before the first. What fails has no effect and one record that says so. A file that is
 * mapped to memory is copied into the journal after every sync of any file.
 *
 * One record: struct head, path, other path, bytes. Nothing here allocates.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum op {
  CREATED = 1, /* path, file */
  OPENED,      /* path, file */
  WRITTEN,     /* file, offset, bytes */
  TRUNCATED,   /* file, length */
  ALLOCATED,   /* file, offset, length; flags as fallocate has them */
  RENAMED,     /* path, other path */
  UNLINKED,    /* path */
  MADE,        /* path: a directory */
  REMOVED,     /* path: a directory */
  SYNC_BEGINS, /* path of a directory, or file; offset: a number of its own */
  SYNC_ENDS,   /* offset: that number; flags: 1 where it failed */
  MAPPED,      /* path; bytes: what is in memory now */
  FAILED       /* path: what was made to fail */
};

struct head {
  uint32_t magic;
  uint8_t op;
  uint8_t flags;
  uint16_t path_length;
  uint16_t other_length;
  uint16_t reserved;
  uint32_t reserved_too;
  uint64_t nanos;
  uint64_t file;
  uint64_t offset;
  uint64_t length;
  uint64_t bytes;
} __attribute__((packed));

enum { FILES_MAX = 65536 };

enum kind { WRITE, SYNC, RENAME, KINDS };

enum { KILL = -1, KILLED = 128 + 9 };

static char directory[PATH_MAX];
static size_t directory_length;
static int journal = -1;
static atomic_uint_fast64_t files[FILES_MAX]; /* by descriptor: inode, 0 where it is not ours */
static atomic_char is_directory[FILES_MAX];
static atomic_uint_fast64_t syncs;
static atomic_long counted[KINDS];
static enum kind fail_kind = KINDS;
static long fail_at;
static int fail_error;
static int fail_sticky;

static void *mapped;
static size_t mapped_length;
static char mapped_path[PATH_MAX];

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    static const char text[] = "shim: no such function\n";
    syscall(SYS_write, 2, text, sizeof text - 1);
    _exit(70);
  }
  return found;
}

static void parse_failure(const char *text) {
  char kind[16], error[16], how[16];
  long n;
  if (sscanf(text, "%15[^:]:%ld:%15[^:]:%15s", kind, &n, error, how) != 4) {
    fprintf(stderr, "shim: SHIM_FAIL is KIND:N:ERROR:HOW\n");
    _exit(70);
  }
  fail_kind = strcmp(kind, "write") == 0 ? WRITE : strcmp(kind, "sync") == 0 ? SYNC : RENAME;
  fail_error = strcmp(error, "ENOSPC") == 0 ? ENOSPC
      : strcmp(error, "EROFS") == 0         ? EROFS
      : strcmp(error, "KILL") == 0          ? KILL
                                            : EIO;
  fail_sticky = strcmp(how, "sticky") == 0;
  fail_at = n;
}

__attribute__((constructor)) static void begin(void) {
  const char *where = getenv("SHIM_DIR");
  const char *to = getenv("SHIM_JOURNAL");
  const char *failure = getenv("SHIM_FAIL");
  if (where == NULL || to == NULL) {
    return;
  }
  snprintf(directory, sizeof directory, "%s", where);
  journal = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (journal < 0) {
    fprintf(stderr, "shim: cannot write %s\n", to);
    _exit(70);
  }
  if (failure != NULL && failure[0] != 0) {
    parse_failure(failure);
  }
  directory_length = strlen(directory);
}

/* Whether a path is below the directory, or is it. */
static int ours(const char *path) {
  return journal >= 0 && directory_length > 0 && path != NULL
      && strncmp(path, directory, directory_length) == 0
      && (path[directory_length] == '/' || path[directory_length] == 0);
}

static uint64_t file_of(int fd) {
  return fd >= 0 && fd < FILES_MAX ? atomic_load(&files[fd]) : 0;
}

static void record(enum op op, int flags, uint64_t file, uint64_t offset, uint64_t length,
    const char *path, const char *other, const void *bytes, size_t count) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct head head = {
      .magic = 0x31524A57,
      .op = (uint8_t)op,
      .flags = (uint8_t)flags,
      .path_length = (uint16_t)(path == NULL ? 0 : strlen(path)),
      .other_length = (uint16_t)(other == NULL ? 0 : strlen(other)),
      .nanos = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
      .file = file,
      .offset = offset,
      .length = length,
      .bytes = count,
  };
  struct iovec parts[] = {
      {&head, sizeof head},
      {(void *)path, head.path_length},
      {(void *)other, head.other_length},
      {(void *)bytes, count},
  };
  int saved = errno;
  size_t all = sizeof head + head.path_length + head.other_length + count;
  if (syscall(SYS_writev, journal, parts, 4) != (long)all) { /* one call, so that none mix */
    static const char text[] = "shim: the journal cannot be written\n";
    syscall(SYS_write, 2, text, sizeof text - 1);
    _exit(70);
  }
  errno = saved;
}

/* Whether this call has to fail; errno is set then. */
static int fails(enum kind kind, const char *path) {
  long n = atomic_fetch_add(&counted[kind], 1) + 1;
  if (kind != fail_kind || n < fail_at || (n > fail_at && !fail_sticky)) {
    return 0;
  }
  record(FAILED, (int)kind, 0, 0, (uint64_t)n, path, NULL, NULL, 0);
  if (fail_error == KILL) {
    _exit(KILLED);
  }
  errno = fail_error;
  return 1;
}

/* ------------------------------------------------------------------ opening and closing */

static int opened(int fd, const char *path, int flags, int existed) {
  struct stat about;
  if (fd < 0 || fd >= FILES_MAX || fstat(fd, &about) != 0) {
    return fd;
  }
  atomic_store(&is_directory[fd], S_ISDIR(about.st_mode) ? 1 : 0);
  atomic_store(&files[fd], about.st_ino);
  if (!S_ISDIR(about.st_mode)) {
    record(existed ? OPENED : CREATED, 0, about.st_ino, 0, 0, path, NULL, NULL, 0);
    if (existed && (flags & O_TRUNC) != 0) {
      record(TRUNCATED, 0, about.st_ino, 0, 0, NULL, NULL, NULL, 0);
    }
  } else {
    record(OPENED, 1, about.st_ino, 0, 0, path, NULL, NULL, 0);
  }
  return fd;
}

static int not_ours(int fd) {
  if (fd >= 0 && fd < FILES_MAX) {
    atomic_store(&files[fd], 0);
  }
  return fd;
}

static int exists(const char *path) {
  struct stat about;
  return stat(path, &about) == 0;
}

#define OPEN(name)                                                                                 \
  int name(const char *path, int flags, ...) {                                                     \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;                 \
    va_end(rest);                                                                                  \
    if (!ours(path)) {                                                                             \
      return not_ours(REAL(name)(path, flags, mode));                                              \
    }                                                                                              \
    int existed = exists(path);                                                                    \
    return opened(REAL(name)(path, flags, mode), path, flags, existed);                            \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
  int name(int at, const char *path, int flags, ...) {                                             \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;                 \
    va_end(rest);                                                                                  \
    if (!ours(path)) {                                                                             \
      return not_ours(REAL(name)(at, path, flags, mode));                                          \
    }                                                                                              \
    int existed = exists(path);                                                                    \
    return opened(REAL(name)(at, path, flags, mode), path, flags, existed);                        \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  not_ours(fd);
  return REAL(close)(fd);
}

int closedir(DIR *stream) {
  not_ours(dirfd(stream)); /* the library closes it by itself */
  return REAL(closedir)(stream);
}

/* ------------------------------------------------------------------ contents */

ssize_t write(int fd, const void *bytes, size_t count) {
  uint64_t file = file_of(fd);
  if (file == 0) {
    return REAL(write)(fd, bytes, count);
  }
  if (fails(WRITE, "write")) {
    return -1;
  }
  ssize_t done = REAL(write)(fd, bytes, count);
  if (done > 0) {
    off_t end = lseek(fd, 0, SEEK_CUR);
    record(WRITTEN, 0, file, (uint64_t)(end - done), 0, NULL, NULL, bytes, (size_t)done);
  }
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (file_of(fd) == 0) {
    return REAL(writev)(fd, parts, count);
  }
  ssize_t all = 0; /* what we record is one range of memory: part by part */
  for (int i = 0; i < count; i++) {
    ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) {
      return all > 0 ? all : -1;
    }
    all += done;
    if ((size_t)done < parts[i].iov_len) {
      break;
    }
  }
  return all;
}

#define PWRITE(name)                                                                               \
  ssize_t name(int fd, const void *bytes, size_t count, off_t offset) {                            \
    uint64_t file = file_of(fd);                                                                   \
    if (file == 0) {                                                                               \
      return REAL(name)(fd, bytes, count, offset);                                                 \
    }                                                                                              \
    if (fails(WRITE, "pwrite")) {                                                                  \
      return -1;                                                                                   \
    }                                                                                              \
    ssize_t done = REAL(name)(fd, bytes, count, offset);                                           \
    if (done > 0) {                                                                                \
      record(WRITTEN, 0, file, (uint64_t)offset, 0, NULL, NULL, bytes, (size_t)done);              \
    }                                                                                              \
    return done;                                                                                   \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define FTRUNCATE(name)                                                                            \
  int name(int fd, off_t length) {                                                                 \
    uint64_t file = file_of(fd);                                                                   \
    int result = REAL(name)(fd, length);                                                           \
    if (file != 0 && result == 0) {                                                                \
      record(TRUNCATED, 0, file, 0, (uint64_t)length, NULL, NULL, NULL, 0);                        \
    }                                                                                              \
    return result;                                                                                 \
  }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define FALLOCATE(name)                                                                            \
  int name(int fd, int mode, off_t offset, off_t length) {                                         \
    uint64_t file = file_of(fd);                                                                   \
    int result = REAL(name)(fd, mode, offset, length);                                             \
    if (file != 0 && result == 0) {                                                                \
      record(ALLOCATED, mode, file, (uint64_t)offset, (uint64_t)length, NULL, NULL, NULL, 0);      \
    }                                                                                              \
    return result;                                                                                 \
  }
FALLOCATE(fallocate)
FALLOCATE(fallocate64)

#define MMAP(name)                                                                                 \
  void *name(void *address, size_t length, int protection, int flags, int fd, off_t offset) {      \
    void *memory = REAL(name)(address, length, protection, flags, fd, offset);                     \
    if (memory != MAP_FAILED && (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0        \
        && file_of(fd) != 0) {                                                                     \
      char link[64];                                                                               \
      snprintf(link, sizeof link, "/proc/self/fd/%d", fd);                                         \
      ssize_t size = readlink(link, mapped_path, sizeof mapped_path - 1);                          \
      mapped_path[size < 0 ? 0 : size] = 0;                                                        \
      mapped_length = length;                                                                      \
      mapped = memory;                                                                             \
    }                                                                                              \
    return memory;                                                                                 \
  }
MMAP(mmap)
MMAP(mmap64)

/* ------------------------------------------------------------------ syncs */

static void snapshot(void) {
  if (mapped != NULL) {
    record(MAPPED, 0, 0, 0, 0, mapped_path, NULL, mapped, mapped_length);
  }
}

#define FSYNC(name)                                                                                \
  int name(int fd) {                                                                               \
    uint64_t file = file_of(fd);                                                                   \
    if (file == 0) {                                                                               \
      return REAL(name)(fd);                                                                       \
    }                                                                                              \
    uint64_t number = atomic_fetch_add(&syncs, 1) + 1;                                             \
    record(SYNC_BEGINS, atomic_load(&is_directory[fd]), file, number, 0, NULL, NULL, NULL, 0);     \
    int result = fails(SYNC, #name) ? -1 : REAL(name)(fd);                                         \
    record(SYNC_ENDS, result == 0 ? 0 : 1, file, number, 0, NULL, NULL, NULL, 0);                  \
    snapshot();                                                                                    \
    return result;                                                                                 \
  }
FSYNC(fsync)
FSYNC(fdatasync)

/* sync_file_range promises nothing after a power cut, so it is no sync here. */

/* ------------------------------------------------------------------ names */

int rename(const char *from, const char *to) {
  if (!ours(from)) {
    return REAL(rename)(from, to);
  }
  if (fails(RENAME, to)) {
    return -1;
  }
  int result = REAL(rename)(from, to);
  if (result == 0) {
    record(RENAMED, 0, 0, 0, 0, from, to, NULL, 0);
  }
  return result;
}

int unlink(const char *path) {
  int result = REAL(unlink)(path);
  if (result == 0 && ours(path)) {
    record(UNLINKED, 0, 0, 0, 0, path, NULL, NULL, 0);
  }
  return result;
}

int mkdir(const char *path, mode_t mode) {
  int result = REAL(mkdir)(path, mode);
  if (result == 0 && ours(path)) {
    record(MADE, 0, 0, 0, 0, path, NULL, NULL, 0);
  }
  return result;
}

int rmdir(const char *path) {
  int result = REAL(rmdir)(path);
  if (result == 0 && ours(path)) {
    record(REMOVED, 0, 0, 0, 0, path, NULL, NULL, 0);
  }
  return result;
}
