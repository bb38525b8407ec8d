#ifndef ESPALIER_THREADS_H
#define ESPALIER_THREADS_H

/// Number of threads that `esp_parallel` uses, the caller included.
int esp_thread_count(void);

/// Sets the width of the pool (1 = the caller alone). Not to be called from inside a parallel region.
void esp_set_thread_count(int count);

typedef void (*esp_task)(void *context, int chunk);

/// Runs `task(context, 0 … chunks-1)`, each once, on the pool and on the caller, and returns when all are done.
void esp_parallel(int chunks, esp_task task, void *context);

#endif
