#include "gemm.h"

#include <stdint.h>
#include <string.h>

#include "gemm_library.h"
#include "gemm_panels.h"
#include "integers.h"
#include "rounded.h"
#include "scratch.h"
#include "threads.h"
#include "tiles.h"

// Large products go by panels (gemm_panels.c). For others C is cut into a grid of blocks; a block is finished by one
// thread: for each stretch of k, for each sliver of columns (two vectors wide), for each strip of rows, one tile. The
// stretch of A stays in the second-level cache, the sliver of B in the first.

static long round_up(long x, long y) { return esp_ceil_div(x, y) * y; }

enum {
  MOST_DEPTH = 640,
  LEAST_TO_FETCH = 1 << 15,  // numbers of B; what is smaller is often in the second-level cache
};

/// Length of the stretches k is cut into. A function of k alone, for the order of additions hangs on it.
long esp_gemm_stretch(long k) {
  if (k <= MOST_DEPTH) return k;
  return round_up(esp_ceil_div(k, esp_ceil_div(k, 512)), 16);
}

/// Rows and columns of the blocks of C that are finished as one. A function of the three numbers alone.
static void set_grid(long m, long n, long k, long *rows, long *columns) {
  double work = 2.0 * (double)(k > 0 ? k : 1);
  long r = m > 0 ? esp_ceil_div(m, esp_ceil_div(m, 256)) : 1;
  long c = n > 0 ? round_up(esp_ceil_div(n, esp_ceil_div(n, 256)), 32) : 32;
  // Blocks for balance, but none so small that claiming it shows.
  for (;;) {
    double count = (double)esp_ceil_div(m, r) * (double)esp_ceil_div(n, c);
    double block = work * (double)r * (double)esp_least(c, n);
    if (count >= 64 || block < (count < 8 ? 0.4e6 : 16e6)) break;
    if (c > 32 && c >= 2 * 32) c = round_up(esp_ceil_div(c, 2), 32);
    else if (r >= 32) r = esp_ceil_div(r, 2);
    else break;
  }
  *rows = r;
  *columns = c;
}

struct job {
  const struct esp_gemm *g;
  const struct esp_kernels *kernels;
  long rows, columns;      // of a block
  long row_blocks, blocks; // of one product
  long per_chunk;          // blocks
  long total;
};

struct span { long begin, end; };

/// The block of one product that a thread finishes.
struct place {
  long product;
  struct span rows, columns;
  long next_column;  // of the block that this thread is likely to take next, where that is another one; else negative
};

/// Copies rows × depth of A where its own stride would put all of a tile's rows into a few sets of the cache.
/// By rows: a plain copy with an odd number of lines between rows; by columns: strip by strip.
static void copy_a(const struct esp_gemm *g, const float *a, long rows, long depth, long strip, float *out) {
  if (!g->transpose_a) {
    for (long i = 0; i < rows; i++) memcpy(out + i * (depth + 16), a + i * g->lda, (size_t)depth * sizeof(float));
    return;
  }
  for (long i = 0; i < rows; i += strip) {
    long height = esp_least(strip, rows - i);
    const float *in = a + i;
    // Whole vectors that the next row overwrites; what a row reads beyond its strip is the beginning of another's.
    long exact = g->lda >= ESP_MOST_ROWS + 2 ? depth - 1 : 0;
    for (long k = 0; k < exact; k++, in += g->lda, out += height) {
      __builtin_prefetch(in + 12 * g->lda);
      memcpy(out, in, (ESP_MOST_ROWS + 2) * sizeof(float));
    }
    for (long k = exact; k < depth; k++, in += g->lda)
      for (long r = 0; r < height; r++) *out++ = in[r];
  }
}

static void run_block(const struct job *job, const struct place *place) {
  const struct esp_gemm *g = job->g;
  const struct esp_kernels *kernels = job->kernels;
  const int by_columns = g->transpose_a != 0;
  const long product = place->product;
  const struct span r = place->rows, c = place->columns;
  const float *a0 = g->a + product * g->stride_a, *b0 = g->b + product * g->stride_b;
  float *c0 = g->c + product * g->stride_c;
  const long rows = r.end - r.begin, sliver = 2 * kernels->lanes;
  // Strips of one height (or one less), not full ones and a small rest: low tiles waste multiply-adds.
  const long strips = esp_ceil_div(rows, kernels->rows), strip = esp_ceil_div(rows, strips);
  const long step = esp_gemm_stretch(g->k), slivers = esp_ceil_div(c.end - c.begin, sliver);

  const int bad_a = g->lda % 256 == 0;  // 1 KB: a strip's rows would share few sets of the cache
  const int copies_a = bad_a && rows > 1 && slivers >= 3;
  // Rows of B a page or more apart are worth bringing together when the stretch is long and the copy used often.
  const int packs_b = g->transpose_b || (strips >= 8 && g->ldb >= 1024 && step > 256);
  size_t a_room = copies_a ? (size_t)rows * (size_t)(step + 16) : 0;
  size_t b_room = (size_t)sliver * (size_t)(step + 1);
  float *a_copy = NULL, *b_copy = NULL;
  if (copies_a || packs_b || (!kernels->masked_loads && (c.end - c.begin) % sliver)) {
    a_copy = esp_scratch_of(ESP_SCRATCH_GEMM, (a_room + b_room + 16) * sizeof(float));
    b_copy = a_copy + round_up((long)a_room, 16);
  }

  static const long nowhere = 0;
  struct esp_tile tile = {.segment_count = 1, .segments = &nowhere, .c_stride = g->ldc, .ahead_step = g->ldb};
  // A wide B comes from memory, two lines a row, which no prefetcher of the processor foresees.
  const int fetches = !packs_b && kernels->fetching[by_columns][0] && g->k * g->n >= LEAST_TO_FETCH;
  long k = 0;
  do {
    const long depth = esp_least(step, g->k - k);
    const int final = k + depth == g->k;
    const float *a = by_columns ? a0 + k * g->lda + r.begin : a0 + r.begin * g->lda + k;
    tile.depth = depth;
    tile.a_stride = g->lda;
    tile.accumulate = g->accumulate || k > 0;
    tile.relu = final && g->activation == ESP_ACTIVATION_RELU;
    if (copies_a) {
      copy_a(g, a, rows, depth, strip, a_copy);
      a = a_copy;
      if (!by_columns) tile.a_stride = depth + 16;
    }
    long j = c.begin;
    if (g->m == 1 && !g->transpose_b && (!by_columns || g->lda == 1))
      for (const long wide = 8 * kernels->lanes; j + wide <= c.end; j += wide) {
        tile.b_stride = g->ldb;
        tile.bias = final && g->bias ? g->bias + j : NULL;
        kernels->wide_row(&tile, a, b0 + k * g->ldb + j, c0 + j);
      }
    for (; j < c.end; j += sliver) {
      const long width = esp_least(sliver, c.end - j);
      const float *b = g->transpose_b ? b0 + j * g->ldb + k : b0 + k * g->ldb + j;
      tile.b_stride = g->ldb;
      if (packs_b || (width < sliver && !kernels->masked_loads)) {
        long packed = round_up(width, kernels->lanes);
        (g->transpose_b ? kernels->pack_transposed : kernels->pack)(depth, width, b, g->ldb, b_copy, packed);
        b = b_copy;
        tile.b_stride = packed;
      }
      enum esp_tile_shape shape =
          width == sliver ? ESP_TILE_FULL : width > kernels->lanes ? ESP_TILE_TWO : ESP_TILE_ONE;
      tile.last = (int)(width > kernels->lanes ? width - kernels->lanes : width);
      tile.bias = final && g->bias ? g->bias + j : NULL;
      const float *next = NULL;
      if (fetches && width > kernels->lanes) {
        if (j + sliver < c.end) next = b + sliver;
        else if (!final) next = b0 + (k + depth) * g->ldb + c.begin;
        else if (place->next_column >= 0) next = b0 + place->next_column;
      }
      for (long i = 0; i < rows; i += strip) {
        const long height = esp_least(strip, rows - i);
        // The first strip fetches the one line of each row, the second strip the other.
        const int ahead = next && i < 2 * strip;
        if (ahead) tile.ahead = next + (i > 0) * kernels->lanes;
        const float *p;
        if (by_columns) {
          p = copies_a ? a + i * depth : a + i;
          if (copies_a) tile.a_stride = height;
        } else {
          p = a + i * tile.a_stride;
        }
        const esp_tile_function *run = ahead ? kernels->fetching[by_columns] : kernels->tile[by_columns][shape];
        run[height - 1](&tile, p, b, c0 + (r.begin + i) * g->ldc + j);
      }
    }
    k += depth;
  } while (k < g->k);
  if (g->block) g->block(g->block_context, product * g->m + r.begin, product * g->m + r.end, c.begin, c.end);
}

static void run_chunk(void *context, int chunk) {
  const struct job *job = context;
  long end = esp_least(job->total, (chunk + 1) * job->per_chunk);
  for (long i = chunk * job->per_chunk; i < end; i++) {
    const long block = i % job->blocks, later = i + 1 < end ? i + 1 : i + esp_thread_count();
    const long row = block % job->row_blocks * job->rows, column = block / job->row_blocks * job->columns;
    struct place place = {i / job->blocks, {row, esp_least(row + job->rows, job->g->m)},
                          {column, esp_least(column + job->columns, job->g->n)}, -1};
    if (later < job->total && later / job->blocks == place.product) {
      place.next_column = later % job->blocks / job->row_blocks * job->columns;
      if (place.next_column == column) place.next_column = -1;
    }
    run_block(job, &place);
  }
}

// ---- Matrix times vector: k runs along the vectors ----------------------------------------------------------

struct dots_job {
  const struct esp_gemm *g;
  const struct esp_kernels *kernels;
  const float *matrix, *x;
  long stride, rows, chunk_rows, c_stride;
  int is_row;  // the result is C's only row, not its only column
};

static void run_dots(void *context, int chunk) {
  const struct dots_job *job = context;
  const struct esp_gemm *g = job->g;
  long end = esp_least(job->rows, (chunk + 1) * job->chunk_rows);
  float sums[64];
  for (long i = chunk * job->chunk_rows; i < end; i += 64) {
    long count = esp_least(64, end - i);
    job->kernels->dots(count, g->k, job->matrix + i * job->stride, job->stride, job->x, sums);
    for (long r = 0; r < count; r++) {
      float *place = g->c + (i + r) * job->c_stride, value = sums[r];
      if (g->accumulate) value = *place + value;
      if (g->bias) value += g->bias[job->is_row ? i + r : 0];
      if (g->activation == ESP_ACTIVATION_RELU && value < 0) value = 0;
      *place = value;
    }
  }
}

/// Whether the product has one column and A's rows, or one row and B's columns, lie along k; then it is done here.
static int multiply_vector(const struct esp_gemm *g) {
  if (g->batch > 1 || g->block || g->k < 8) return 0;
  struct dots_job job = {.g = g, .kernels = esp_kernels()};
  const float *x;
  long x_stride;
  if (g->n == 1 && !g->transpose_a) {
    job.matrix = g->a, job.stride = g->lda, job.rows = g->m, job.c_stride = g->ldc;
    x = g->b, x_stride = g->transpose_b ? 1 : g->ldb;
  } else if (g->m == 1 && g->transpose_b) {
    job.matrix = g->b, job.stride = g->ldb, job.rows = g->n, job.c_stride = 1, job.is_row = 1;
    x = g->a, x_stride = g->transpose_a ? g->lda : 1;
  } else {
    return 0;
  }
  if (x_stride != 1) {
    float *copy = esp_scratch_of(ESP_SCRATCH_GEMM, (size_t)g->k * sizeof(float));
    for (long k = 0; k < g->k; k++) copy[k] = x[k * x_stride];
    x = copy;
  }
  job.x = x;
  job.chunk_rows = round_up(1 + 40000 / g->k, 64);
  esp_parallel((int)esp_ceil_div(job.rows, job.chunk_rows), run_dots, &job);
  return 1;
}

void esp_gemm(const struct esp_gemm *g) {
  if (g->m <= 0 || g->n <= 0) return;
  if (g->n == 1 && g->transpose_a && g->ldc == 1 && g->m > 1 && g->batch <= 1 && !g->bias && !g->block) {
    // A column that lies like a row: as one it streams through A.
    struct esp_gemm row = *g;
    row.m = 1, row.n = g->m, row.a = g->b, row.b = g->a, row.ldb = g->lda, row.ldc = g->m, row.transpose_b = 0;
    row.transpose_a = !g->transpose_b, row.lda = g->ldb;
    row.a_is_short = g->b_is_short, row.b_is_short = g->a_is_short;
    esp_gemm(&row);
    return;
  }
  if (g->precision) {
    esp_gemm_rounded(g);
    return;
  }
  if (!esp_gemm_by_library(g)) esp_gemm_own(g);
}

void esp_gemm_own(const struct esp_gemm *g) {
  if (!esp_kernels()->pairs && multiply_vector(g)) return;
  if (esp_gemm_wants_panels(g)) {
    esp_gemm_panels(g, esp_gemm_stretch(g->k), 0);
    return;
  }
  struct job job = {.g = g, .kernels = esp_kernels(), .per_chunk = 1};
  long batch = g->batch > 0 ? g->batch : 1;
  set_grid(g->m, g->n, g->k, &job.rows, &job.columns);
  job.row_blocks = esp_ceil_div(g->m, job.rows);
  job.blocks = job.row_blocks * esp_ceil_div(g->n, job.columns);
  job.total = job.blocks * batch;
  double block_work = 2.0 * (double)g->m * (double)g->n * (double)g->k / (double)job.blocks;
  double work = block_work * (double)job.total;
  if (work < 0.4e6) {
    job.per_chunk = job.total;
    run_chunk(&job, 0);
    return;
  }
  if (block_work < 0.2e6) job.per_chunk = esp_least(job.total, 1 + (long)(0.2e6 / (block_work + 1)));
  if (job.total / job.per_chunk > 1 << 20) job.per_chunk = esp_ceil_div(job.total, 1 << 20);
  esp_parallel((int)esp_ceil_div(job.total, job.per_chunk), run_chunk, &job);
}
