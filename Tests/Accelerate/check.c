// Checks matrix products that go to the platform's library, against sums in double precision. See check.sh.
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "EspalierKernels.h"

extern atomic_long library_calls;

static int mistakes;
#define CHECK(holds, ...) \
  do { if (!(holds)) { mistakes++; printf("line %d: ", __LINE__); printf(__VA_ARGS__); printf("\n"); } } while (0)

static unsigned long state = 12345;
static long below(long limit) {
  state = state * 6364136223846793005ul + 1442695040888963407ul;
  return (long)((state >> 33) % (unsigned long)limit);
}
static int flip(void) { return (int)below(2); }

enum { GUARD = 64 };
static const float MARK = 12345.678f;

/// Numbers between guards that nobody may write.
struct buffer { float *all, *at; long count; };

static struct buffer numbers(long count) {
  struct buffer b = {.all = malloc((size_t)(count + 2 * GUARD) * sizeof(float)), .count = count};
  if (!b.all) abort();
  b.at = b.all + GUARD;
  for (long i = 0; i < count + 2 * GUARD; i++)
    b.all[i] = i < GUARD || i >= count + GUARD ? MARK : (float)(below(2001) - 1000) / 1000;
  return b;
}

static int intact(const struct buffer *b) {
  for (long i = 0; i < GUARD; i++) if (b->all[i] != MARK || b->at[b->count + i] != MARK) return 0;
  return 1;
}

struct cover { unsigned char *counts; long columns, largest; };

static void count_block(void *context, long row0, long row1, long column0, long column1) {
  struct cover *cover = context;
  for (long i = row0; i < row1; i++) for (long j = column0; j < column1; j++) cover->counts[i * cover->columns + j]++;
}

static double element(const struct esp_gemm *g, const float *before, long p, long i, long j) {
  const float *a = g->a + p * g->stride_a, *b = g->b + p * g->stride_b;
  double sum = 0;
  for (long l = 0; l < g->k; l++)
    sum += (double)(g->transpose_a ? a[l * g->lda + i] : a[i * g->lda + l]) *
           (double)(g->transpose_b ? b[j * g->ldb + l] : b[l * g->ldb + j]);
  if (g->accumulate) sum += before[p * g->stride_c + i * g->ldc + j];
  if (g->bias) sum += g->bias[j];
  return g->activation == ESP_ACTIVATION_RELU && sum < 0 ? 0 : sum;
}

/// One product with one, two and five threads. `poison` puts NaN and infinity into the operands.
static void check(long m, long n, long k, long batch, long slack, int by_library, int poison) {
  struct esp_gemm g = {.m = m, .n = n, .k = k, .transpose_a = flip(), .transpose_b = flip(), .accumulate = flip(),
                       .activation = flip(), .batch = batch};
  g.lda = (g.transpose_a ? m : k) + slack, g.ldb = (g.transpose_b ? k : n) + slack, g.ldc = n + slack;
  const long sizes[3] = {(g.transpose_a ? k : m) * g.lda, (g.transpose_b ? n : k) * g.ldb, m * g.ldc};
  g.stride_a = flip() ? sizes[0] : 0, g.stride_b = sizes[1], g.stride_c = sizes[2];
  struct buffer a = numbers(sizes[0] * batch), b = numbers(sizes[1] * batch), c = numbers(sizes[2] * batch),
                bias = numbers(n);
  if (poison) {
    a.at[below(sizes[0])] = NAN;
    a.at[below(sizes[0])] = 0;
    b.at[below(sizes[1])] = INFINITY;
    b.at[below(sizes[1])] = -INFINITY;
  }
  g.a = a.at, g.b = b.at;
  if (flip()) g.bias = bias.at;
  // Without accumulation C's numbers must not be read.
  if (!g.accumulate) for (long i = 0; i < c.count; i++) if (i % g.ldc < n) c.at[i] = NAN;
  const size_t bytes = (size_t)c.count * sizeof(float);
  float *before = malloc(bytes), *first = malloc(bytes);
  struct cover cover = {.counts = malloc((size_t)(m * n * batch)), .columns = n};
  if (!before || !first || !cover.counts) abort();
  memcpy(before, c.at, bytes);
  g.c = c.at, g.block = count_block, g.block_context = &cover;
  for (int threads = 1; threads <= 5; threads += threads == 1 ? 1 : 3) {
    esp_set_thread_count(threads);
    memcpy(c.at, before, bytes);
    memset(cover.counts, 0, (size_t)(m * n * batch));
    const long calls = atomic_load(&library_calls);
    esp_gemm(&g);
    CHECK((atomic_load(&library_calls) > calls) == by_library, "%ldx%ldx%ld: %s", m, n, k,
          by_library ? "not by the library" : "by the library");
    if (threads == 1) memcpy(first, c.at, bytes);
    CHECK(!memcmp(first, c.at, bytes), "%ldx%ldx%ld: other bits with %d threads", m, n, k, threads);
  }
  CHECK(intact(&a) && intact(&b) && intact(&c) && intact(&bias), "%ldx%ldx%ld: writes outside", m, n, k);
  for (long i = 0; i < m * n * batch; i++)
    if (cover.counts[i] != 1) { CHECK(0, "%ldx%ldx%ld: covered %d times", m, n, k, cover.counts[i]); break; }
  for (long i = 0; i < c.count; i++)
    if (i % g.ldc >= n && c.at[i] != before[i]) { CHECK(0, "%ldx%ldx%ld: writes between rows", m, n, k); break; }
  const long stride = m * n * batch > 20000 ? 37 : 1;
  for (long e = 0, wrong = 0; e < m * n * batch && !wrong; e += stride) {
    const long p = e / (m * n), i = e / n % m, j = e % n;
    const double wanted = element(&g, before, p, i, j), got = c.at[p * g.stride_c + i * g.ldc + j];
    wrong = isnan(wanted) ? !isnan(got)
            : isinf(wanted) ? got != wanted : !(fabs(got - wanted) <= 2e-6 * sqrt((double)k) + 2e-6 * fabs(wanted));
    CHECK(!wrong, "%ldx%ldx%ld element (%ld, %ld) of %ld: %g, not %g", m, n, k, i, j, p, got, wanted);
  }
  free(a.all), free(b.all), free(c.all), free(bias.all), free(before), free(first), free(cover.counts);
}

/// Rows that a transform maps have the same bits, however many there are.
static void check_rows(void) {
  enum { ROWS = 700, INPUTS = 90, OUTPUTS = 40 };
  struct buffer x = numbers(ROWS * INPUTS), mean = numbers(INPUTS), map = numbers(INPUTS * OUTPUTS),
                all = numbers(ROWS * OUTPUTS), some = numbers(ROWS * OUTPUTS);
  esp_map_rows(all.at, x.at, ROWS, INPUTS, OUTPUTS, mean.at, map.at);
  for (long count = 1; count <= ROWS; count += 233) {
    esp_map_rows(some.at, x.at, count, INPUTS, OUTPUTS, mean.at, map.at);
    CHECK(!memcmp(all.at, some.at, (size_t)(count * OUTPUTS) * sizeof(float)), "%ld rows have other bits", count);
  }
  free(x.all), free(mean.all), free(map.all), free(all.all), free(some.all);
}

int main(void) {
  if (!esp_matrix_library()) return printf("no library\n"), 1;
  for (int i = 0; i < 60; i++)
    check(90 + below(700), 90 + below(900), 64 + below(300), 1 + below(3), below(4), 1, i % 4 == 0);
  check(8, 700, 800, 1, 0, 1, 0), check(2000, 10, 64, 1, 3, 1, 0), check(1500, 1700, 40, 1, 0, 1, 0);
  // Small, narrow and empty products stay with the kernels here.
  check(64, 64, 64, 9, 0, 0, 0), check(1, 2000, 900, 1, 0, 0, 0), check(3000, 4, 700, 1, 1, 0, 0);
  check(2000, 1000, 4, 1, 0, 0, 0), check(300, 400, 0, 1, 0, 0, 0);
  check_rows();

  // Rows that lie upon each other are none that the library takes.
  struct buffer a = numbers(200), b = numbers(200 * 100), c = numbers(300 * 100);
  struct esp_gemm g = {.m = 300, .n = 100, .k = 200, .a = a.at, .b = b.at, .c = c.at, .ldb = 100, .ldc = 100};
  const long calls = atomic_load(&library_calls);
  esp_gemm(&g);
  CHECK(atomic_load(&library_calls) == calls, "overlapping rows went to the library");
  CHECK(!memcmp(c.at, c.at + 299 * 100, 400) && fabs(c.at[7] - element(&g, c.at, 0, 0, 7)) < 1e-3, "equal rows differ");

  // An instruction set that was asked for does all products itself.
  esp_set_instruction_set("plain");
  CHECK(!esp_matrix_library(), "a library beside the set that was asked for");
  check(300, 300, 300, 1, 0, 0, 0);
  esp_set_instruction_set(NULL);
  check(300, 300, 300, 1, 0, 1, 0);
  free(a.all), free(b.all), free(c.all);
  printf("%d mistakes, %ld calls of the library\n", mistakes, atomic_load(&library_calls));
  return mistakes != 0;
}
