// Translates a validated program into the steps of one variant: broadcasts become explicit, contiguous operands are
// addressed in place, and registers get slots of the scratch memory by liveness.

#include <stdlib.h>
#include <string.h>
#include "fused_internal.h"

enum { NOTHING = -1 };

typedef struct value {
  uint8_t shape;
  bool placed, padded;   // padded: something reads up to a vector beyond its end
  int definition, last;  // positions in the list of rough steps
  int slot;
  place at;
} value;

// A step whose operands are numbers of values.
typedef struct rough {
  step step;
  int out, in[3];
  bool gone;
} rough;

typedef struct compiler {
  esp_fused *p;
  variant *v;
  rough *list;
  int count;
  value *values;
  int value_count;
  int *whole;            // per register: the value that holds it expanded to a tile, or NOTHING
} compiler;

static int new_value(compiler *k, int shape) {
  k->values[k->value_count] = (value){.shape = (uint8_t)shape, .definition = NOTHING, .last = NOTHING, .slot = NOTHING};
  return k->value_count++;
}

static rough *emit(compiler *k, action what, int shape, int out) {
  rough *r = &k->list[k->count];
  *r = (rough){.step = {.action = (uint8_t)what, .shape = (uint8_t)shape}, .out = out, .in = {NOTHING, NOTHING, NOTHING}};
  if (out != NOTHING) k->values[out].definition = k->count;
  k->count++;
  return r;
}

static void reads(compiler *k, rough *r, int position, int value) {
  r->in[position] = value;
  if (value != NOTHING) k->values[value].last = k->count - 1;
}

// Values are numbered: registers first, then two immediates per instruction, then what expansion adds.
static int operand_value(const compiler *k, int instruction, int number) {
  if (number >= ESP_IMMEDIATE_2)
    return k->p->register_count + 2 * instruction + (number == ESP_IMMEDIATE_2);
  return number;
}

// The value as a whole tile.
static int whole(compiler *k, int value) {
  int shape = k->values[value].shape;
  if (shape == VARIES_TILE) return value;
  if (k->whole[value] != NOTHING) return k->whole[value];
  int out = new_value(k, VARIES_TILE);
  action what = shape == VARIES_COLUMN ? DO_EXPAND_COLUMN
    : shape == VARIES_ROW && !k->v->single_row ? DO_EXPAND_ROW : DO_SPREAD;
  rough *r = emit(k, what, VARIES_TILE, out);
  reads(k, r, 0, value);
  return k->whole[value] = out;
}

static void lower_map(compiler *k, int index, const esp_instruction *i) {
  int n = esp_operand_number(i->op), shape = 0, in[3];
  const uint16_t numbers[3] = {i->a, i->b, i->c};
  for (int j = 0; j < n; j++) {
    in[j] = operand_value(k, index, numbers[j]);
    shape |= k->values[in[j]].shape;
  }
  unsigned still = 0;
  for (int j = 0; j < n; j++) {
    int own = k->values[in[j]].shape;
    if (own == shape) continue;
    // a scalar, and in a single-row tile the row's value, is one vector that is read again and again
    if (own == 0 || (own == VARIES_ROW && k->v->single_row)) still |= 1u << j;
    else in[j] = whole(k, in[j]);
  }
  k->values[i->out].shape = (uint8_t)shape;
  rough *r = emit(k, DO_MAP, shape, i->out);
  r->step.op = i->op;
  r->step.still = (uint8_t)still;
  r->step.map = k->p->lanes->map[i->op];
  for (int j = 0; j < n; j++) reads(k, r, j, in[j]);
}

static void lower(compiler *k, int index) {
  esp_fused *p = k->p;
  const esp_instruction *i = &p->instructions[index];
  if (esp_is_map(i->op)) {
    lower_map(k, index, i);
    return;
  }
  if (esp_is_load(i->op) || (i->op >= ESP_UNIFORM && i->op <= ESP_INDEX)) {
    uint32_t entry = i->op == ESP_INDEX ? (uint32_t)p->index_count + i->extra : i->extra;
    const strides *s = esp_is_load(i->op) ? &p->operands[i->extra] : &p->indices[entry];
    int shape = esp_shape(p, s, k->v->single_row);
    k->values[i->out].shape = (uint8_t)shape;
    rough *r = emit(k, esp_is_load(i->op) ? DO_LOAD : i->op == ESP_INDEX ? DO_INDEX : DO_RANDOM, shape, i->out);
    r->step.op = i->op;
    r->step.extra = esp_is_load(i->op) ? i->extra : entry;
    return;
  }
  int x = operand_value(k, index, i->a);
  rough *r;
  if (esp_is_store(i->op)) {
    int shape = esp_store_shape(p, &p->operands[i->extra]);
    if (shape == VARIES_TILE) x = whole(k, x);
    r = emit(k, DO_STORE, shape, NOTHING);
  } else if (esp_is_row_reduction(i->op)) {
    x = whole(k, x);
    k->values[x].padded = true;
    k->values[i->out].shape = VARIES_ROW;
    r = emit(k, DO_ROW_REDUCTION, VARIES_ROW, i->out);
  } else {
    if (i->op != ESP_SUM_ROWS) x = whole(k, x);
    if (i->op == ESP_COLUMN_SUM) k->values[x].padded = true;
    r = emit(k, i->op == ESP_COLUMN_SUM ? DO_COLUMN_SUM : DO_TOTAL, VARIES_TILE, NOTHING);
  }
  reads(k, r, 0, x);
  r->step.op = i->op;
  r->step.extra = i->extra;
  r->step.source_shape = k->values[x].shape;
  for (int j = 0; j < p->result_count; j++)
    if (esp_is_final(i->op) && p->results[j].operand == i->extra) r->step.extra = (uint32_t)p->results[j].place;
}

static bool lies_in_tiles(const compiler *k, const strides *s) {
  return k->v->direct && (k->v->single_row ? s->s2 == 1 : s->packed);
}

// Whether a vector loop may run over the value where it lies in memory: no reading beyond its end.
static bool exact(const compiler *k, const value *x) {
  return !x->padded || k->v->single_row || k->p->columns % ESP_PAD == 0;
}

static void bind(compiler *k, int operand) {
  for (int i = 0; i < k->v->bound_count; i++)
    if (k->v->bound[i] == operand) return;
  k->v->bound[k->v->bound_count++] = operand;
}

// Loads that need no copy, and results computed where they are to be stored. Nothing may read a slot's old values
// after its new ones are written.
static void address_directly(compiler *k) {
  for (int i = 0; i < k->count; i++) {
    rough *r = &k->list[i];
    if (r->step.action != DO_LOAD || r->step.op != ESP_LOAD || r->step.shape != VARIES_TILE) continue;
    value *x = &k->values[r->out];
    if (!lies_in_tiles(k, &k->p->operands[r->step.extra]) || !exact(k, x)) continue;
    bool stored_before_use = false;
    for (int j = 0; j < x->last; j++)
      stored_before_use |= k->list[j].step.action == DO_STORE && k->list[j].step.extra == r->step.extra;
    if (stored_before_use) continue;
    x->placed = true;
    x->at = (place){BASE_OPERANDS + (int)r->step.extra, 0};
    bind(k, (int)r->step.extra);
    r->gone = true;
  }
  for (int i = 0; i < k->count; i++) {
    rough *r = &k->list[i];
    if (r->step.action != DO_STORE || r->step.op != ESP_STORE || r->step.shape != VARIES_TILE) continue;
    value *x = &k->values[r->in[0]];
    int at = x->definition;
    if (x->placed || at == NOTHING || !lies_in_tiles(k, &k->p->operands[r->step.extra]) || !exact(k, x)) continue;
    const step *d = &k->list[at].step;
    bool filled = d->action == DO_RANDOM || d->action == DO_INDEX;
    // a run of random numbers is written in one go only if the index runs through
    if (filled && !k->v->single_row) continue;
    if (d->action != DO_MAP && !filled) continue;
    bool old_needed = false;
    for (int j = 0; j < k->count; j++) {
      const rough *l = &k->list[j];
      if (l->step.action == DO_LOAD && l->step.extra == r->step.extra)
        old_needed |= l->gone ? k->values[l->out].last > at : j > at;
    }
    if (old_needed) continue;
    x->placed = true;
    x->at = (place){BASE_OPERANDS + (int)r->step.extra, 0};
    bind(k, (int)r->step.extra);
    r->gone = true;
  }
}

typedef struct pool {
  int64_t size;
  int free[ESP_FUSED_MAX_INSTRUCTIONS * 4];
  int free_count;
} pool;

static int64_t take(compiler *k, pool *from) {
  if (from->free_count) return from->free[--from->free_count];
  int64_t at = k->v->offset + k->v->floats;
  k->v->floats += from->size;
  return at;
}

static void give_slots(compiler *k) {
  esp_fused *p = k->p;
  bool one = k->v->single_row;
  static const int none = NOTHING;
  pool *tiles = calloc(1, sizeof *tiles), *rows = calloc(1, sizeof *rows);
  if (!tiles || !rows) {
    free(tiles);
    free(rows);
    k->v->floats = NOTHING;
    return;
  }
  tiles->size = esp_padded(p->tile_floats) + ESP_SLACK;
  rows->size = one ? ESP_PAD : esp_padded(p->row_floats) + ESP_SLACK;
  // Scalars, columns and expanded columns live as long as the chunk.
  for (int i = 0; i < k->count; i++) {
    const rough *r = &k->list[i];
    if (r->gone || r->out == none || k->values[r->out].placed) continue;
    value *x = &k->values[r->out];
    bool lasting = r->step.action == DO_EXPAND_COLUMN || x->shape == 0 || x->shape == VARIES_COLUMN;
    if (!lasting) continue;
    pool lone = {.size = x->shape == 0 ? ESP_PAD
      : x->shape == VARIES_COLUMN ? esp_padded(p->column_floats) + ESP_SLACK : tiles->size};
    x->at = (place){BASE_SCRATCH, (int32_t)take(k, &lone)};
    x->placed = true;
  }
  for (int i = 0; i < k->count; i++) {
    rough *r = &k->list[i];
    if (r->gone) continue;
    bool in_place = r->step.action == DO_MAP;
    for (int pass = 0; pass < 2; pass++) {
      // An element-wise step may write over an operand that it is the last to read.
      if ((pass == 0) == in_place) {
        for (int j = 0; j < 3; j++) {
          if (r->in[j] == none) continue;
          value *x = &k->values[r->in[j]];
          if (x->slot == none || x->last != i) continue;
          pool *to = x->shape == VARIES_TILE ? tiles : rows;
          to->free[to->free_count++] = x->slot;
          x->slot = none;
        }
      } else if (r->out != none && !k->values[r->out].placed) {
        value *x = &k->values[r->out];
        x->slot = (int)take(k, x->shape == VARIES_TILE ? tiles : rows);
        x->at = (place){BASE_SCRATCH, x->slot};
        x->placed = true;
      }
    }
    if (r->out != none) {  // never read: the slot is free again
      value *x = &k->values[r->out];
      if (x->slot != none && x->last <= i) {
        pool *to = x->shape == VARIES_TILE ? tiles : rows;
        to->free[to->free_count++] = x->slot;
        x->slot = none;
      }
    }
  }
  free(tiles);
  free(rows);
}

static int section(const compiler *k, const rough *r) {
  if (r->step.action == DO_EXPAND_COLUMN) return 1;
  if (r->out == NOTHING) return 2;
  int shape = k->values[r->out].shape;
  return shape == 0 ? 0 : shape == VARIES_COLUMN ? 1 : 2;
}

// ---- Machine code -----------------------------------------------------------------------------------------------

static int place_number(const void *context, int value) {
  const place at = ((const compiler *)context)->values[value].at;
  return at.offset * (BASE_OPERANDS + ESP_FUSED_MAX_OPERANDS) + at.base;
}
static place place_of(int number) {
  enum { BASES = BASE_OPERANDS + ESP_FUSED_MAX_OPERANDS };
  return (place){.base = number % BASES, .offset = number / BASES};
}
static bool is_far(const void *context, int value) {
  const compiler *k = context;
  return k->p->far && k->values[value].at.base >= BASE_OPERANDS;
}

/// Makes the maps from list[first] on, up to the next step of another sort, one step; returns how many it replaces, or 0.
static int join_maps(compiler *k, int first, step *joined) {
  variant *v = k->v;
  if ((k->p->flags & ESP_FUSED_STEP_BY_STEP) || !esp_machine_is_there(k->p->lanes->lanes)) return 0;
  int count = 0, last = first;
  esp_machine_step *steps = calloc((size_t)(k->count - first) + 1, sizeof *steps);
  int *numbers = calloc((size_t)(k->count - first) + 1, sizeof *numbers);
  if (!steps || !numbers) goto none;
  for (int i = first; i < k->count; i++) {
    const rough *r = &k->list[i];
    if (r->gone || section(k, r) != 2) continue;
    if (r->step.action != DO_MAP || r->step.shape != VARIES_TILE || !esp_machine_has(r->step.op)) break;
    numbers[count] = i;
    steps[count++] = (esp_machine_step){
      .op = r->step.op, .out = r->out, .in = {r->in[0], r->in[1], r->in[2]}, .still = r->step.still};
  }
  while (count >= 2) {
    last = numbers[count - 1];
    for (int i = 0; i < count; i++) {
      const value *x = &k->values[steps[i].out];
      steps[i].stored = x->at.base >= BASE_OPERANDS || x->last > last;
    }
    machine_run *run = &v->runs[v->run_count];
    int places[ESP_MACHINE_PLACES];
    const esp_machine_values values = {k, place_number, is_far};
    int written = esp_machine_write(&k->p->machine, steps, count, &values, &run->offset, places, &run->place_count);
    if (written < count) {  // what a shorter run must store is known only now
      count = written;
      continue;
    }
    for (int i = 0; i < run->place_count; i++) run->places[i] = place_of(places[i]);
    *joined = (step){.action = DO_MACHINE, .shape = VARIES_TILE, .extra = (uint32_t)v->run_count++};
    free(steps);
    free(numbers);
    return last + 1 - first;
  }
none:
  free(steps);
  free(numbers);
  return 0;
}

/// Whether the only run's places are operands with rows at one distance, and scalars.
static bool takes_rectangles(const esp_fused *p, const variant *v) {
  const step *only = &v->steps[v->once + v->column];
  if (only->action != DO_MACHINE) return false;
  const machine_run *run = &v->runs[0];
  for (int i = 0; i < run->place_count; i++) {
    int operand = run->places[i].base - BASE_OPERANDS;
    if (operand >= 0 && !p->operands[operand].uniform) return false;
  }
  return true;
}

int esp_fused_compile(esp_fused *p, variant *v) {
  int n = p->instruction_count;
  int values = p->register_count + 2 * n, most = 4 * n + 4;
  compiler k = {.p = p, .v = v};
  k.list = calloc((size_t)most, sizeof *k.list);
  k.values = calloc((size_t)(values + most), sizeof *k.values);
  k.whole = malloc(sizeof(int) * (size_t)(values + most));
  v->bound = calloc((size_t)p->operand_count + 1, sizeof *v->bound);
  int error = ESP_FUSED_NO_MEMORY;
  if (!k.list || !k.values || !k.whole || !v->bound) goto done;
  for (int i = 0; i < values + most; i++) k.whole[i] = NOTHING;
  while (k.value_count < values) {
    int number = new_value(&k, 0), immediate = number - p->register_count;
    if (immediate >= 0) {
      k.values[number].placed = true;
      k.values[number].at = (place){BASE_CONSTANTS, immediate * ESP_PAD};
    }
  }
  for (int i = 0; i < n; i++) lower(&k, i);
  address_directly(&k);
  give_slots(&k);
  if (v->floats < 0) goto done;
  v->steps = calloc((size_t)k.count + 1, sizeof *v->steps);
  v->runs = calloc((size_t)k.count + 1, sizeof *v->runs);
  if (!v->steps || !v->runs) goto done;
  int at = 0;
  for (int part = 0; part < 3; part++) {
    int start = at;
    for (int i = 0; i < k.count; i++) {
      rough *r = &k.list[i];
      if (r->gone || section(&k, r) != part) continue;
      int joined = part == 2 ? join_maps(&k, i, &v->steps[at]) : 0;
      if (joined) {
        at++;
        i += joined - 1;
        continue;
      }
      if (r->out != NOTHING) r->step.out = k.values[r->out].at;
      place *in[3] = {&r->step.a, &r->step.b, &r->step.c};
      for (int j = 0; j < 3; j++)
        if (r->in[j] != NOTHING) *in[j] = k.values[r->in[j]].at;
      // unused pointers must still point somewhere
      for (int j = 1; j < 3; j++)
        if (r->in[j] == NOTHING) *in[j] = r->step.a;
      v->steps[at++] = r->step;
    }
    *(part == 0 ? &v->once : part == 1 ? &v->column : &v->body) = at - start;
  }
  v->plain = v->direct && v->single_row && v->body == 1 && v->run_count == 1 && takes_rectangles(p, v);
  error = ESP_FUSED_OK;
done:
  free(k.list);
  free(k.values);
  free(k.whole);
  return error;
}
