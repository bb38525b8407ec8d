#ifndef ESPALIER_GEMM_H
#define ESPALIER_GEMM_H
#include "precision.h"

/// Called by the thread that has just finished rows [row0, row1) and columns [col0, col1) of C, while they are in its
/// cache. The calls of one product cover C exactly once, in no fixed order, on several threads at a time.
typedef void (*esp_block_function)(void *context, long row0, long row1, long col0, long col1);

enum { ESP_ACTIVATION_NONE = 0, ESP_ACTIVATION_RELU = 1 };

/// One matrix product, or a batch of equal ones: C[m × n] = activation(op(A)·op(B) [+ C] [+ bias]), row-major float32.
///
/// op(A) is m × k: A is stored m × k with rows `lda` apart, or k × m when `transpose_a` is not 0. op(B) is k × n: B is
/// stored k × n, or n × k when `transpose_b` is not 0. C must not overlap A, B or the bias.
/// With k = 0 the products are zero; bias, activation and accumulation still apply.
///
/// The result has the same bits for any thread count. An element's products are added in one order that depends on k
/// alone (with n = 1, or m = 1 and B transposed, in another one), so its bits do not hang on its place in C either.
/// Large products may go to the platform's library (`esp_matrix_library`), block by block, the blocks a function of
/// the sizes: their order of additions is the library's, and may change with m, n and the library's version.
/// NaN and infinity come through (relu(NaN) = NaN).
struct esp_gemm {
  long m, n, k;
  const float *a, *b;
  float *c;
  long lda, ldb, ldc;
  int transpose_a, transpose_b;
  int accumulate;                   // 1: adds to what is in C
  const float *bias;                // n numbers, one a column, or NULL
  int activation;                   // ESP_ACTIVATION_…
  esp_block_function block;         // or NULL; in a batch, rows count on: product p has rows p·m … p·m + m - 1
  void *block_context;
  long batch;                       // number of products; 0 counts as 1
  long stride_a, stride_b, stride_c;  // from product to product, in floats; stride_a or stride_b may be 0
  int precision;                    // ESP_PRECISION_…, of A and B
  int a_is_short, b_is_short;       // with ESP_PRECISION_BFLOAT16: A, B points at bfloat16, which lda … count
};

/// Runs it on the pool (small ones on the caller alone). Packed operands live in the threads' own scratch.
void esp_gemm(const struct esp_gemm *product);

#endif
