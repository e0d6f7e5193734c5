/* Writes down what a process does to the files of a history, so that a loss of power can be played on them afterwards:
   before each write the bytes it replaces, and each fsync that has come back, which takes its time as on a slow disk, so
   that an end falls before it. Loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#undef pwrite
#undef ftruncate

struct __attribute__((packed)) record {
  uint8_t kind; /* W a write, T a truncation, S a sync that came back */
  uint8_t path_length;
  uint32_t saved; /* bytes that were there before */
  uint64_t offset;
  uint64_t length;
  uint64_t size_before;
};

static int journal = -1;
static const char *watched;
static useconds_t sync_us;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("EARSHOT_JOURNAL");
  watched = getenv("EARSHOT_WATCHED");
  const char *sync_ms = getenv("EARSHOT_SYNC_MS");
  if (sync_ms) sync_us = (useconds_t)atoi(sync_ms) * 1000;
  if (path && watched) journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_watched(int fd, char *path, size_t room) {
  char link[40];
  if (journal < 0 || fd == journal) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, room - 1);
  if (length <= 0 || length > 255) return 0;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  if (!name || strncmp(name + 1, watched, strlen(watched)) != 0) return 0;
  /* Shared memory is no part of what is durable. */
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static void note(char kind, int fd, uint64_t offset, uint64_t length) {
  char path[512];
  int kept = errno;
  if (!is_watched(fd, path, sizeof path)) { errno = kept; return; }
  struct stat found;
  uint64_t size = fstat(fd, &found) == 0 ? (uint64_t)found.st_size : 0;
  uint64_t from = kind == 'T' ? length : offset;
  uint64_t to = kind == 'T' ? size : offset + length;
  if (to > size) to = size;
  uint64_t saved = kind != 'S' && to > from ? to - from : 0;
  char *old = saved ? malloc(saved) : NULL;
  if (old) {
    ssize_t got = pread(fd, old, saved, (off_t)from);
    saved = got < 0 ? 0 : (uint64_t)got;
  }
  struct record head = { (uint8_t)kind, (uint8_t)strlen(path), (uint32_t)saved, from, length, size };
  struct iovec parts[3] = { { &head, sizeof head }, { path, strlen(path) }, { old, saved } };
  if (writev(journal, parts, 3) < 0) _exit(99);
  free(old);
  errno = kept;
}

#define REAL(name, type) \
  static type real; \
  if (!real) real = (type)dlsym(RTLD_NEXT, #name)

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
typedef ssize_t (*write_t)(int, const void *, size_t);
typedef int (*truncate_t)(int, off_t);
typedef int (*sync_t)(int);

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  REAL(pwrite, pwrite_t);
  note('W', fd, (uint64_t)offset, length);
  return real(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  REAL(pwrite64, pwrite_t);
  note('W', fd, (uint64_t)offset, length);
  return real(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(write, write_t);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  if (offset >= 0) note('W', fd, (uint64_t)offset, length);
  return real(fd, bytes, length);
}

int ftruncate(int fd, off_t length) {
  REAL(ftruncate, truncate_t);
  note('T', fd, 0, (uint64_t)length);
  return real(fd, length);
}

int ftruncate64(int fd, off_t length) {
  REAL(ftruncate64, truncate_t);
  note('T', fd, 0, (uint64_t)length);
  return real(fd, length);
}

int fsync(int fd) {
  REAL(fsync, sync_t);
  usleep(sync_us);
  int came_to = real(fd);
  if (came_to == 0) note('S', fd, 0, 0);
  return came_to;
}

int fdatasync(int fd) {
  REAL(fdatasync, sync_t);
  usleep(sync_us);
  int came_to = real(fd);
  if (came_to == 0) note('S', fd, 0, 0);
  return came_to;
}
