// What this machine can do at most: fused multiply-adds a second, and bytes a second from memory.
// Prints: GFLOP/s of one thread, of all; GB/s of one thread, of all.  usage: machine THREADS
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
enum { LANES = 16, CHAINS = 24 };
#elif defined(__AVX__)
enum { LANES = 8, CHAINS = 12 };
#else
enum { LANES = 4, CHAINS = 12 };
#endif
typedef float lanes __attribute__((vector_size(LANES * 4)));

enum { TURNS = 6000000, NUMBERS = 1 << 24, MOST = 64 };

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile float sink;
static float *a, *b, *c;
static int threads;

static void *multiply(void *unused) {
  lanes sums[CHAINS], x = (lanes){0} + 1.0000001f, y = (lanes){0} + 1e-9f;
  for (int i = 0; i < CHAINS; i++) sums[i] = (lanes){0} + (float)i;
  for (long turn = 0; turn < TURNS; turn++)
#if defined(__clang__)
#pragma clang loop unroll(full)
#else
#pragma GCC unroll 32
#endif
    for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * x + y;
  lanes total = sums[0];
  for (int i = 1; i < CHAINS; i++) total += sums[i];
  for (int i = 0; i < LANES; i++) sink = total[i];
  return unused;
}

// a = b + 3c on this thread's part of the arrays.
static void *triad(void *part) {
  long first = (long)part * NUMBERS / threads, last = ((long)part + 1) * NUMBERS / threads;
  for (long i = first; i < last; i++) a[i] = b[i] + 3 * c[i];
  return NULL;
}

static double best(void *(*work)(void *), int count) {
  double least = 1e9;
  for (int round = 0; round < 5; round++) {
    pthread_t handles[MOST];
    double start = seconds();
    for (long part = 1; part < count; part++)
      if (pthread_create(handles + part, NULL, work, (void *)part)) exit(1);
    work((void *)0);
    for (int part = 1; part < count; part++) pthread_join(handles[part], NULL);
    double taken = seconds() - start;
    if (taken < least) least = taken;
  }
  return least;
}

int main(int count, char **arguments) {
  int all = count > 1 ? atoi(arguments[1]) : 1;
  all = all < 1 ? 1 : all > MOST ? MOST : all;
  a = malloc(NUMBERS * sizeof *a), b = malloc(NUMBERS * sizeof *b), c = malloc(NUMBERS * sizeof *c);
  if (!a || !b || !c) return 1;
  for (long i = 0; i < NUMBERS; i++) a[i] = 0, b[i] = 1, c[i] = 2;
  double operations = 2e-9 * CHAINS * LANES * (double)TURNS, bytes = 12e-9 * NUMBERS;
  for (int i = 0; i < 2; i++) {
    threads = i ? all : 1;
    printf("%.1f ", threads * operations / best(multiply, threads));
  }
  for (int i = 0; i < 2; i++) {
    threads = i ? all : 1;
    printf("%.1f ", bytes / best(triad, threads));
  }
  printf("\n");
  return 0;
}
