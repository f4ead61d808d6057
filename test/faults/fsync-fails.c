/* Preloaded into PostgreSQL: what makes written data durable fails as it does on a broken disk, once for the
   file FSYNC_FAILS_ONCE, which is removed by that, and always while the file FSYNC_FAILS_WHILE is there. The
   writes themselves go well, as on such a disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int fails(void) {
  const char *once = getenv("FSYNC_FAILS_ONCE"), *always = getenv("FSYNC_FAILS_WHILE");
  if (once != NULL && unlink(once) == 0) return 1;
  return always != NULL && access(always, F_OK) == 0;
}

int fsync(int fd) {
  static int (*real)(int);
  if (fails()) return errno = EIO, -1;
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (fails()) return errno = EIO, -1;
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return real(fd);
}
