// Preloaded into postseal, it counts the calls that change files or speak to a server, and at one of them ends the process or lets
// the call fail:
//   FAULT_STEP=N FAULT_ACT=kill|full   acts at the Nth call; FAULT_COUNT=FILE   writes how many there were into FILE
// Programs that postseal starts are left alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int steps;

static int is_ours(void) { return strcmp(program_invocation_short_name, "postseal") == 0; }

// Whether the call fails for want of room; it does not come back where the process is ended.
static int step(int can_fail) {
  if (!is_ours()) return 0;
  int number = atomic_fetch_add(&steps, 1) + 1;
  const char *wanted = getenv("FAULT_STEP"), *act = getenv("FAULT_ACT");
  if (!wanted || !act || atoi(wanted) != number) return 0;
  if (strcmp(act, "kill") == 0) kill(getpid(), SIGKILL);
  if (!can_fail) return 0;
  errno = ENOSPC;
  return 1;
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("FAULT_COUNT");
  if (!path || !is_ours()) return;
  FILE *file = fopen(path, "we");
  if (!file) return;
  fprintf(file, "%d\n", atomic_load(&steps));
  fclose(file);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int linkat(int from, const char *path, int to, const char *name, int flags) {
  return step(1) ? -1 : NEXT(linkat)(from, path, to, name, flags);
}

int renameat(int from, const char *path, int to, const char *name) {
  return step(1) ? -1 : NEXT(renameat)(from, path, to, name);
}

int unlinkat(int folder, const char *path, int flags) {
  step(0);
  return NEXT(unlinkat)(folder, path, flags);
}

int fsync(int file) { return step(1) ? -1 : NEXT(fsync)(file); }

int mkdir(const char *path, mode_t mode) { return step(1) ? -1 : NEXT(mkdir)(path, mode); }

ssize_t write(int file, const void *bytes, size_t count) {
  struct stat found;
  int is_regular = fstat(file, &found) == 0 && S_ISREG(found.st_mode);
  return is_regular && step(1) ? -1 : NEXT(write)(file, bytes, count);
}

ssize_t send(int file, const void *bytes, size_t count, int flags) {
  step(0);
  return NEXT(send)(file, bytes, count, flags);
}

int openat(int folder, const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  int creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
  return creates && step(1) ? -1 : NEXT(openat)(folder, path, flags, mode);
}
