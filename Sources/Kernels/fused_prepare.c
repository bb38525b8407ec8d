// Validation of a tile program, collapsing of its space, choice of tiles and chunks.

#include <stdlib.h>
#include <string.h>
#include "fused_internal.h"

const char *esp_fused_error(int code) {
  switch (code) {
  case ESP_FUSED_OK: return "no error";
  case ESP_FUSED_BAD_OP: return "unknown operation";
  case ESP_FUSED_BAD_REGISTER: return "register out of range, read before its definition, or defined twice";
  case ESP_FUSED_BAD_OPERAND: return "operand slot out of range, stored twice, used with 16 and with 32 bits, or shared with a "
                                  "reduction's result";
  case ESP_FUSED_BAD_INDEX: return "index entry or dimension out of range, or a negative stride in it";
  case ESP_FUSED_BAD_SHAPE: return "negative dimension, store into broadcast strides, or rows summed of a whole tile";
  case ESP_FUSED_ORDER: return "a slot is loaded after it was stored";
  case ESP_FUSED_TOO_WIDE: return "rows too wide for a row reduction or a value per row";
  case ESP_FUSED_TOO_LARGE: return "too many instructions, operands or registers";
  case ESP_FUSED_NO_MEMORY: return "out of memory";
  case ESP_FUSED_NOT_BLOCKS: return "a program for blocks has reductions, or was not prepared for blocks";
  default: return "unknown error";
  }
}

enum { UNDEFINED = 0xff };

static bool result_slot(const esp_fused *p, uint32_t slot) {
  for (int j = 0; j < p->result_count; j++)
    if (p->results[j].operand == slot) return true;
  return false;
}

static int check_operand(esp_fused *p, const esp_instruction *i, uint8_t *used) {
  enum { LOADED = 1, STORED = 2, LONG = 4, SHORT = 8 };
  if (i->extra >= (uint32_t)p->operand_count || result_slot(p, i->extra)) return ESP_FUSED_BAD_OPERAND;
  uint8_t *flags = &used[i->extra];
  *flags |= esp_is_short(i->op) ? SHORT : LONG;
  if ((*flags & SHORT) && (*flags & LONG)) return ESP_FUSED_BAD_OPERAND;
  if (esp_is_load(i->op)) {
    if (*flags & STORED) return ESP_FUSED_ORDER;
    *flags |= LOADED;
    return 0;
  }
  if (*flags & STORED) return ESP_FUSED_BAD_OPERAND;
  if (esp_is_final(i->op)) {
    if (*flags != LONG) return ESP_FUSED_BAD_OPERAND;
    bool column = i->op == ESP_COLUMN_SUM;
    p->results[p->result_count++] = (final_result){
      .op = i->op, .operand = i->extra, .scale = i->immediate, .keep = i->immediate_2,
      .stride = p->operands[i->extra].s2, .place = column ? p->sums_width : p->total_count};
    if (column) p->sums_width += esp_padded(p->d2) + ESP_SLACK;
    else p->total_count++;
    p->operands[i->extra] = (strides){0};  // a result has no part in the space
    return 0;
  }
  *flags |= STORED;
  const strides *s = &p->operands[i->extra];
  bool covered = !(p->d0 > 1 && !s->s0) && !(p->d1 > 1 && !s->s1);
  return covered ? 0 : ESP_FUSED_BAD_SHAPE;
}

/// Checks everything and finds the registers' shapes.
static int validate(esp_fused *p) {
  uint8_t used[ESP_FUSED_MAX_OPERANDS] = {0};
  for (int n = 0; n < p->instruction_count; n++) {
    const esp_instruction *i = &p->instructions[n];
    if (i->op >= ESP_OP_COUNT) return ESP_FUSED_BAD_OP;
    p->is_short |= esp_is_short(i->op);
    const uint16_t numbers[3] = {i->a, i->b, i->c};
    int shape = 0;
    for (int j = 0; j < esp_operand_number(i->op); j++) {
      if (numbers[j] >= ESP_IMMEDIATE_2) continue;
      if (numbers[j] >= p->register_count || p->shapes[numbers[j]] == UNDEFINED) return ESP_FUSED_BAD_REGISTER;
      shape |= p->shapes[numbers[j]];
    }
    bool random = i->op == ESP_UNIFORM || i->op == ESP_NORMAL;
    if (random && i->extra >= (uint32_t)p->index_count) return ESP_FUSED_BAD_INDEX;
    if (i->op == ESP_INDEX && i->extra > 2) return ESP_FUSED_BAD_INDEX;
    if (esp_is_load(i->op) || esp_is_store(i->op) || esp_is_final(i->op)) {
      int error = check_operand(p, i, used);
      if (error) return error;
    }
    bool per_row = esp_is_store(i->op) && esp_store_shape(p, &p->operands[i->extra]) == VARIES_ROW;
    if ((per_row || i->op == ESP_SUM_ROWS) && (shape & VARIES_COLUMN)) return ESP_FUSED_BAD_SHAPE;
    if (esp_is_row_reduction(i->op) || per_row) {
      if (p->d2 > ESP_FUSED_MAX_ROW) return ESP_FUSED_TOO_WIDE;
    }
    if ((p->flags & ESP_FUSED_BLOCKS) && (esp_is_row_reduction(i->op) || esp_is_final(i->op) || per_row))
      return ESP_FUSED_NOT_BLOCKS;
    if (esp_is_store(i->op) || esp_is_final(i->op)) continue;
    if (i->out >= p->register_count || p->shapes[i->out] != UNDEFINED) return ESP_FUSED_BAD_REGISTER;
    if (esp_is_load(i->op)) shape = esp_shape(p, &p->operands[i->extra], false);
    else if (random) shape = esp_shape(p, &p->indices[i->extra], false);
    else if (i->op == ESP_INDEX) shape = esp_shape(p, &p->indices[p->index_count + (int)i->extra], false);
    else if (esp_is_row_reduction(i->op)) shape = VARIES_ROW;
    p->shapes[i->out] = (uint8_t)shape;
  }
  return 0;
}

typedef struct traits {
  bool rows_matter;      // columns must stay what they are: row or column reductions, values per row
  bool whole_rows;       // a tile must hold whole rows
  bool indexed[3];       // ESP_INDEX of this dimension occurs
} traits;

static traits find_traits(const esp_fused *p) {
  traits t = {0};
  for (int n = 0; n < p->instruction_count; n++) {
    const esp_instruction *i = &p->instructions[n];
    if (esp_is_row_reduction(i->op)) t.whole_rows = true;
    if (esp_is_store(i->op) && esp_store_shape(p, &p->operands[i->extra]) == VARIES_ROW) t.whole_rows = true;
    if (i->op == ESP_COLUMN_SUM || i->op == ESP_SUM_ROWS) t.rows_matter = true;
    if (i->op == ESP_INDEX) t.indexed[i->extra] = true;
  }
  t.rows_matter |= t.whole_rows || (p->flags & ESP_FUSED_BLOCKS);
  return t;
}

/// Whether an outer dimension can be joined with an inner one of `inner` steps: its stride continues the inner one.
static bool continues(int64_t outer_stride, int64_t inner_stride, int64_t outer, int64_t inner) {
  return outer == 1 || inner == 1 || outer_stride == inner_stride * inner;
}

static strides *stride_entry(esp_fused *p, const traits *t, int n) {
  if (n >= p->operand_count + p->index_count + 3) return NULL;
  if (n < p->operand_count) return &p->operands[n];
  n -= p->operand_count;
  if (n >= p->index_count && !t->indexed[n - p->index_count]) p->indices[n] = (strides){0};
  return &p->indices[n];
}

/// Joins dimensions where all strides allow it.
static void collapse(esp_fused *p, const traits *t) {
  bool outer = true, inner = !t->rows_matter;
  strides *s;
  for (int n = 0; (s = stride_entry(p, t, n)); n++) outer &= continues(s->s0, s->s1, p->d0, p->d1);
  if (outer) {
    for (int n = 0; (s = stride_entry(p, t, n)); n++) {
      if (p->d1 == 1) s->s1 = s->s0;
      s->s0 = 0;
    }
    p->d1 *= p->d0;
    p->d0 = 1;
  }
  if (p->d0 != 1) inner = false;
  for (int n = 0; inner && (s = stride_entry(p, t, n)); n++) inner &= continues(s->s1, s->s2, p->d1, p->d2);
  if (inner) {
    for (int n = 0; (s = stride_entry(p, t, n)); n++) {
      if (p->d2 == 1) s->s2 = s->s1;
      s->s1 = 0;
    }
    p->d2 *= p->d1;
    p->d1 = 1;
  }
  p->rows = p->d0 * p->d1;
  p->columns = p->d2;
  for (int n = 0; (s = stride_entry(p, t, n)); n++) {
    s->uniform = p->d0 == 1 || s->s0 == s->s1 * p->d1;
    s->packed = s->s2 == 1 && (p->d1 == 1 || s->s1 == p->d2) && (p->d0 == 1 || s->s0 == p->d1 * p->d2);
  }
}

/// Rough costs in tenths of a nanosecond per element, for the decision whether to wake the pool.
static double cost(int op) {
  switch (op) {
  case ESP_EXP: case ESP_EXPM1: case ESP_LOG: case ESP_LOG1P: case ESP_TANH: case ESP_SIGMOID: case ESP_ERF:
  case ESP_SIN: case ESP_COS: return 3;
  case ESP_POW: case ESP_NORMAL: return 13;
  case ESP_UNIFORM: return 5;
  case ESP_DIV: case ESP_SQRT: case ESP_RSQRT: case ESP_RECIPROCAL: return 1.2;
  default: return 0.6;
  }
}

enum { TILE = 1024, MOST_CHUNKS = 64 };

static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }
static int64_t larger(int64_t x, int64_t y) { return x > y ? x : y; }

/// Whether nothing but element-wise steps is done on operands that lie row by row: see `variant.plain`.
static bool is_plain(const esp_fused *p) {
  if ((p->flags & (ESP_FUSED_BLOCKS | ESP_FUSED_STEP_BY_STEP)) || !esp_machine_is_there(p->lanes->lanes)) return false;
  if (p->columns % ESP_PAD || p->columns < 2 * ESP_PAD) return false;
  for (int n = 0; n < p->instruction_count; n++) {
    const esp_instruction *i = &p->instructions[n];
    if (i->op != ESP_LOAD && i->op != ESP_STORE && !esp_machine_has(i->op)) return false;
  }
  for (int n = 0; n < p->operand_count; n++) {
    const strides *s = &p->operands[n];
    if (!s->uniform || (s->s2 != 1 && (s->s2 != 0 || (p->rows > 1 && s->s1 != 0)))) return false;
  }
  return true;
}

static void choose_tiles(esp_fused *p, const traits *t) {
  int64_t rows = p->rows, columns = p->columns;
  bool crossed = false;  // some operand runs fastest along the rows
  for (int n = 0; n < p->operand_count; n++) {
    const strides *s = &p->operands[n];
    int64_t step = s->s2 < 0 ? -s->s2 : s->s2;
    crossed |= step > 1 && esp_shape(p, s, false) == VARIES_TILE && columns > 1;
  }
  int64_t unit = ESP_PAD;  // rows that make a multiple of ESP_PAD elements
  while (unit > 1 && (unit / 2 * columns) % ESP_PAD == 0) unit /= 2;
  p->tiling = TILE_ROWS;
  p->tile_columns = larger(columns, 1);
  if (is_plain(p)) {
    p->tiling = TILE_PIECES;
    p->tile_rows = 1;
    p->tile_columns = rows > 1 && columns <= 4 * TILE ? columns : smaller(columns, TILE);
  } else if (crossed && !t->whole_rows && columns > 32 && rows > 1) {
    p->tiling = TILE_BLOCKS;
    p->tile_columns = 32;
    p->tile_rows = smaller(32, rows);
  } else if (rows == 1 || (columns % ESP_PAD == 0 && columns >= 256) || (!t->whole_rows && unit * columns > 2 * TILE)) {
    p->tiling = TILE_PIECES;
    p->tile_rows = 1;
    if (!t->whole_rows) p->tile_columns = larger(smaller(columns, TILE), 1);
  } else {
    int64_t fit = larger(TILE / larger(columns, 1), 1);
    if (fit >= unit) fit -= fit % unit;
    else if (unit * columns <= 4 * TILE) fit = unit;
    p->tile_rows = larger(smaller(fit, rows), 1);
  }
  if (p->tiling == TILE_PIECES) {
    // Whole vectors in place, and the few columns left over as a piece of their own.
    int64_t even = t->whole_rows ? columns : columns - columns % ESP_PAD;
    p->pieces = (even + p->tile_columns - 1) / p->tile_columns + (even < columns);
    p->tiles = rows * p->pieces;
  } else {
    p->pieces = (columns + p->tile_columns - 1) / p->tile_columns;
    p->tiles = p->pieces * ((rows + p->tile_rows - 1) / p->tile_rows);
  }
  if (rows == 0 || columns == 0) p->tiles = 0;
  p->far = !(p->flags & ESP_FUSED_BLOCKS) && (double)rows * (double)columns * (double)p->operand_count > 100e3;
  double nanoseconds = 0;
  for (int n = 0; n < p->instruction_count; n++) nanoseconds += 0.1 * cost(p->instructions[n].op);
  nanoseconds *= (double)rows * (double)columns;
  int64_t chunks = nanoseconds < 12000 ? 1 : (int64_t)(nanoseconds / 6000);
  chunks = smaller(smaller(chunks, MOST_CHUNKS), p->tiles);
  if (p->sums_width) chunks = smaller(chunks, larger(rows / 8, 1));
  p->chunks = (int)chunks;
}

static float *constants_of(const esp_fused *p) {
  float *all = aligned_alloc(64, sizeof(float) * ESP_PAD * (size_t)(2 * p->instruction_count + 1));
  if (!all) return NULL;
  for (int n = 0; n < p->instruction_count; n++)
    for (int j = 0; j < ESP_PAD; j++) {
      all[(2 * n) * ESP_PAD + j] = p->instructions[n].immediate;
      all[(2 * n + 1) * ESP_PAD + j] = p->instructions[n].immediate_2;
    }
  return all;
}

static void discard(variant *v) {
  free(v->steps);
  free(v->runs);
  free(v->bound);
  *v = (variant){0};
}

static int compile(esp_fused *p);

/// Where the system allows no code to be made.
static int compile_without_machine(esp_fused *p) {
  esp_machine_free(&p->machine);
  discard(&p->main);
  discard(&p->copying);
  p->flags |= ESP_FUSED_STEP_BY_STEP;
  return compile(p);
}

static int compile(esp_fused *p) {
  p->main.single_row = p->tiling == TILE_PIECES || (p->flags & ESP_FUSED_BLOCKS);
  p->main.direct = true;
  p->row_floats = p->tile_rows;
  p->column_floats = p->tile_columns;
  p->tile_floats = p->tile_rows * p->tile_columns;
  if (p->flags & ESP_FUSED_BLOCKS) {  // blocks come in any shape of up to TILE elements
    p->row_floats = larger(p->row_floats, TILE);
    p->column_floats = larger(p->column_floats, TILE);
    p->tile_floats = larger(p->tile_floats, TILE);
  }
  int error = esp_fused_compile(p, &p->main);
  if (error) return error;
  p->copying.offset = p->main.floats;
  error = esp_fused_compile(p, &p->copying);
  p->scratch = p->main.floats + p->copying.floats;
  p->plain = p->main.plain && is_plain(p) && (p->rows == 1 || p->pieces == 1);
  if (error || !p->machine.count) return error;
  if (!esp_machine_finish(&p->machine)) return compile_without_machine(p);
  variant *both[2] = {&p->main, &p->copying};
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < both[i]->run_count; j++)
      both[i]->runs[j].code = esp_machine_at(&p->machine, both[i]->runs[j].offset);
  return error;
}

static void *copied(const void *from, int count, size_t size, int extra) {
  void *to = calloc((size_t)(count + extra), size);
  if (to && count) memcpy(to, from, (size_t)count * size);
  return to;
}

static int build(esp_fused *p, const esp_fused_description *d) {
  int n = d->instruction_count;
  p->instructions = copied(d->instructions, n, sizeof(esp_instruction), 1);
  p->operands = calloc((size_t)d->operand_count + 1, sizeof *p->operands);
  p->indices = calloc((size_t)d->index_count + 3, sizeof *p->indices);
  p->streams = calloc((size_t)d->index_count + 1, sizeof *p->streams);
  p->shapes = malloc((size_t)d->register_count + 1);
  p->results = calloc((size_t)n + 1, sizeof *p->results);
  if (!p->instructions || !p->operands || !p->indices || !p->streams || !p->shapes || !p->results)
    return ESP_FUSED_NO_MEMORY;
  memset(p->shapes, UNDEFINED, (size_t)d->register_count + 1);
  for (int i = 0; i < d->operand_count; i++)
    p->operands[i] = (strides){d->operands[i].s0, d->operands[i].s1, d->operands[i].s2, false, false};
  for (int i = 0; i < d->index_count; i++) {
    const esp_random_index *r = &d->indices[i];
    if (r->r0 < 0 || r->r1 < 0 || r->r2 < 0) return ESP_FUSED_BAD_INDEX;
    p->indices[i] = (strides){r->r0, r->r1, r->r2, false, false};
    p->streams[i] = r->stream;
  }
  p->indices[d->index_count].s0 = 1;
  p->indices[d->index_count + 1].s1 = 1;
  p->indices[d->index_count + 2].s2 = 1;
  int error = validate(p);
  if (error) return error;
  traits t = find_traits(p);
  collapse(p, &t);
  choose_tiles(p, &t);
  p->constants = constants_of(p);
  if (!p->constants) return ESP_FUSED_NO_MEMORY;
  error = compile(p);
  if (error) return error;
  size_t chunks = p->chunks > 0 ? (size_t)p->chunks : 1;
  if (p->sums_width) p->sums = aligned_alloc(64, sizeof(float) * chunks * (size_t)p->sums_width);
  if (p->total_count) p->totals = calloc(chunks * (size_t)p->total_count, sizeof(double));
  bool lacking = (p->sums_width && !p->sums) || (p->total_count && !p->totals);
  return lacking ? ESP_FUSED_NO_MEMORY : ESP_FUSED_OK;
}

int esp_fused_prepare(const esp_fused_description *d, esp_fused **program) {
  *program = NULL;
  if (d->d0 < 0 || d->d1 < 0 || d->d2 < 0) return ESP_FUSED_BAD_SHAPE;
  if (d->instruction_count < 0 || d->operand_count < 0 || d->index_count < 0 || d->register_count < 0
      || d->instruction_count > ESP_FUSED_MAX_INSTRUCTIONS || d->operand_count > ESP_FUSED_MAX_OPERANDS
      || d->index_count > ESP_FUSED_MAX_OPERANDS || d->register_count >= ESP_IMMEDIATE_2)
    return ESP_FUSED_TOO_LARGE;
  esp_fused *p = calloc(1, sizeof *p);
  if (!p) return ESP_FUSED_NO_MEMORY;
  p->d0 = d->d0;
  p->d1 = d->d1;
  p->d2 = d->d2;
  p->rows = p->full_rows = d->d0 * d->d1;
  p->columns = p->full_columns = d->d2;
  p->flags = d->flags;
  p->instruction_count = d->instruction_count;
  p->operand_count = d->operand_count;
  p->index_count = d->index_count;
  p->register_count = d->register_count;
  p->lanes = esp_current_lanes();
  int error = build(p, d);
  if (error) {
    esp_fused_free(p);
    return error;
  }
  *program = p;
  return ESP_FUSED_OK;
}

void esp_fused_free(esp_fused *p) {
  if (!p) return;
  free(p->instructions);
  free(p->operands);
  free(p->indices);
  free(p->streams);
  free(p->shapes);
  free(p->results);
  free(p->constants);
  free(p->sums);
  free(p->totals);
  discard(&p->main);
  discard(&p->copying);
  esp_machine_free(&p->machine);
  free(p);
}

int esp_fused_chunks(const esp_fused *p) { return p->chunks; }
int64_t esp_fused_scratch(const esp_fused *p) { return p->scratch * (int64_t)sizeof(float); }
