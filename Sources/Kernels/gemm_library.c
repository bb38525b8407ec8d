#include "gemm_library.h"

#include <stddef.h>

#include "instructions.h"

#if defined(__APPLE__) && __has_include(<Accelerate/Accelerate.h>)
#include <TargetConditionals.h>
#if TARGET_OS_OSX
#include <Accelerate/Accelerate.h>  // the build defines ACCELERATE_NEW_LAPACK, for a module does not see it from here
#define HAS_ACCELERATE 1
#endif
#endif

#if HAS_ACCELERATE
#include <limits.h>

#include "integers.h"
#include "threads.h"
#include "tiles.h"

// Apple's processors multiply matrices in units of their own, which only Accelerate may use. C is cut into blocks by its
// sizes alone, and a block is one call that stays on its thread: so the pool shares blocks out as it does everywhere
// else, an epilogue finds its block in the cache, and which thread took a block does not show in the result.

enum {
  LEAST_SIDE = 8,         // of C; narrower products are bound by memory
  LEAST_DEPTH = 16,
  MOST_OF_C = 512 * 512,  // in a block: a megabyte, which a cluster's cache holds beside the operands
  BLOCKS_WANTED = 8,
};
static const double LEAST_WORK = 1e6, LEAST_WORK_OF_A_BLOCK = 64e6;  // operations; some 1 and 40 µs

struct blocks {
  const struct esp_gemm *g;
  long rows, columns;       // of a block
  long down, of_a_product;  // blocks
};

static struct blocks cut(const struct esp_gemm *g) {
  struct blocks b = {.g = g, .rows = g->m, .columns = g->n};
  for (;;) {
    const double count = (double)esp_ceil_div(g->m, b.rows) * (double)esp_ceil_div(g->n, b.columns);
    const double work = 2.0 * (double)b.rows * (double)b.columns * (double)g->k;
    if (b.rows * b.columns <= MOST_OF_C && (count >= BLOCKS_WANTED || work < LEAST_WORK_OF_A_BLOCK)) break;
    long *side = b.rows > b.columns ? &b.rows : &b.columns;
    if (*side < 64) break;
    *side = esp_ceil_div(esp_ceil_div(*side, 2), 32) * 32;
  }
  b.down = esp_ceil_div(g->m, b.rows);
  b.of_a_product = b.down * esp_ceil_div(g->n, b.columns);
  return b;
}

static void finish(const struct esp_gemm *g, float *c, long rows, long columns, const float *bias) {
  const int relu = g->activation == ESP_ACTIVATION_RELU;
  if (!bias && !relu) return;
  for (long i = 0; i < rows; i++, c += g->ldc)
    for (long j = 0; j < columns; j++) {
      const float x = bias ? c[j] + bias[j] : c[j];
      c[j] = relu && x < 0 ? 0 : x;  // NaN stays
    }
}

static void run_block(void *context, int chunk) {
  const struct blocks *b = context;
  const struct esp_gemm *g = b->g;
  const long product = chunk / b->of_a_product, block = chunk % b->of_a_product;
  const long row = block % b->down * b->rows, column = block / b->down * b->columns;
  const long rows = esp_least(b->rows, g->m - row), columns = esp_least(b->columns, g->n - column);
  const float *in_a = g->a + product * g->stride_a + (g->transpose_a ? row : row * g->lda);
  const float *in_b = g->b + product * g->stride_b + (g->transpose_b ? column * g->ldb : column);
  float *c = g->c + product * g->stride_c + row * g->ldc + column;
  // The choice is the thread's, and a caller's own work may want another one.
  const BLAS_THREADING before = BLASGetThreading();
  BLASSetThreading(BLAS_THREADING_SINGLE_THREADED);
  cblas_sgemm(CblasRowMajor, g->transpose_a ? CblasTrans : CblasNoTrans, g->transpose_b ? CblasTrans : CblasNoTrans,
              (int)rows, (int)columns, (int)g->k, 1, in_a, (int)g->lda, in_b, (int)g->ldb, g->accumulate ? 1 : 0, c,
              (int)g->ldc);
  BLASSetThreading(before);
  finish(g, c, rows, columns, g->bias ? g->bias + column : NULL);
  if (g->block)
    g->block(g->block_context, product * g->m + row, product * g->m + row + rows, column, column + columns);
}

/// What the library takes: sizes are `int`, and rows do not overlap.
static int is_regular(const struct esp_gemm *g) {
  return g->k <= INT_MAX && g->lda <= INT_MAX && g->ldb <= INT_MAX && g->ldc <= INT_MAX &&
         g->lda >= (g->transpose_a ? g->m : g->k) && g->ldb >= (g->transpose_b ? g->k : g->n) && g->ldc >= g->n;
}

int esp_gemm_by_library(const struct esp_gemm *g) {
  if (g->m < LEAST_SIDE || g->n < LEAST_SIDE || g->k < LEAST_DEPTH ||
      2.0 * (double)g->m * (double)g->n * (double)g->k < LEAST_WORK)
    return 0;
  if (!esp_kernels_are_by_default() || !is_regular(g)) return 0;
  struct blocks blocks = cut(g);
  const double total = (double)blocks.of_a_product * (double)(g->batch > 0 ? g->batch : 1);
  if (total > 1 << 20) return 0;
  esp_parallel((int)total, run_block, &blocks);
  return 1;
}

const char *esp_matrix_library(void) { return esp_kernels_are_by_default() ? "accelerate" : NULL; }
#else
int esp_gemm_by_library(const struct esp_gemm *g) {
  (void)g;
  return 0;
}

const char *esp_matrix_library(void) { return NULL; }
#endif
