#ifndef ESPALIER_THREADS_H
#define ESPALIER_THREADS_H
#include <stddef.h>

/// Number of threads that `esp_parallel` uses, the caller included. At first the environment's
/// `ESPALIER_THREADS`, else the processors this process may use (on macOS the performance cores).
int esp_thread_count(void);

/// Sets the width of the pool (1 = the caller alone). Not to be called from inside a parallel region.
void esp_set_thread_count(int count);

typedef void (*esp_task)(void *context, int chunk);

/// Runs `task(context, 0 … chunks-1)`, each once, on the pool and on the caller, and returns when all are done.
/// Who runs which chunk is a matter of chance: a result that must not depend on it is kept per chunk.
/// A call from inside a region, or while another thread has one open, runs its chunks one by one on its caller.
void esp_parallel(int chunks, esp_task task, void *context);

/// Which thread of the pool runs this: 0 for a caller, 1 … `esp_thread_count() - 1` for a worker.
int esp_thread_index(void);

/// At least `bytes` of working memory that belongs to the calling thread: 64-byte aligned, contents undefined,
/// valid until this thread's next call, freed when the thread ends. It grows and is then kept, so a step that
/// repeats allocates nothing. The kernels keep their own apart and never touch this block. Aborts when memory is out.
void *esp_scratch(size_t bytes);

#endif
