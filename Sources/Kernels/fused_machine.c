#define _DEFAULT_SOURCE 1  // MAP_ANONYMOUS

#include "fused_machine.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fused.h"

#if defined(__x86_64__)
#include <sys/mman.h>
#include <unistd.h>

#include "fused_machine_polynomials.h"
#include "fused_machine_x86.h"

bool esp_machine_is_there(int lanes) { return lanes == 16; }

bool esp_machine_has(int op) {
  switch (op) {
  case ESP_NEG: case ESP_ABS: case ESP_SQRT: case ESP_RSQRT: case ESP_RECIPROCAL: case ESP_FLOOR: case ESP_RELU:
  case ESP_SQUARE: case ESP_ADD: case ESP_SUB: case ESP_MUL: case ESP_DIV: case ESP_MAX: case ESP_MIN: case ESP_GT:
  case ESP_GE: case ESP_LT: case ESP_LE: case ESP_EQ: case ESP_NE: case ESP_FMA: case ESP_SELECT: case ESP_BFLOAT16:
  case ESP_SIGN: case ESP_IS_FINITE: return true;
  default: return needs_temporaries(op);
  }
}

// ---- Registers ------------------------------------------------------------------------------------------------

enum { MOST_STEPS = 96, MOST_VALUES = 4 * MOST_STEPS };

typedef struct known {
  int value, place;       // place: its number among the code's
  int vector;             // register that holds it, or -1
  int last;               // the last step of the run that reads it
  bool still, input, stored;
} known;

typedef struct run {
  const esp_machine_step *steps;
  int count;
  const esp_machine_values *where;
  known values[MOST_VALUES];
  int value_count;
  int places[ESP_MACHINE_PLACES], place_count, moving;  // the first `moving` places move with the loop
  uint32_t taken;         // vectors
} run;

static known *find(run *r, int value) {
  for (int i = r->value_count - 1; i >= 0; i--)
    if (r->values[i].value == value) return &r->values[i];
  known *k = &r->values[r->value_count++];
  *k = (known){.value = value, .place = -1, .vector = -1, .last = -1};
  return k;
}

static bool add_place(run *r, known *k, int most) {
  int number = r->where->place(r->where->context, k->value);
  int first = k->still ? r->moving : 0;
  for (int i = first; i < r->place_count; i++)
    if (r->places[i] == number) {
      k->place = i;
      return true;
    }
  if (r->place_count == most) return false;
  r->places[r->place_count] = number;
  k->place = r->place_count++;
  return true;
}

/// Finds the values of the steps and their places; false: there are too many.
static bool collect(run *r) {
  r->value_count = r->place_count = r->moving = 0;
  int operands[MOST_STEPS];
  for (int i = 0; i < r->count; i++) {
    const esp_machine_step *s = &r->steps[i];
    operands[i] = 0;
    for (int j = 0; j < 3; j++) {
      if (s->in[j] < 0) continue;
      known *k = find(r, s->in[j]);
      if (k->last < 0 && !k->stored && k->vector == -1) k->input = true;
      if (s->still >> j & 1) k->still = true;
      k->last = i;
    }
    known *o = find(r, s->out);
    o->vector = -2;  // computed here
    o->stored = s->stored;
    o->input = false;
  }
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    k->vector = -1;
    if (((k->input && !k->still) || k->stored) && !add_place(r, k, BASES)) return false;
  }
  r->moving = r->place_count;
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    if (k->input && k->still && !add_place(r, k, ESP_MACHINE_PLACES)) return false;
  }
  return true;
}

static int take(run *r) {
  for (int i = 0; i < VECTORS; i++)
    if (!(r->taken >> i & 1)) {
      r->taken |= 1u << i;
      return i;
    }
  return -1;
}

static void give_back(run *r, const known *k) {
  if (!k->still) r->taken &= ~(1u << k->vector);
}

/// Gives registers to the values of one step, and writes it if `c` is there; false: there are not enough.
static bool walk_step(run *r, const code *c, int i) {
  const esp_machine_step *s = &r->steps[i];
  int x[3] = {0, 0, 0};
  for (int j = 0; j < 3; j++) {
    if (s->in[j] < 0) continue;
    known *k = find(r, s->in[j]);
    if (k->vector < 0) {
      if ((k->vector = take(r)) < 0) return false;
      if (c) {
        if (r->where->is_far(r->where->context, k->value)) ask_ahead(c->m, bases[k->place]);
        read_vector(c, k->vector, bases[k->place]);
      }
    }
    x[j] = k->vector;
  }
  int spare[TEMPORARIES] = {0};
  const uint32_t taken = r->taken;
  if (needs_temporaries(s->op)) {
    for (int j = 0; j < TEMPORARIES; j++)
      if ((spare[j] = take(r)) < 0) return false;
    r->taken = taken;
  }
  for (int j = 0; j < 3; j++) {
    bool again = false;
    for (int l = 0; l < j; l++) again |= s->in[l] == s->in[j];
    if (s->in[j] >= 0 && !again && find(r, s->in[j])->last == i) give_back(r, find(r, s->in[j]));
  }
  known *o = find(r, s->out);
  if ((o->vector = take(r)) < 0) return false;
  if (c) {
    if (needs_temporaries(s->op)) exponential_step(c, s->op, o->vector, x[0], (temporaries){spare[0], spare[1], spare[2]});
    else step(c, s->op, o->vector, x[0], x[1], x[2]);
    if (o->stored) write_vector(c, o->vector, bases[o->place]);
  }
  if (o->last < 0) give_back(r, o);
  return true;
}

/// The number of steps that there are registers for.
static int walk(run *r, const code *c) {
  r->taken = 0;
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    k->vector = -1;
    if (!(k->input && k->still)) continue;
    if ((k->vector = take(r)) < 0) return 0;
    if (!c) continue;
    argument(c->m, READ, RAX, place_offset(k->place));
    evex(c, M0F, NP, 0x10, k->vector, 0, (source){AT_RAX, 0}, 0, false, -1);
  }
  if (!c) {
    for (int i = 0; i < r->count; i++)
      if (!walk_step(r, c, i)) return i;
    return r->count;
  }
  esp_machine *m = c->m;
  argument(m, READ, RSI, offsetof(esp_machine_arguments, minus_bytes));
  for (int i = 0; i < r->moving; i++) {  // to the end of the row, from where rsi counts
    argument(m, READ, bases[i], place_offset(i));
    subtract_rsi(m, bases[i]);
  }
  const size_t row = m->count;
  argument(m, READ, RSI, offsetof(esp_machine_arguments, minus_bytes));
  const size_t loop = m->count;
  for (int i = 0; i < r->count; i++) walk_step(r, c, i);
  byte(m, 0x48), byte(m, 0x83), byte(m, 0xc6), byte(m, 64);  // add rsi, 64
  jump_unless_zero(m, loop);
  for (int i = 0; i < r->moving; i++) argument(m, ADD, bases[i], stride_offset(i));
  byte(m, 0x48), byte(m, 0xff), byte(m, 0x8f);               // dec qword [rdi + rows]
  word(m, offsetof(esp_machine_arguments, rows));
  jump_unless_zero(m, row);
  return r->count;
}

int esp_machine_write(
  esp_machine *m, const esp_machine_step *steps, int count, const esp_machine_values *values, size_t *offset,
  int places[ESP_MACHINE_PLACES], int *place_count) {
  run *r = malloc(sizeof *r);
  if (!r) return 0;
  *r = (run){.steps = steps, .where = values, .count = count < MOST_STEPS ? count : MOST_STEPS};
  while (r->count >= 2) {
    int fits = collect(r) ? walk(r, NULL) : r->count - 1;
    if (fits == r->count) break;
    r->count = fits;
  }
  int written = r->count;
  if (written >= 2) {
    while (m->count % 64) byte(m, 0xcc);
    code c = {m, m->count};
    for (int i = 0; i < CONSTANTS; i++) word(m, constant(i));
    while (m->count % 16) byte(m, 0xcc);
    *offset = m->count;
    for (int i = FREE_BASES; i < r->moving; i++) push(m, bases[i], 0x50);
    logic(&c, 0xef, ZERO, ZERO, vector(ZERO));
    walk(r, &c);
    byte(m, 0xc5), byte(m, 0xf8), byte(m, 0x77);  // vzeroupper
    for (int i = r->moving - 1; i >= FREE_BASES; i--) push(m, bases[i], 0x58);
    byte(m, 0xc3);
    memcpy(places, r->places, sizeof(int) * (size_t)r->place_count);
    *place_count = r->place_count;
  } else {
    written = 0;
  }
  free(r);
  return written;
}

bool esp_machine_finish(esp_machine *m) {
  if (m->failed || !m->count) return !m->failed;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  m->size = (m->count + page - 1) / page * page;
  void *at = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return false;
  memcpy(at, m->bytes, m->count);
  free(m->bytes);
  m->bytes = NULL;
  if (mprotect(at, m->size, PROT_READ | PROT_EXEC)) {
    munmap(at, m->size);
    return false;
  }
  m->executable = at;
  return true;
}

void esp_machine_free(esp_machine *m) {
  free(m->bytes);
  if (m->executable) munmap(m->executable, m->size);
  *m = (esp_machine){0};
}

esp_machine_code esp_machine_at(const esp_machine *m, size_t offset) {
  esp_machine_code code;
  const void *at = (const uint8_t *)m->executable + offset;
  memcpy(&code, &at, sizeof code);
  return code;
}

#else

bool esp_machine_is_there(int lanes) { return (void)lanes, false; }
bool esp_machine_has(int op) { return (void)op, false; }
int esp_machine_write(
  esp_machine *m, const esp_machine_step *steps, int count, const esp_machine_values *values, size_t *offset,
  int places[ESP_MACHINE_PLACES], int *place_count) {
  return (void)m, (void)steps, (void)count, (void)values, (void)offset, (void)places, (void)place_count, 0;
}
bool esp_machine_finish(esp_machine *m) { return (void)m, false; }
esp_machine_code esp_machine_at(const esp_machine *m, size_t offset) { return (void)m, (void)offset, NULL; }
void esp_machine_free(esp_machine *m) { (void)m; }

#endif
