// Rows of samples: moments of columns, changes of scale, linear maps.

#include "samples.h"
#include <string.h>
#include "gemm_library.h"
#include "scratch.h"
#include "threads.h"

// So that a change of scale has the same bits on processors that could fuse its last two operations.
#pragma STDC FP_CONTRACT OFF

// What is smaller stays on its caller: a batch, say, that is made beside a training step.
enum { COLUMNS = 64, WORTH_THREADS = 240000, BLOCK = 1 << 15 };

typedef struct moments {
  const float *x;
  int64_t rows, columns;
  double *mean, *squares;
  float *low, *high;
} moments;

static void moments_of_group(void *context, int group) {
  const moments *m = context;
  int64_t first = (int64_t)group * COLUMNS;
  int64_t width = m->columns - first < COLUMNS ? m->columns - first : COLUMNS;
  double sums[COLUMNS] = {0}, squares[COLUMNS] = {0};
  float *restrict low = m->low + first, *restrict high = m->high + first;
  for (int64_t r = 0; r < m->rows; r++) {
    const float *restrict x = m->x + r * m->columns + first;
    for (int64_t c = 0; c < width; c++) {
      sums[c] += (double)x[c];
      low[c] = x[c] < low[c] ? x[c] : low[c];
      high[c] = x[c] > high[c] ? x[c] : high[c];
    }
  }
  for (int64_t c = 0; c < width; c++) sums[c] /= (double)m->rows;
  for (int64_t r = 0; r < m->rows; r++) {
    const float *restrict x = m->x + r * m->columns + first;
    for (int64_t c = 0; c < width; c++) {
      double deviation = (double)x[c] - sums[c];
      squares[c] += deviation * deviation;
    }
  }
  memcpy(m->mean + first, sums, sizeof(double) * (size_t)width);
  memcpy(m->squares + first, squares, sizeof(double) * (size_t)width);
}

static void run(int chunks, int64_t numbers, esp_task task, void *context) {
  if (numbers >= WORTH_THREADS) esp_parallel(chunks, task, context);
  else
    for (int i = 0; i < chunks; i++) task(context, i);
}

void esp_column_moments(
  const float *x, int64_t rows, int64_t columns, double *mean, double *squares, float *low, float *high) {
  moments m = {x, rows, columns, mean, squares, low, high};
  run((int)((columns + COLUMNS - 1) / COLUMNS), rows * columns, moments_of_group, &m);
}

typedef struct change {
  float *out;
  const float *x;
  int64_t rows, columns, block;  // rows of a chunk
  const float *shift, *divisor;  // or both NULL
  float gain, offset;
} change;

static void scale_rows(void *context, int chunk) {
  const change *p = context;
  int64_t first = chunk * p->block, last = first + p->block < p->rows ? first + p->block : p->rows;
  const float *restrict shift = p->shift, *restrict divisor = p->divisor;
  float gain = p->gain, offset = p->offset;
  for (int64_t r = first; r < last; r++) {
    const float *restrict x = p->x + r * p->columns;
    float *restrict out = p->out + r * p->columns;
    if (shift)
      for (int64_t c = 0; c < p->columns; c++) out[c] = (x[c] - shift[c]) / divisor[c] * gain + offset;
    else
      for (int64_t c = 0; c < p->columns; c++) out[c] = x[c] * gain + offset;
  }
}

void esp_scale_columns(
  float *out, const float *x, int64_t rows, int64_t columns, const float *shift, const float *divisor, float gain,
  float offset) {
  if (rows <= 0 || columns <= 0) return;
  int64_t block = (BLOCK + columns - 1) / columns;
  change p = {out, x, rows, columns, block, shift, divisor, gain, offset};
  run((int)((rows + block - 1) / block), rows * columns, scale_rows, &p);
}

// ---- Linear maps ----------------------------------------------------------------------------------------------

enum { ROWS = 256 };

void esp_map_rows(
  float *out, const float *x, int64_t rows, int64_t inputs, int64_t outputs, const float *mean, const float *map) {
  for (int64_t first = 0; first < rows; first += ROWS) {
    int64_t count = rows - first < ROWS ? rows - first : ROWS;
    float *centered = esp_scratch_of(ESP_SCRATCH_SAMPLES, sizeof(float) * (size_t)(count * inputs));
    for (int64_t r = 0; r < count; r++) {
      const float *restrict row = x + (first + r) * inputs;
      float *restrict to = centered + r * inputs;
      for (int64_t c = 0; c < inputs; c++) to[c] = row[c] - mean[c];
    }
    struct esp_gemm product = {
      .m = count, .n = outputs, .k = inputs, .a = centered, .b = map, .c = out + first * outputs, .lda = inputs,
      .ldb = outputs, .ldc = outputs};
    esp_gemm_own(&product);  // a row's bits must not hang on the rows beside it
  }
}
