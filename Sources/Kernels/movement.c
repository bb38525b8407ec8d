// Strided copies. Dimensions are sorted and joined, then the two that matter are copied by a block kernel and the rest
// are counted through.

#include "movement.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "lanes.h"
#include "threads.h"

typedef struct axis {
  int64_t count, out, in;
} axis;

typedef struct plan {
  const esp_lanes *lanes;
  float *out;
  const float *in;
  bool add;
  float scale;
  axis inner;              // fastest in the output
  axis cross;              // fastest in the input, if another; else simply the next
  bool crossed;            // it was another
  int64_t inner_piece, cross_piece, inner_pieces, cross_pieces;
  axis outer[ESP_MAX_RANK];
  int outer_rank;
  int64_t items;           // pieces in all
  int chunks;
} plan;

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }
static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }

static void copy_row(const plan *p, float *restrict o, const float *restrict x, int64_t n) {
  int64_t so = p->inner.out, si = p->inner.in;
  float scale = p->scale;
  if (p->add) {
    if (so == 1 && si == 1)
      for (int64_t i = 0; i < n; i++) o[i] += scale * x[i];
    else
      for (int64_t i = 0; i < n; i++) o[i * so] += scale * x[i * si];
  } else if (so == 1 && si == 1) p->lanes->copy(o, x, n);
  else if (so == 1 && si == 0) {
    float value = *x;
    for (int64_t i = 0; i < n; i++) o[i] = value;
  } else
    for (int64_t i = 0; i < n; i++) o[i * so] = x[i * si];
}

// Squares of 16 × 16 keep both sides' cache lines until they are used up.
static void copy_crossed(const plan *p, float *o, const float *x, int64_t n, int64_t m) {
  const axis *a = &p->inner, *b = &p->cross;
  if (!p->add && a->out == 1 && b->in == 1) {
    p->lanes->transpose(o, b->out, x, a->in, n, m);
    return;
  }
  for (int64_t j0 = 0; j0 < m; j0 += 16)
    for (int64_t i0 = 0; i0 < n; i0 += 16)
      for (int64_t j = j0; j < m && j < j0 + 16; j++)
        copy_row(p, o + i0 * a->out + j * b->out, x + i0 * a->in + j * b->in, smaller(16, n - i0));
}

static void copy_chunk(void *context, int chunk) {
  const plan *p = context;
  int64_t last = p->items * (chunk + 1) / p->chunks;
  for (int64_t item = p->items * chunk / p->chunks; item < last; item++) {
    int64_t rest = item, i = rest % p->inner_pieces * p->inner_piece;
    rest /= p->inner_pieces;
    int64_t j = rest % p->cross_pieces * p->cross_piece;
    rest /= p->cross_pieces;
    float *o = p->out + i * p->inner.out + j * p->cross.out;
    const float *x = p->in + i * p->inner.in + j * p->cross.in;
    for (int k = p->outer_rank - 1; k >= 0; k--) {
      int64_t at = rest % p->outer[k].count;
      rest /= p->outer[k].count;
      o += at * p->outer[k].out;
      x += at * p->outer[k].in;
    }
    int64_t n = smaller(p->inner_piece, p->inner.count - i), m = smaller(p->cross_piece, p->cross.count - j);
    if (p->crossed) copy_crossed(p, o, x, n, m);
    else
      for (int64_t k = 0; k < m; k++) copy_row(p, o + k * p->cross.out, x + k * p->cross.in, n);
  }
}

/// Drops dimensions of one, sorts by the output's strides, joins neighbours. Returns the rank left.
static int simplify(axis *a, int rank) {
  int n = 0;
  for (int i = 0; i < rank; i++)
    if (a[i].count != 1) a[n++] = a[i];
  for (int i = 1; i < n; i++) {  // insertion: few, and stable
    axis x = a[i];
    int j = i;
    for (; j > 0 && magnitude(a[j - 1].out) < magnitude(x.out); j--) a[j] = a[j - 1];
    a[j] = x;
  }
  int m = 0;
  for (int i = 0; i < n; i++) {
    axis *last = &a[m - 1];
    if (m > 0 && last->out == a[i].out * a[i].count && last->in == a[i].in * a[i].count)
      *last = (axis){last->count * a[i].count, a[i].out, a[i].in};
    else a[m++] = a[i];
  }
  return m;
}

static int move(
  float *out, const int64_t *out_strides, const float *in, const int64_t *in_strides, const int64_t *shape, int rank,
  bool add, float scale) {
  if (rank < 0 || rank > ESP_MAX_RANK) return -1;
  axis a[ESP_MAX_RANK + 1];
  int64_t total = 1;
  for (int i = 0; i < rank; i++) {
    if (shape[i] < 0) return -1;
    a[i] = (axis){shape[i], out_strides[i], in_strides[i]};
    total *= shape[i];
  }
  if (total == 0) return 0;
  int n = simplify(a, rank);
  plan p = {.lanes = esp_current_lanes(), .out = out, .in = in, .add = add, .scale = scale,
    .inner = {1, 1, 1}, .cross = {1, 0, 0}};
  if (n > 0) p.inner = a[--n];
  int fastest = -1;
  for (int i = 0; i < n; i++) {
    bool faster = a[i].in != 0 && (magnitude(a[i].in) < magnitude(p.inner.in));
    if (faster && (fastest < 0 || magnitude(a[i].in) < magnitude(a[fastest].in))) fastest = i;
  }
  p.crossed = fastest >= 0;
  if (!p.crossed) fastest = n - 1;
  if (fastest >= 0) {
    p.cross = a[fastest];
    for (int i = fastest; i + 1 < n; i++) a[i] = a[i + 1];
    n--;
  }
  p.outer_rank = n;
  for (int i = 0; i < n; i++) p.outer[i] = a[i];
  p.inner_piece = p.crossed ? 256 : 8192;
  p.cross_piece = 32;
  p.inner_pieces = (p.inner.count + p.inner_piece - 1) / p.inner_piece;
  p.cross_pieces = (p.cross.count + p.cross_piece - 1) / p.cross_piece;
  p.items = p.inner_pieces * p.cross_pieces;
  for (int i = 0; i < n; i++) p.items *= p.outer[i].count;
  p.chunks = (int)smaller(smaller(64, 1 + total / 65536), p.items);
  if (p.chunks == 1) copy_chunk(&p, 0);
  else esp_parallel(p.chunks, copy_chunk, &p);
  return 0;
}

int esp_copy(
  float *out, const int64_t *out_strides, const float *in, const int64_t *in_strides, const int64_t *shape, int rank) {
  return move(out, out_strides, in, in_strides, shape, rank, false, 1);
}

int esp_accumulate(
  float *out, const int64_t *out_strides, const float *in, const int64_t *in_strides, const int64_t *shape, int rank,
  float scale) {
  return move(out, out_strides, in, in_strides, shape, rank, true, scale);
}

typedef struct filling {
  float *out;
  int64_t n;
  int chunks;
  float value;
} filling;
static void fill_chunk(void *context, int chunk) {
  const filling *f = context;
  int64_t last = f->n * (chunk + 1) / f->chunks;
  for (int64_t i = f->n * chunk / f->chunks; i < last; i++) f->out[i] = f->value;
}
void esp_fill(float *out, int64_t n, float value) {
  filling f = {out, n, (int)smaller(16, 1 + n / 131072), value};
  if (f.chunks == 1) fill_chunk(&f, 0);
  else esp_parallel(f.chunks, fill_chunk, &f);
}

typedef struct lookup {
  const esp_lanes *lanes;
  float *table;
  float *rows_out;
  const float *in, *index;
  int64_t count, rows, width;
  float scale;
  int chunks;
} lookup;

static int64_t bad_index(const float *index, int64_t count, int64_t rows) {
  for (int64_t i = 0; i < count; i++) {
    float x = index[i];
    if (!(x >= 0 && x < (float)rows) || (float)(int64_t)x != x || (int64_t)x >= rows) return i;
  }
  return -1;
}

static void gather_chunk(void *context, int chunk) {
  const lookup *l = context;
  int64_t last = l->count * (chunk + 1) / l->chunks;
  for (int64_t i = l->count * chunk / l->chunks; i < last; i++)
    l->lanes->copy(l->rows_out + i * l->width, l->in + (int64_t)l->index[i] * l->width, l->width);
}

int64_t esp_gather(float *out, const float *table, const float *index, int64_t count, int64_t rows, int64_t width) {
  int64_t bad = bad_index(index, count, rows);
  if (bad >= 0 || count == 0) return bad;
  lookup l = {.lanes = esp_current_lanes(), .rows_out = out, .in = table, .index = index, .count = count, .width = width};
  l.chunks = (int)smaller(smaller(32, 1 + count * width / 65536), count);
  if (l.chunks == 1) gather_chunk(&l, 0);
  else esp_parallel(l.chunks, gather_chunk, &l);
  return -1;
}

// Each chunk owns a range of the table's rows and reads the whole index: the order of additions to a row is that of i.
static void scatter_chunk(void *context, int chunk) {
  const lookup *l = context;
  int64_t first = l->rows * chunk / l->chunks, last = l->rows * (chunk + 1) / l->chunks;
  for (int64_t i = 0; i < l->count; i++) {
    int64_t row = (int64_t)l->index[i];
    if (row < first || row >= last) continue;
    float *restrict o = l->table + row * l->width;
    const float *restrict x = l->in + i * l->width;
    for (int64_t j = 0; j < l->width; j++) o[j] += l->scale * x[j];
  }
}

int64_t esp_scatter_add(
  float *table, const float *in, const float *index, int64_t count, int64_t rows, int64_t width, float scale) {
  int64_t bad = bad_index(index, count, rows);
  if (bad >= 0 || count == 0) return bad;
  lookup l = {.table = table, .in = in, .index = index, .count = count, .rows = rows, .width = width, .scale = scale};
  l.chunks = (int)smaller(smaller(8, 1 + count * width / 65536), rows);
  if (l.chunks == 1) scatter_chunk(&l, 0);
  else esp_parallel(l.chunks, scatter_chunk, &l);
  return -1;
}
