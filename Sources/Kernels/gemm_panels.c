#include <string.h>

#include "gemm_panels.h"
#include "integers.h"
#include "scratch.h"
#include "threads.h"

// Large products go by panels: a stretch of k of up to PANEL_ROWS rows of A is brought together once, for all threads,
// and stays in their second-level caches while they share out the columns. Each packs the slivers of B that it takes,
// the next one while it multiplies with the last, for a sliver comes from memory and is used once a panel.

enum { PANEL_ROWS = 256, CHUNK_COLUMNS = 128 };

int esp_gemm_wants_panels(const struct esp_gemm *g) {
  if (g->m < 96 || g->n < 256 || g->k < 128 || (double)g->m * (double)g->n * (double)g->k < 60e6) return 0;
  // A low tile takes few columns of a transposed A's row at a time: it pays to pack them sooner.
  if (g->transpose_a) return g->lda >= (esp_kernels()->rows > 6 ? 2048 : 1024);
  return g->lda >= 1024 && g->lda % 256 == 0;
}

struct panel {
  const struct esp_gemm *g;
  const struct esp_kernels *kernels;
  long product;
  long row, rows, strip;       // first row, number of rows, rows in a strip
  long k, depth;
  long columns;                // of a chunk
  float *packed;               // A's stretch; NULL: read where it is
  long packed_stride;          // by rows: from row to row
  int final;
  long b_rows;                 // for pair kernels: B is float32 of so many k, and becomes pairs as it is packed; else 0
};

// ---- A's stretch ----------------------------------------------------------------------------------------------

enum { ROWS_AT_ONCE = 16, DEPTH_AT_ONCE = 16 };

static void pack_rows(void *context, int chunk) {
  const struct panel *p = context;
  const struct esp_gemm *g = p->g;
  const float *a = g->a + p->product * g->stride_a + p->row * g->lda + p->k;
  for (long i = chunk * ROWS_AT_ONCE, end = esp_least(i + ROWS_AT_ONCE, p->rows); i < end; i++)
    memcpy(p->packed + i * p->packed_stride, a + i * g->lda, (size_t)p->depth * sizeof(float));
}

/// Strip by strip, in each k by k: rows of A are read once, as they lie.
static void pack_columns(void *context, int chunk) {
  const struct panel *p = context;
  const struct esp_gemm *g = p->g;
  const float *a = g->a + p->product * g->stride_a + p->k * g->lda + p->row;
  const long strip = p->strip, whole = p->rows >= ESP_MOST_ROWS + 2 ? p->rows - (ESP_MOST_ROWS + 2) : -1;
  for (long k = chunk * DEPTH_AT_ONCE, end = esp_least(k + DEPTH_AT_ONCE, p->depth); k < end; k++) {
    const float *in = a + k * g->lda;
    // What a whole vector writes beyond its strip, the next k overwrites; so not in the chunk's last.
    const long vectors = k + 1 < end ? whole : -1;
    long i = 0;
    for (; i <= vectors; i += strip)
      memcpy(p->packed + i * p->depth + k * strip, in + i, (ESP_MOST_ROWS + 2) * sizeof(float));
    for (; i < p->rows; i += strip) {
      const long height = esp_least(strip, p->rows - i);
      float *out = p->packed + i * p->depth + k * height;
      for (long r = 0; r < height; r++) out[r] = in[i + r];
    }
  }
}

// ---- Columns --------------------------------------------------------------------------------------------------

/// Two vectors of columns of B's stretch, and where they are packed.
struct sliver {
  const struct esp_gemm *g;
  const struct esp_kernels *kernels;
  const float *b;
  float *packed;
  long k, depth, width, packed_width;
  long b_rows;                 // as in `panel`
};

/// Asks for k in [begin, end) into the second-level cache.
static inline __attribute__((always_inline)) void fetch(const struct sliver *s, long begin, long end) {
  if (s->b_rows) begin *= 2, end *= 2;
  if (begin >= end) return;
  const long stride = s->g->ldb;
  if (s->g->transpose_b) {
    for (long j = 0; j < s->width; j++)
      for (long k = begin; k < end; k += 16) __builtin_prefetch(s->b + j * stride + k, 0, 2);
  } else {
    const float *row = s->b + begin * stride;
    for (long k = begin; k < end; k++, row += stride)
      for (long j = 0; j < s->width; j += 16) __builtin_prefetch(row + j, 0, 2);
  }
}

/// Packs pairs of rows of k, rounding them.
static void pack_pairs(const struct sliver *s, long begin, long end) {
  enum { AT_ONCE = 16, MOST_COLUMNS = 32 };
  const struct esp_pair_kernels *pairs = (const struct esp_pair_kernels *)s->kernels;
  const long stride = s->g->ldb;
  float rows[MOST_COLUMNS * AT_ONCE];
  for (long k = begin, count; k < end; k += count) {
    float *out = s->packed + k * s->packed_width;
    if (!s->g->transpose_b) {
      const float *first = s->b + 2 * k * stride;
      count = 1;
      pairs->join_two(first, 2 * (s->k + k) + 1 < s->b_rows ? first + stride : NULL, out, s->width);
      for (long j = s->width; j < s->packed_width; j++) out[j] = 0;
      continue;
    }
    count = esp_least(AT_ONCE, end - k);
    const long there = esp_least(2 * count, s->b_rows - 2 * (s->k + k));
    for (long j = 0; j < s->width; j++) pairs->join(s->b + j * stride + 2 * k, rows + j * AT_ONCE, there);
    s->kernels->pack_transposed(count, s->width, rows, AT_ONCE, out, s->packed_width);
  }
}

/// Packs k in [begin, end).
static void pack(const struct sliver *s, long begin, long end) {
  if (begin >= end) return;
  if (s->b_rows) {
    pack_pairs(s, begin, end);
    return;
  }
  const float *b = s->b + (s->g->transpose_b ? begin : begin * s->g->ldb);
  (s->g->transpose_b ? s->kernels->pack_transposed : s->kernels->pack)(
      end - begin, s->width, b, s->g->ldb, s->packed + begin * s->packed_width, s->packed_width);
}

static struct sliver sliver_at(const struct panel *p, long column, long end, float *packed) {
  const struct esp_gemm *g = p->g;
  const long lanes = p->kernels->lanes, width = esp_least(2 * lanes, end - column);
  const long k = p->b_rows ? 2 * p->k : p->k;
  const float *b = g->b + p->product * g->stride_b + (g->transpose_b ? column * g->ldb + k : k * g->ldb + column);
  return (struct sliver){g, p->kernels, b, packed, p->k, p->depth, width, esp_ceil_div(width, lanes) * lanes, p->b_rows};
}

static void run_columns(void *context, int chunk) {
  const struct panel *p = context;
  const struct esp_gemm *g = p->g;
  const struct esp_kernels *kernels = p->kernels;
  const long lanes = kernels->lanes, begin = chunk * p->columns, end = esp_least(begin + p->columns, g->n);
  float *c = g->c + p->product * g->stride_c + p->row * g->ldc;
  const float *a = p->packed ? p->packed : g->a + p->product * g->stride_a + p->row * g->lda + p->k;
  const size_t room = (size_t)(2 * lanes * (p->depth + 1));
  float *first = esp_scratch_of(ESP_SCRATCH_GEMM, 2 * room * sizeof(float)), *second = first + room;
  static const long nowhere = 0;
  struct esp_tile tile = {
    .segment_count = 1, .segments = &nowhere, .depth = p->depth, .c_stride = g->ldc,
    .a_stride = p->packed ? p->packed_stride : g->lda, .accumulate = g->accumulate || p->k > 0,
    .relu = p->final && g->activation == ESP_ACTIVATION_RELU,
  };
  // After each strip a piece of the next sliver is asked for. With rows whole pages apart, all lines of a column of B
  // share few sets of the cache, and more than some 300 do not stay there: then it is packed at once, a piece later.
  const long strips = esp_ceil_div(p->rows, p->strip), piece = esp_ceil_div(esp_ceil_div(p->depth, strips), 16) * 16;
  const int ahead = !g->transpose_b && p->depth > 320;
  struct sliver sliver = sliver_at(p, begin, end, first);
  if (ahead) pack(&sliver, 0, p->depth);
  for (long j = begin; j < end; j += 2 * lanes) {
    if (!ahead) pack(&sliver, 0, p->depth);
    struct sliver next = {.depth = 0};
    if (j + 2 * lanes < end) next = sliver_at(p, j + 2 * lanes, end, ahead && sliver.packed == first ? second : first);
    tile.b_stride = sliver.packed_width;
    tile.last = (int)(sliver.width > lanes ? sliver.width - lanes : sliver.width);
    tile.bias = p->final && g->bias ? g->bias + j : NULL;
    const enum esp_tile_shape shape = sliver.width == 2 * lanes ? ESP_TILE_FULL
                                      : sliver.width > lanes   ? ESP_TILE_TWO
                                                               : ESP_TILE_ONE;
    for (long i = 0, s = 0; i < p->rows; i += p->strip, s++) {
      const long height = esp_least(p->strip, p->rows - i);
      if (g->transpose_a) tile.a_stride = height;
      const float *strip = g->transpose_a ? a + i * p->depth : a + i * tile.a_stride;
      kernels->tile[g->transpose_a != 0][shape][height - 1](&tile, strip, sliver.packed, c + i * g->ldc + j);
      const long k = s * piece, next_k = esp_least(k + piece, next.depth);
      fetch(&next, k, next_k);
      if (ahead) pack(&next, k < piece ? 0 : k - piece, esp_least(k, next.depth));
    }
    if (ahead) pack(&next, (strips - 1) * piece, next.depth);
    sliver = next;
  }
  if (p->final && g->block)
    g->block(g->block_context, p->product * g->m + p->row, p->product * g->m + p->row + p->rows, begin, end);
}

void esp_gemm_panels(const struct esp_gemm *g, long stretch, long b_rows) {
  struct panel p = {.g = g, .kernels = esp_kernels(), .b_rows = b_rows};
  const long panel_rows = esp_ceil_div(g->m, esp_ceil_div(g->m, PANEL_ROWS));
  p.columns = CHUNK_COLUMNS;
  while (p.columns > 32 && esp_ceil_div(g->n, p.columns) < 16) p.columns /= 2;
  // Rows whole kilobytes apart share few sets of the cache.
  const int packs = g->transpose_a || g->lda % 256 == 0;
  float *room = NULL;
  if (packs)
    room = esp_scratch_of(ESP_SCRATCH_PANEL,
                          (size_t)(panel_rows + 1) * (size_t)(esp_least(stretch, g->k) + 16) * sizeof(float));
  const long batch = g->batch > 0 ? g->batch : 1;
  for (p.product = 0; p.product < batch; p.product++)
    for (p.row = 0; p.row < g->m; p.row += panel_rows) {
      p.rows = esp_least(panel_rows, g->m - p.row);
      // Strips of one height and a rest, not full ones and a small rest: low tiles waste multiply-adds.
      p.strip = esp_ceil_div(p.rows, esp_ceil_div(p.rows, p.kernels->rows));
      for (p.k = 0; p.k < g->k; p.k += stretch) {
        p.depth = esp_least(stretch, g->k - p.k);
        p.final = p.k + p.depth == g->k;
        p.packed = room;
        p.packed_stride = p.depth + 16;
        if (packs && g->transpose_a) esp_parallel((int)esp_ceil_div(p.depth, DEPTH_AT_ONCE), pack_columns, &p);
        else if (packs) esp_parallel((int)esp_ceil_div(p.rows, ROWS_AT_ONCE), pack_rows, &p);
        esp_parallel((int)esp_ceil_div(g->n, p.columns), run_columns, &p);
      }
    }
}
