// Runs prepared programs: walks over tiles, one vector loop per step.

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "fused_internal.h"
#include "random.h"
#include "random_internal.h"
#include "threads.h"

// One block of scratch memory per thread for all programs: it stays hot in that core's cache.
static _Thread_local float *scratch;
static _Thread_local int64_t scratch_floats;
static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static void make_key(void) { pthread_key_create(&scratch_key, free); }

static float *scratch_of(int64_t floats) {
  if (scratch_floats >= floats) return scratch;
  pthread_once(&scratch_once, make_key);
  int64_t size = 16384;
  while (size < floats) size *= 2;
  free(scratch);
  scratch = aligned_alloc(64, sizeof(float) * (size_t)size);
  if (!scratch) abort();  // a few hundred kilobytes; there is no one to report to on a worker
  memset(scratch, 0, sizeof(float) * (size_t)size);
  scratch_floats = size;
  pthread_setspecific(scratch_key, scratch);
  return scratch;
}

static inline float *at(const tile *t, place x) { return t->bases[x.base] + x.offset; }

typedef void (*fill_run)(const tile *t, const step *s, float *o, int64_t n, int64_t first, int64_t stride);

static void random_run(const tile *t, const step *s, float *o, int64_t n, int64_t first, int64_t stride) {
  const uint32_t *key = t->keys[s->extra];
  (s->op == ESP_UNIFORM ? t->p->lanes->uniform : t->p->lanes->normal)(o, n, key, (uint64_t)first, (uint64_t)stride);
}
static void index_run(const tile *t, const step *s, float *o, int64_t n, int64_t first, int64_t stride) {
  (void)s;
  t->p->lanes->ramp(o, n, first, stride);
}

// Values that are a function of the logical index, in runs of constant stride.
static void fill(const tile *t, const step *s, float *o, fill_run run) {
  const strides *d = &t->p->indices[s->extra];
  int64_t first = t->column * d->s2;
  switch (s->shape) {
  case 0:
    run(t, s, o, 1, 0, 0);
    esp_splat(o, o[0]);
    return;
  case VARIES_COLUMN: run(t, s, o, t->columns, first, d->s2); return;
  case VARIES_ROW:
    for (int64_t r = 0, n; r < t->rows; r += n) {
      n = esp_run_of_rows(t->p, d, t->row + r, t->rows - r);
      run(t, s, o + r, n, esp_row_offset(t->p, d, t->row + r), d->s1);
    }
    if (t->one) esp_splat(o, o[0]);
    return;
  default:
    if (d->uniform && t->columns == t->p->columns && d->s1 == d->s2 * t->columns) {
      run(t, s, o, t->rows * t->columns, esp_row_offset(t->p, d, t->row), d->s2);
      return;
    }
    for (int64_t r = 0; r < t->rows; r++)
      run(t, s, o + r * t->columns, t->columns, first + esp_row_offset(t->p, d, t->row + r), d->s2);
  }
}

static void reduce_rows(const tile *t, const step *s, float *o, const float *x) {
  const esp_lanes *lanes = t->p->lanes;
  switch (s->op) {
  case ESP_ROW_SUM: lanes->row_sum(o, x, t->rows, t->columns); break;
  case ESP_ROW_MAX: lanes->row_max(o, x, t->rows, t->columns); break;
  case ESP_ROW_MIN: lanes->row_min(o, x, t->rows, t->columns); break;
  default: lanes->row_argmax(o, x, t->rows, t->columns);
  }
  if (t->one) esp_splat(o, o[0]);
}

static void add_total(const tile *t, const step *s, const float *x) {
  const esp_lanes *lanes = t->p->lanes;
  double *total = &t->totals[s->extra];
  int64_t n = t->rows * t->columns;
  switch (s->op) {
  case ESP_SUM_ALL: *total += lanes->sum_all(x, n); break;
  case ESP_MAX_ALL: *total = esp_larger(*total, lanes->max_all(x, n)); break;
  case ESP_MIN_ALL: *total = esp_lesser(*total, lanes->min_all(x, n)); break;
  default:  // rows, each once: a row cut into pieces counts with its first
    if (t->column != 0) return;
    if (s->source_shape == 0) *total += (double)x[0] * (double)t->rows;
    else *total += t->one ? (double)x[0] : lanes->sum_all(x, t->rows);
  }
}

/// A piece of a row, or in a plain program a rectangle.
static void run_machine(const tile *t, const step *s, int64_t length) {
  const machine_run *run = &t->variant->runs[s->extra];
  esp_machine_arguments arguments;
  const bool rectangle = t->variant->plain && t->rows > 1;
  for (int i = 0; i < run->place_count; i++) {
    const place where = run->places[i];
    arguments.places[i] = at(t, where);
    arguments.strides[i] = rectangle && where.base >= BASE_OPERANDS
      ? t->p->operands[where.base - BASE_OPERANDS].s1 * (int64_t)sizeof(float) : 0;
  }
  arguments.rows = rectangle ? t->rows : 1;
  arguments.minus_bytes = -(rectangle ? t->columns : length) * (int64_t)sizeof(float);
  run->code(&arguments);
}

static void run_steps(const tile *t, const step *s, int count) {
  const esp_lanes *lanes = t->p->lanes;
  int64_t lengths[4] = {
    ESP_PAD, esp_padded(t->columns), t->one ? ESP_PAD : esp_padded(t->rows), esp_padded(t->rows * t->columns)};
  for (const step *end = s + count; s < end; s++) {
    float *o = at(t, s->out);
    const float *a = at(t, s->a);
    if (s->action == DO_MAP) {
      s->map(o, a, at(t, s->b), at(t, s->c), lengths[s->shape], s->still);
      continue;
    }
    switch (s->action) {
    case DO_MACHINE: run_machine(t, s, lengths[VARIES_TILE]); break;
    case DO_LOAD: esp_fused_load(t, s, o); break;
    case DO_STORE: esp_fused_store(t, s, a); break;
    case DO_SPREAD: lanes->expand_row(o, a, 1, t->rows * t->columns); break;
    case DO_EXPAND_ROW: lanes->expand_row(o, a, t->rows, t->columns); break;
    case DO_EXPAND_COLUMN: lanes->expand_column(o, a, t->most_rows, t->columns); break;
    case DO_RANDOM: fill(t, s, o, random_run); break;
    case DO_INDEX: fill(t, s, o, index_run); break;
    case DO_ROW_REDUCTION: reduce_rows(t, s, o, a); break;
    case DO_COLUMN_SUM: {
      float *sum = t->sums + s->extra + t->column;
      if (t->one) lanes->map[ESP_ADD](sum, sum, a, a, lengths[VARIES_TILE], 0);
      else lanes->column_sum(sum, a, t->rows, t->columns);
      break;
    }
    default: add_total(t, s, a);
    }
  }
}

// What a variant has already computed in this chunk.
typedef struct progress {
  bool started;
  int64_t column, columns;
} progress;

static void run_tile(tile *t, const variant *v, progress *g) {
  t->variant = v;
  t->one = v->single_row;
  if (!g->started) run_steps(t, v->steps, v->once);
  if (v->column && !(g->started && g->column == t->column && g->columns == t->columns))
    run_steps(t, v->steps + v->once, v->column);
  *g = (progress){true, t->column, t->columns};
  for (int i = 0; i < v->bound_count; i++) {
    int k = v->bound[i];
    const strides *s = &t->p->operands[k];
    t->bases[BASE_OPERANDS + k] = t->operands[k] + esp_row_offset(t->p, s, t->row) + t->column * s->s2;
  }
  run_steps(t, v->steps + v->once + v->column, v->body);
}

typedef struct run {
  esp_fused *p;
  float *const *operands;
  uint32_t keys[ESP_FUSED_MAX_OPERANDS][2];
} run;

static void start(run *r, esp_fused *p, float *const *operands, const esp_run_info *info) {
  r->p = p;
  r->operands = operands;
  for (int i = 0; i < p->index_count; i++)
    esp_random_key(info ? info->seed : 0, p->streams[i], info ? info->step : 0, r->keys[i]);
}

static tile new_tile(const run *r, float **bases) {
  bases[BASE_SCRATCH] = scratch_of(r->p->scratch);
  bases[BASE_CONSTANTS] = r->p->constants;
  return (tile){.p = r->p, .operands = r->operands, .keys = r->keys, .bases = bases};
}

static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }

// Places tile number n. Pieces run along rows, blocks down columns, so that column vectors are set up rarely.
static void locate(tile *t, int64_t n) {
  const esp_fused *p = t->p;
  if (p->tiling == TILE_PIECES) {
    int64_t row = n / p->pieces, piece = n - row * p->pieces, even = p->columns - p->columns % ESP_PAD;
    t->row = row;
    t->rows = 1;
    t->column = piece * p->tile_columns;
    if (p->pieces == 1) t->columns = p->columns;
    else if (piece == p->pieces - 1 && even < p->columns) {
      t->column = even;
      t->columns = p->columns - even;
    } else t->columns = smaller(p->tile_columns, even - t->column);
  } else {
    int64_t down = (p->rows + p->tile_rows - 1) / p->tile_rows, block = n / down;
    t->row = (n - block * down) * p->tile_rows;
    t->rows = smaller(p->tile_rows, p->rows - t->row);
    t->column = block * p->tile_columns;
    t->columns = smaller(p->tile_columns, p->columns - t->column);
  }
  t->most_rows = p->tile_rows;
}

static void run_chunk(void *context, int chunk) {
  run *r = context;
  esp_fused *p = r->p;
  float *bases[BASE_OPERANDS + ESP_FUSED_MAX_OPERANDS];
  tile t = new_tile(r, bases);
  t.sums = p->sums ? p->sums + chunk * p->sums_width : NULL;
  t.totals = p->totals ? p->totals + chunk * p->total_count : NULL;
  if (t.sums) memset(t.sums, 0, sizeof(float) * (size_t)p->sums_width);
  for (int i = 0; i < p->result_count; i++) {
    int op = p->results[i].op;
    if (op != ESP_COLUMN_SUM)
      t.totals[p->results[i].place] = op == ESP_MAX_ALL ? -INFINITY : op == ESP_MIN_ALL ? INFINITY : 0;
  }
  progress done[2] = {0};
  int64_t first = p->tiles * chunk / p->chunks, last = p->tiles * (chunk + 1) / p->chunks;
  if (p->plain && first < last) {
    // Whole rows, or a part of the only one.
    t.row = p->pieces == 1 ? first : 0;
    t.rows = p->pieces == 1 ? last - first : 1;
    t.column = p->pieces == 1 ? 0 : first * p->tile_columns;
    t.columns = smaller(p->pieces == 1 ? p->columns : (last - first) * p->tile_columns, p->columns - t.column);
    run_tile(&t, &p->main, &done[0]);
    return;
  }
  for (int64_t n = first; n < last; n++) {
    locate(&t, n);
    bool direct = t.rows * t.columns % ESP_PAD == 0
      && (p->main.single_row ? t.rows == 1 : t.columns == p->columns);
    run_tile(&t, direct ? &p->main : &p->copying, &done[direct]);
  }
}

void esp_fused_run(esp_fused *p, float *const *operands, const esp_run_info *info) {
  run r;
  start(&r, p, operands, info);
  if (p->chunks == 1) run_chunk(&r, 0);
  else if (p->chunks > 1) esp_parallel(p->chunks, run_chunk, &r);
  esp_fused_finish(p, operands);
}

int esp_fused_run_block(
  esp_fused *p, float *const *operands, const esp_run_info *info, int64_t row0, int64_t row1, int64_t col0,
  int64_t col1) {
  enum { TILE = 1024, WIDE = 96, WIDE_SHORT = 512 };
  if (!(p->flags & ESP_FUSED_BLOCKS)) return ESP_FUSED_NOT_BLOCKS;
  if (row0 < 0 || row1 > p->full_rows || col0 < 0 || col1 > p->full_columns) return ESP_FUSED_BAD_SHAPE;
  run r;
  start(&r, p, operands, info);
  float *bases[BASE_OPERANDS + ESP_FUSED_MAX_OPERANDS];
  tile t = new_tile(&r, bases);
  progress done[2] = {0};
  int64_t even = col0 + (col1 - col0) / ESP_PAD * ESP_PAD;
  // Rows one by one can be read where they lie, but for those of 16 bits.
  if (even - col0 < (p->is_short ? WIDE_SHORT : WIDE)) even = col0;
  if (p->main.plain) {
    even = col0 + (col1 - col0) / ESP_PAD * ESP_PAD;
    t.row = row0, t.rows = t.most_rows = row1 - row0;
    t.column = col0, t.columns = even - col0;
    if (t.rows > 0 && t.columns > 0) run_tile(&t, &p->main, &done[1]);
  }
  for (t.row = row0; !p->main.plain && t.row < row1 && even > col0; t.row++)
    for (t.column = col0; t.column < even; t.column += t.columns) {
      t.rows = t.most_rows = 1;
      t.columns = smaller(TILE, even - t.column);
      run_tile(&t, &p->main, &done[1]);
    }
  for (t.column = even; t.column < col1; t.column += t.columns) {
    t.columns = smaller(TILE, col1 - t.column);
    int64_t most = smaller(TILE / t.columns, row1 - row0);
    done[0].columns = 0;  // column vectors are expanded anew
    for (t.row = row0; t.row < row1; t.row += t.rows) {
      t.rows = smaller(most, row1 - t.row);
      t.most_rows = most;
      run_tile(&t, &p->copying, &done[0]);
    }
  }
  return ESP_FUSED_OK;
}
