// Reductions of the middle axis of [outer][axis][inner], for shapes that a tile program does not cover.

#include <math.h>
#include <string.h>
#include "lanes.h"
#include "movement.h"
#include "threads.h"

enum { COLUMNS = 128, GROUP = 64, PIECE = 4096 };

typedef enum kind { SUM, MAX, MIN, ARGMAX } kind;

typedef struct reduction {
  const esp_lanes *lanes;
  kind kind;
  float *out;
  const float *in;
  int64_t outer, axis, inner, blocks, items;
  int chunks;
  float scale;
} reduction;

static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }

// The vector reductions may read up to a vector beyond an odd end, so the last piece goes through a copy.
static float reduce_row(const reduction *r, const float *x, int64_t n) {
  const esp_lanes *lanes = r->lanes;
  double sum = 0;
  float top = r->kind == MIN ? INFINITY : -INFINITY;
  float rest[PIECE + ESP_PAD];
  for (int64_t i = 0; i < n; i += PIECE) {
    int64_t count = smaller(PIECE, n - i);
    const float *piece = x + i;
    if (count % ESP_PAD) {
      memcpy(rest, piece, sizeof(float) * (size_t)count);
      memset(rest + count, 0, sizeof(float) * ESP_PAD);
      piece = rest;
    }
    if (r->kind == SUM) sum += lanes->sum_all(piece, count);
    else {
      float v = r->kind == MIN ? lanes->min_all(piece, count) : lanes->max_all(piece, count);
      if (v != v) top = v;
      else if (r->kind == MIN ? v < top : v > top) top = v;
    }
  }
  if (r->kind == SUM) return (float)((double)r->scale * sum);
  if (r->kind != ARGMAX) return top;
  int64_t at = 0;
  while (at + 1 < n && !(x[at] == top || (top != top && x[at] != x[at]))) at++;
  return (float)at;
}

static void sum_columns(const reduction *r, float *o, const float *x, int64_t columns) {
  double total[COLUMNS] = {0};
  for (int64_t a = 0; a < r->axis; a += GROUP) {
    float part[COLUMNS] = {0};
    int64_t last = smaller(a + GROUP, r->axis);
    for (int64_t i = a; i < last; i++)
      for (int64_t c = 0; c < columns; c++) part[c] += x[i * r->inner + c];
    for (int64_t c = 0; c < columns; c++) total[c] += (double)part[c];
  }
  for (int64_t c = 0; c < columns; c++) o[c] = (float)((double)r->scale * total[c]);
}

// A NaN passes `(v > top) | (v != v)`, and then nothing is greater.
static void extreme_columns(const reduction *r, float *o, const float *x, int64_t columns) {
  float top[COLUMNS];
  float sign = r->kind == MIN ? -1 : 1;
  for (int64_t c = 0; c < columns; c++) top[c] = -INFINITY;
  for (int64_t i = 0; i < r->axis; i++)
    for (int64_t c = 0; c < columns; c++) {
      float v = sign * x[i * r->inner + c];
      top[c] = ((v > top[c]) | (v != v)) ? v : top[c];
    }
  for (int64_t c = 0; c < columns; c++) o[c] = sign * top[c];
}

static void argmax_columns(const reduction *r, float *o, const float *x, int64_t columns) {
  float top[COLUMNS], at[COLUMNS];
  for (int64_t c = 0; c < columns; c++) {
    top[c] = -INFINITY;
    at[c] = 0;
  }
  for (int64_t i = 0; i < r->axis; i++)
    for (int64_t c = 0; c < columns; c++) {
      float v = x[i * r->inner + c], t = top[c];
      int better = (v > t) | ((v != v) & (t == t));  // the first NaN stays
      top[c] = better ? v : t;
      at[c] = better ? (float)i : at[c];
    }
  for (int64_t c = 0; c < columns; c++) o[c] = at[c];
}

static void reduce_chunk(void *context, int chunk) {
  const reduction *r = context;
  int64_t last = r->items * (chunk + 1) / r->chunks;
  for (int64_t item = r->items * chunk / r->chunks; item < last; item++) {
    if (r->inner == 1) {
      r->out[item] = reduce_row(r, r->in + item * r->axis, r->axis);
      continue;
    }
    int64_t row = item / r->blocks, c = item % r->blocks * COLUMNS, columns = smaller(COLUMNS, r->inner - c);
    float *o = r->out + row * r->inner + c;
    const float *x = r->in + row * r->axis * r->inner + c;
    (r->kind == SUM ? sum_columns : r->kind == ARGMAX ? argmax_columns : extreme_columns)(r, o, x, columns);
  }
}

static void reduce(kind kind, float *out, const float *in, int64_t outer, int64_t axis, int64_t inner, float scale) {
  reduction r = {.lanes = esp_current_lanes(), .kind = kind, .out = out, .in = in, .outer = outer, .axis = axis,
    .inner = inner, .blocks = (inner + COLUMNS - 1) / COLUMNS, .scale = scale};
  r.items = outer * r.blocks;
  if (r.items == 0) return;
  r.chunks = (int)smaller(smaller(32, 1 + outer * axis * inner / 65536), r.items);
  if (r.chunks == 1) reduce_chunk(&r, 0);
  else esp_parallel(r.chunks, reduce_chunk, &r);
}

void esp_reduce_sum(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner, float scale) {
  reduce(SUM, out, in, outer, axis, inner, scale);
}
void esp_reduce_max(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner) {
  reduce(MAX, out, in, outer, axis, inner, 1);
}
void esp_reduce_min(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner) {
  reduce(MIN, out, in, outer, axis, inner, 1);
}
void esp_reduce_argmax(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner) {
  reduce(ARGMAX, out, in, outer, axis, inner, 1);
}
