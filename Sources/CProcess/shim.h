#pragma once

// What Swift's own C module hides: functions with variable arguments, and those behind feature macros.

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

#ifdef __linux__
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#endif

/// Forbids core dumps and attaching by other processes of the same user; 0 or -1. Nothing to do outside Linux.
static inline int process_forbid_dumps(void) {
#ifdef __linux__
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#else
  return 0;
#endif
}

/// Lets all threads share one heap, where each would reserve address space of its own. Nothing to do where the C library has no such heaps.
static inline void process_share_heap(void) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

/// The columns a scalar takes on a terminal of the locale; -1 when it cannot be shown.
static inline int process_column_width(unsigned int scalar) {
  extern int wcwidth(wchar_t);
  return wcwidth((wchar_t)scalar);
}

/// 1 when the locale's characters are UTF-8, else 0.
static inline int process_locale_is_utf8(void) {
  const char *name = nl_langinfo(CODESET);
  return name != NULL && strcmp(name, "UTF-8") == 0;
}

/// 1 when the folder lies in memory (tmpfs or ramfs), else 0; outside Linux always 0.
static inline int process_folder_is_in_memory(const char *path) {
#ifdef __linux__
  struct statfs found;
  if (statfs(path, &found) != 0) return 0;
  return (unsigned)found.f_type == 0x01021994u || (unsigned)found.f_type == 0x858458f6u;
#else
  (void)path;
  return 0;
#endif
}
