#define _GNU_SOURCE
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#ifdef __linux__
#include <sys/syscall.h>
#endif
#ifdef __APPLE__
#include <pthread/qos.h>
#include <sys/sysctl.h>
#endif

// ---- Waiting on a 32-bit word -------------------------------------------------------------------------------

#ifdef __linux__
enum { FUTEX_WAIT_HERE = 128, FUTEX_WAKE_HERE = 129 };  // of this process; not every libc ships the kernel's header

static void word_wait(_Atomic uint32_t *word, uint32_t seen) {
  syscall(SYS_futex, word, FUTEX_WAIT_HERE, seen, NULL, NULL, 0);
}

static void word_wake(_Atomic uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_HERE, count, NULL, NULL, 0);
}
#else
static pthread_mutex_t wait_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wait_bell = PTHREAD_COND_INITIALIZER;

static void word_wait(_Atomic uint32_t *word, uint32_t seen) {
  pthread_mutex_lock(&wait_lock);
  while (atomic_load(word) == seen) pthread_cond_wait(&wait_bell, &wait_lock);
  pthread_mutex_unlock(&wait_lock);
}

static void word_wake(_Atomic uint32_t *word, int count) {
  (void)word, (void)count;  // one condition serves both words, so everybody looks
  pthread_mutex_lock(&wait_lock);
  pthread_cond_broadcast(&wait_bell);
  pthread_mutex_unlock(&wait_lock);
}
#endif

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");  // `yield` returns at once on most cores
#endif
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// ---- The pool -----------------------------------------------------------------------------------------------

enum { MOST_THREADS = 256, SPIN_NS = 100000 };

static struct {
  // Chunk count (high half) and next chunk (low half) in one word: whoever exchanges it for its successor owns a
  // chunk of the region that is open at that very moment, so no worker can miss a region or enter a closed one.
  _Alignas(64) _Atomic uint64_t state;
  _Alignas(64) _Atomic int finished;  // chunks done by workers in this region
  _Alignas(64) _Atomic uint32_t bell;
  _Atomic int sleepers;
  _Atomic uint32_t parked;  // workers above the width wait on this one
  _Atomic bool open;        // some thread has a region
  _Atomic int width;        // 0: not yet looked up
  int started;              // workers that exist; guarded by `open`
  esp_task task;            // these two are written before `state` opens and read after a claim
  void *context;
} pool;

static _Thread_local int thread_index;

int esp_thread_index(void) { return thread_index; }

static bool available(void) {
  uint64_t state = atomic_load(&pool.state);
  return (uint32_t)state < state >> 32;
}

/// Claims and runs chunks until none is left; returns how many.
static int run_chunks(void) {
  int ran = 0;
  uint64_t state = atomic_load(&pool.state);
  while ((uint32_t)state < state >> 32) {
    if (!atomic_compare_exchange_weak(&pool.state, &state, state + 1)) continue;
    pool.task(pool.context, (int)(uint32_t)state);
    ran++;
    state = atomic_load(&pool.state);
  }
  return ran;
}

static void *worker(void *argument) {
  thread_index = (int)(intptr_t)argument;
  for (;;) {
    if (thread_index >= atomic_load(&pool.width)) {
      uint32_t seen = atomic_load(&pool.parked);
      if (thread_index >= atomic_load(&pool.width)) word_wait(&pool.parked, seen);
      continue;
    }
    int ran = run_chunks();
    if (ran) atomic_fetch_add(&pool.finished, ran);
    bool found = false;
    for (int64_t deadline = now_ns() + SPIN_NS; !found && now_ns() < deadline;)
      for (int i = 0; i < 32 && !found; i++) {
        relax();
        found = available();
      }
    if (found) continue;
    // The opener stores the state and then reads `sleepers`, this does it the other way round: one sees the other.
    uint32_t seen = atomic_load(&pool.bell);
    atomic_fetch_add(&pool.sleepers, 1);
    if (!available() && thread_index < atomic_load(&pool.width)) word_wait(&pool.bell, seen);
    atomic_fetch_sub(&pool.sleepers, 1);
  }
  return NULL;
}

/// A forked child has none of the workers.
static void forget_workers(void) {
  atomic_store(&pool.state, 0);
  atomic_store(&pool.finished, 0);
  atomic_store(&pool.sleepers, 0);
  atomic_store(&pool.open, false);
  pool.started = 0;
}

static void start_workers(int wanted) {
  static bool registered;
  if (!registered) {
    registered = true;
    pthread_atfork(NULL, NULL, forget_workers);
  }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 4 << 20);  // the defaults run from 128 KB to 8 MB
#ifdef __APPLE__
  pthread_attr_set_qos_class_np(&attributes, QOS_CLASS_USER_INITIATED, 0);
#endif
  sigset_t all, old;  // signals are for the program's own threads
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  while (pool.started < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, worker, (void *)(intptr_t)(pool.started + 1))) {
      atomic_store(&pool.width, pool.started + 1);  // make do with what there is
      break;
    }
    pool.started++;
  }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  pthread_attr_destroy(&attributes);
}

void esp_parallel(int chunks, esp_task task, void *context) {
  if (chunks <= 0) return;
  int width = chunks > 1 ? esp_thread_count() : 1;
  if (width == 1 || atomic_exchange(&pool.open, true)) {
    for (int i = 0; i < chunks; i++) task(context, i);
    return;
  }
  if (pool.started < width - 1) start_workers(width - 1);
  pool.task = task;
  pool.context = context;
  atomic_store(&pool.finished, 0);
  atomic_store(&pool.state, (uint64_t)(uint32_t)chunks << 32);
  if (atomic_load(&pool.sleepers) > 0) {
    atomic_fetch_add(&pool.bell, 1);
    word_wake(&pool.bell, chunks < width ? chunks - 1 : width - 1);
  }
  int left = chunks - run_chunks();
  for (int spins = 0; atomic_load(&pool.finished) != left; spins++)
    if (spins < 4000) relax(); else sched_yield();
  atomic_store(&pool.open, false);
}

// ---- Width --------------------------------------------------------------------------------------------------

static int processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  // A container's share of time does not show in the affinity.
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file) {
    long quota, period;
    if (fscanf(file, "%ld %ld", &quota, &period) == 2 && period > 0) {
      long share = (quota + period - 1) / period;
      if (share > 0 && share < count) count = share;
    }
    fclose(file);
  }
#endif
#ifdef __APPLE__
  int fast = 0;
  size_t size = sizeof fast;
  if (sysctlbyname("hw.perflevel0.logicalcpu", &fast, &size, NULL, 0) == 0 && fast > 0) count = fast;
#endif
  return (int)(count < 1 ? 1 : count);
}

static int clamp_width(long count) {
  return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : (int)count;
}

int esp_thread_count(void) {
  int width = atomic_load_explicit(&pool.width, memory_order_relaxed);
  if (width) return width;
  const char *text = getenv("ESPALIER_THREADS");
  long asked = text ? strtol(text, NULL, 10) : 0;
  int none = 0;
  atomic_compare_exchange_strong(&pool.width, &none, clamp_width(asked > 0 ? asked : processors()));
  return atomic_load(&pool.width);
}

void esp_set_thread_count(int count) {
  atomic_store(&pool.width, clamp_width(count));
  // Everybody looks which side of the width it is on.
  atomic_fetch_add(&pool.parked, 1);
  word_wake(&pool.parked, MOST_THREADS);
  atomic_fetch_add(&pool.bell, 1);
  word_wake(&pool.bell, MOST_THREADS);
}

// ---- Working memory -----------------------------------------------------------------------------------------

struct arena {
  void *block[ESP_SCRATCH_USERS];
  size_t size[ESP_SCRATCH_USERS];
};

static _Thread_local struct arena *arena;
static pthread_key_t arena_key;
static pthread_once_t arena_once = PTHREAD_ONCE_INIT;

static void free_arena(void *pointer) {
  struct arena *old = pointer;
  for (int i = 0; i < ESP_SCRATCH_USERS; i++) free(old->block[i]);
  free(old);
  arena = NULL;
}

static void make_key(void) { pthread_key_create(&arena_key, free_arena); }

static void out_of_memory(size_t bytes) {
  fprintf(stderr, "espalier: no memory for %zu bytes of kernel scratch\n", bytes);
  abort();
}

void *esp_scratch_of(enum esp_scratch_user user, size_t bytes) {
  if (arena && arena->size[user] >= bytes && arena->block[user]) return arena->block[user];
  if (!arena) {
    arena = calloc(1, sizeof *arena);
    if (!arena) out_of_memory(sizeof *arena);
    pthread_once(&arena_once, make_key);
    pthread_setspecific(arena_key, arena);
  }
  size_t size = (bytes + 65535) & ~(size_t)65535;
  if (size < bytes) out_of_memory(bytes);
  if (!size) size = 65536;
  free(arena->block[user]);
  arena->size[user] = 0;
  if (posix_memalign(&arena->block[user], 64, size)) {
    arena->block[user] = NULL;
    out_of_memory(bytes);
  }
  arena->size[user] = size;
  return arena->block[user];
}

void *esp_scratch(size_t bytes) { return esp_scratch_of(ESP_SCRATCH_CALLER, bytes); }
