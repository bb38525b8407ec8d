#include "rounded.h"

#include <string.h>

#include "convolution_plan.h"
#include "gemm_panels.h"
#include "lanes.h"
#include "scratch.h"
#include "threads.h"
#include "tiles.h"

// Operands are brought into scratch, then multiplied: as pairs of bfloat16 where the processor has instructions for
// them, else as float32 that happen to be short. Operands in memory of 16 bits whose pairs lie side by side are read
// where they are.

int esp_multiplies_bfloat16(void) { return esp_pair_kernels() != NULL; }

static void round_some(const struct esp_kernels *kernels, int precision, const float *x, float *out, long count) {
  if (precision == ESP_PRECISION_BFLOAT16) kernels->round_to_bfloat16(x, out, count);
  else if (precision == ESP_PRECISION_FLOAT16) kernels->round_to_float16(x, out, count);
  else if (out != x) memmove(out, x, (size_t)count * sizeof(float));
}

void esp_narrow(const float *x, uint16_t *out, long count) { esp_current_lanes()->narrow(out, x, count); }
void esp_widen(const uint16_t *x, float *out, long count) { esp_current_lanes()->widen(out, x, count); }

void esp_round(int precision, const float *x, float *out, long count) {
  round_some(esp_kernels(), precision, x, out, count);
}

/// Rows of an operand and what becomes of them: rounded floats, pairs of a row's neighbours, or pairs of a row with
/// the one below.
struct operand {
  enum { ROUNDED, ALONG_ROW, ACROSS_ROWS } form;
  int precision;
  const struct esp_kernels *kernels;
  const struct esp_pair_kernels *pairs;
  const esp_lanes *lanes;
  const float *in;
  int is_short;          // `in` points at bfloat16
  long matrices, rows, columns, stride, matrix_stride;  // of what is read
  float *out;
  long out_rows, out_stride;  // of what is written, row by row
  long per_chunk;
};

static void round_short_row(const struct operand *o, long index, float *out) {
  const long row = index % o->out_rows, below = 2 * row + 1;
  const uint16_t *matrix = (const uint16_t *)o->in + index / o->out_rows * o->matrix_stride;
  if (o->form == ROUNDED) {
    o->lanes->widen(out, matrix + row * o->stride, o->columns);
  } else if (o->form == ALONG_ROW) {
    if (o->columns % 2) out[o->columns / 2] = 0;
    memcpy(out, matrix + row * o->stride, (size_t)o->columns * sizeof(uint16_t));
  } else {
    const uint16_t *first = matrix + 2 * row * o->stride;
    o->pairs->join_two_short(first, below < o->rows ? first + o->stride : NULL, out, o->columns);
  }
}

static void round_rows(void *context, int chunk) {
  const struct operand *o = context;
  const long end = esp_least(o->matrices * o->out_rows, (chunk + 1) * o->per_chunk);
  for (long i = chunk * o->per_chunk; i < end; i++) {
    const long row = i % o->out_rows;
    const float *matrix = o->in + i / o->out_rows * o->matrix_stride;
    float *out = o->out + i * o->out_stride;
    if (o->is_short) {
      round_short_row(o, i, out);
    } else if (o->form == ROUNDED) {
      round_some(o->kernels, o->precision, matrix + row * o->stride, out, o->columns);
    } else if (o->form == ALONG_ROW) {
      o->pairs->join(matrix + row * o->stride, out, o->columns);
    } else {
      const float *first = matrix + 2 * row * o->stride;
      o->pairs->join_two(first, 2 * row + 1 < o->rows ? first + o->stride : NULL, out, o->columns);
    }
  }
}

static int is_aligned(const void *pairs) { return (uintptr_t)pairs % sizeof(float) == 0; }

/// Whether pairs lie in memory as they are wanted.
static int lies_in_pairs(const struct operand *o) {
  return o->is_short && o->form == ALONG_ROW && o->columns % 2 == 0 && o->stride % 2 == 0 && o->matrix_stride % 2 == 0 &&
         is_aligned(o->in);
}

/// Sets the form of the result; returns the floats that it takes.
static size_t plan(struct operand *o) {
  if (lies_in_pairs(o)) return 0;
  o->out_rows = o->form == ACROSS_ROWS ? (o->rows + 1) / 2 : o->rows;
  o->out_stride = o->form == ALONG_ROW ? (o->columns + 1) / 2 : o->columns;
  // Rows whole kilobytes apart would share few sets of the cache.
  if (o->rows > 1 && o->out_stride % 256 == 0) o->out_stride += 16;
  // Tiles read whole vectors.
  return ((size_t)(o->matrices * o->out_rows * o->out_stride) + 31) / 16 * 16;
}

static void run(struct operand *o, float *out) {
  if (lies_in_pairs(o)) {
    o->out = (float *)o->in, o->out_stride = o->stride / 2;
    return;
  }
  const long total = o->matrices * o->out_rows;
  if (!total) return;
  o->out = out;
  o->per_chunk = 1 + 16384 / (o->columns + 1);
  if (total / o->per_chunk > 1 << 20) o->per_chunk = total >> 20;
  esp_parallel((int)esp_ceil_div(total, o->per_chunk), round_rows, o);
}

/// Floats from one matrix to the next.
static long matrix_distance(const struct operand *o) {
  if (!o->matrix_stride) return 0;
  return lies_in_pairs(o) ? o->matrix_stride / 2 : o->out_rows * o->out_stride;
}

/// Rounds both operands into this thread's scratch.
static void run_both(struct operand *a, struct operand *b) {
  const size_t a_room = plan(a), b_room = plan(b);
  float *room = esp_scratch_of(ESP_SCRATCH_ROUNDED, (a_room + b_room) * sizeof(float));
  run(a, room);
  run(b, room + a_room);
}

static void multiply_pairs(const struct esp_gemm *g, const struct esp_pair_kernels *pairs) {
  const struct esp_kernels *before = esp_use_kernels(&pairs->kernels);
  esp_gemm(g);
  esp_use_kernels(before);
}

/// Rows of A up to which B is packed only once or twice.
enum { PACKED_ONCE = 512 };

void esp_gemm_rounded(const struct esp_gemm *g) {
  const struct esp_pair_kernels *pairs =
      g->precision == ESP_PRECISION_BFLOAT16 && g->k > 0 ? esp_pair_kernels() : NULL;
  const long batch = g->batch > 0 ? g->batch : 1;
  struct operand a = {.precision = g->precision, .kernels = esp_kernels(), .pairs = pairs, .lanes = esp_current_lanes()};
  struct operand b = a;
  a.is_short = g->a_is_short, b.is_short = g->b_is_short;
  a.in = g->a, a.stride = g->lda, a.matrix_stride = g->stride_a;
  a.matrices = g->stride_a ? batch : 1;
  a.rows = g->transpose_a ? g->k : g->m, a.columns = g->transpose_a ? g->m : g->k;
  b.in = g->b, b.stride = g->ldb, b.matrix_stride = g->stride_b;
  b.matrices = g->stride_b ? batch : 1;
  b.rows = g->transpose_b ? g->n : g->k, b.columns = g->transpose_b ? g->k : g->n;
  if (pairs) {
    a.form = g->transpose_a ? ACROSS_ROWS : ALONG_ROW;
    b.form = g->transpose_b ? ALONG_ROW : ACROSS_ROWS;
  }
  struct esp_gemm rounded = *g;
  rounded.precision = ESP_PRECISION_FLOAT32;
  if (pairs && lies_in_pairs(&a) && !b.is_short && batch == 1 && g->m <= PACKED_ONCE) {
    // B is a matrix of parameters, read once or twice: rounding it as it is packed saves a way through memory.
    rounded.a_is_short = 0, rounded.lda = g->lda / 2, rounded.k = (g->k + 1) / 2;
    if (esp_gemm_wants_panels(&rounded)) {
      const struct esp_kernels *before = esp_use_kernels(&pairs->kernels);
      esp_gemm_panels(&rounded, esp_gemm_stretch(rounded.k), g->k);
      esp_use_kernels(before);
      return;
    }
  }
  run_both(&a, &b);
  rounded.a = a.out, rounded.lda = a.out_stride, rounded.stride_a = matrix_distance(&a);
  rounded.b = b.out, rounded.ldb = b.out_stride, rounded.stride_b = matrix_distance(&b);
  rounded.a_is_short = rounded.b_is_short = 0;
  if (!pairs) {
    esp_gemm(&rounded);
    return;
  }
  rounded.k = (g->k + 1) / 2;
  multiply_pairs(&rounded, pairs);
}

// ---- Convolution --------------------------------------------------------------------------------------------

/// Numbers in a row.
struct numbers {
  int precision;
  const struct esp_kernels *kernels;
  const struct esp_pair_kernels *pairs;  // NULL: rounded floats
  const esp_lanes *lanes;
  const float *in;
  int is_short;
  float *out;
  long count;
};

enum { NUMBERS_CHUNK = 16384 };

static void round_numbers(void *context, int chunk) {
  const struct numbers *job = context;
  const long first = (long)chunk * NUMBERS_CHUNK, count = esp_least(NUMBERS_CHUNK, job->count - first);
  if (job->is_short && job->pairs)
    memcpy(job->out + first / 2, (const uint16_t *)job->in + first, (size_t)count * sizeof(uint16_t));
  else if (job->is_short) job->lanes->widen(job->out + first, (const uint16_t *)job->in + first, count);
  else if (job->pairs) job->pairs->join(job->in + first, job->out + first / 2, count);
  else round_some(job->kernels, job->precision, job->in + first, job->out + first, count);
}

/// Numbers as the product reads them; in memory of 16 bits pairs lie as they are wanted, else into `room`.
static const float *run_numbers(int precision, const struct esp_pair_kernels *pairs, const float *in, int is_short,
                                long count, float *room) {
  if (is_short && pairs && is_aligned(in)) return in;
  struct numbers job = {precision, esp_kernels(), pairs, esp_current_lanes(), in, is_short, room, count};
  esp_parallel((int)esp_ceil_div(count, NUMBERS_CHUNK), round_numbers, &job);
  return room;
}

/// Images of `size` numbers, of which two that follow each other become one of pairs.
struct images {
  const struct esp_pair_kernels *pairs;
  const float *in;
  int is_short;
  float *out;
  long count, size, chunks;  // chunks of an image
};

static void join_part(void *context, int chunk) {
  const struct images *job = context;
  const long image = chunk / job->chunks, part = chunk % job->chunks;
  const long begin = part * job->size / job->chunks, end = (part + 1) * job->size / job->chunks;
  const long at = 2 * image * job->size + begin;
  const int is_pair = 2 * image + 1 < job->count;
  float *out = job->out + image * job->size + begin;
  if (job->is_short) {
    const uint16_t *first = (const uint16_t *)job->in + at;
    job->pairs->join_two_short(first, is_pair ? first + job->size : NULL, out, end - begin);
  } else {
    const float *first = job->in + at;
    job->pairs->join_two(first, is_pair ? first + job->size : NULL, out, end - begin);
  }
}

static void join_images(const struct esp_pair_kernels *pairs, const float *in, int is_short, long count, long size,
                        float *out) {
  const long wanted = esp_ceil_div(size, NUMBERS_CHUNK), both = (count + 1) / 2;
  struct images job = {pairs, in, is_short, out, count, size, esp_most(1, esp_least(wanted, (1 << 20) / esp_most(1, both)))};
  esp_parallel((int)(both * job.chunks), join_part, &job);
}

struct sizes { long images, results, filters; };

static struct sizes sizes_of(const struct esp_conv *s) {
  return (struct sizes){s->n * s->h * s->w * s->c, s->n * s->out_h * s->out_w * s->o,
                        s->kernel_h * s->kernel_w * (s->c / s->groups) * s->o};
}

/// The shape for operands that are as they are read.
static struct esp_conv plain_shape(const struct esp_conv *s) {
  struct esp_conv shape = *s;
  shape.precision = ESP_PRECISION_FLOAT32;
  shape.x_is_short = shape.dy_is_short = 0;
  return shape;
}

/// Room for two operands, behind which a tile may read a vector.
static float *room_for(long first, long second, float **at_second) {
  const size_t begin = ((size_t)first + 31) / 16 * 16;
  float *room = esp_scratch_of(ESP_SCRATCH_ROUNDED, (begin + (size_t)second + 32) * sizeof(float));
  *at_second = room + begin;
  return room;
}

/// Kernels for pairs along channels, of which a group has so many.
static const struct esp_pair_kernels *pairs_for(const struct esp_conv *s, long channels) {
  if (s->precision != ESP_PRECISION_BFLOAT16 || channels % 2 || esp_conv_is_depthwise(s)) return NULL;
  return esp_pair_kernels();
}

void esp_conv_forward_rounded(const struct esp_conv *s, const float *x, const float *w, float *y,
                              const struct esp_conv_epilogue *epilogue) {
  const struct esp_pair_kernels *pairs = pairs_for(s, s->c / s->groups);
  const struct sizes sizes = sizes_of(s);
  float *second, *first = room_for(sizes.images, sizes.filters, &second);
  struct esp_conv shape = plain_shape(s);
  x = run_numbers(s->precision, pairs, x, s->x_is_short, sizes.images, first);
  if (!pairs) {
    run_numbers(s->precision, NULL, w, 0, sizes.filters, second);
    esp_conv_forward(&shape, x, second, y, epilogue);
    return;
  }
  // A filter's rows are channels, and a tap has an even number of them.
  struct operand filter = {.form = ACROSS_ROWS, .pairs = pairs, .in = w, .matrices = 1, .rows = sizes.filters / s->o,
                           .columns = s->o, .stride = s->o, .out_rows = sizes.filters / s->o / 2, .out_stride = s->o};
  run(&filter, second);
  shape.c /= 2;
  const struct esp_kernels *before = esp_use_kernels(&pairs->kernels);
  esp_conv_forward(&shape, x, second, y, epilogue);
  esp_use_kernels(before);
}

void esp_conv_input_gradient_rounded(const struct esp_conv *s, const float *dy, const float *w, float *dx,
                                     int accumulate) {
  const struct esp_pair_kernels *pairs = pairs_for(s, s->o / s->groups);
  const struct sizes sizes = sizes_of(s);
  float *second, *first = room_for(sizes.results, sizes.filters, &second);
  struct esp_conv shape = plain_shape(s);
  dy = run_numbers(s->precision, pairs, dy, s->dy_is_short, sizes.results, first);
  run_numbers(s->precision, pairs, w, 0, sizes.filters, second);
  const struct esp_kernels *before = NULL;
  if (pairs) {
    shape.o /= 2;
    before = esp_use_kernels(&pairs->kernels);
  }
  esp_conv_input_gradient(&shape, dy, second, dx, accumulate);
  if (pairs) esp_use_kernels(before);
}

// k runs over pixels of all images. The same pixels of two images that follow each other are pairs for every tap.
void esp_conv_filter_gradient_rounded(const struct esp_conv *s, const float *x, const float *dy, float *dw,
                                      int accumulate) {
  const struct esp_pair_kernels *pairs =
      s->precision == ESP_PRECISION_BFLOAT16 && !esp_conv_is_depthwise(s) ? esp_pair_kernels() : NULL;
  struct esp_conv shape = plain_shape(s);
  if (!pairs) {
    const struct sizes sizes = sizes_of(s);
    float *second, *first = room_for(sizes.images, sizes.results, &second);
    run_numbers(s->precision, NULL, x, s->x_is_short, sizes.images, first);
    run_numbers(s->precision, NULL, dy, s->dy_is_short, sizes.results, second);
    esp_conv_filter_gradient(&shape, first, second, dw, accumulate);
    return;
  }
  shape.n = (s->n + 1) / 2;
  const struct sizes sizes = sizes_of(&shape);
  float *second, *first = room_for(sizes.images, sizes.results, &second);
  join_images(pairs, x, s->x_is_short, s->n, s->h * s->w * s->c, first);
  join_images(pairs, dy, s->dy_is_short, s->n, s->out_h * s->out_w * s->o, second);
  const struct esp_kernels *before = esp_use_kernels(&pairs->kernels);
  esp_conv_filter_gradient(&shape, first, second, dw, accumulate);
  esp_use_kernels(before);
}
