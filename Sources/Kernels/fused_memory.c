// Tiles from memory and back, of 32 bits and of 16.

#include "fused_internal.h"

static void load_tile(const tile *t, const strides *s, const float *base, float *o) {
  const esp_lanes *lanes = t->p->lanes;
  int64_t columns = t->columns;
  for (int64_t r = 0, n; r < t->rows; r += n, o += n * columns) {
    n = esp_run_of_rows(t->p, s, t->row + r, t->rows - r);
    const float *x = base + esp_row_offset(t->p, s, t->row + r) + t->column * s->s2;
    if (s->s2 == 1 && (s->s1 == columns || n == 1)) lanes->copy(o, x, n * columns);
    else if (s->s2 == 1)
      for (int64_t i = 0; i < n; i++) lanes->copy(o + i * columns, x + i * s->s1, columns);
    else if (s->s1 == 1 && n > 1) lanes->transpose(o, columns, x, s->s2, columns, n);
    else
      for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < columns; c++) o[i * columns + c] = x[i * s->s1 + c * s->s2];
  }
}

static void load_short_tile(const tile *t, const strides *s, const uint16_t *base, float *o) {
  const esp_lanes *lanes = t->p->lanes;
  int64_t columns = t->columns;
  for (int64_t r = 0, n; r < t->rows; r += n, o += n * columns) {
    n = esp_run_of_rows(t->p, s, t->row + r, t->rows - r);
    const uint16_t *x = base + esp_row_offset(t->p, s, t->row + r) + t->column * s->s2;
    if (s->s2 == 1 && (s->s1 == columns || n == 1)) lanes->widen(o, x, n * columns);
    else if (s->s2 == 1)
      for (int64_t i = 0; i < n; i++) lanes->widen(o + i * columns, x + i * s->s1, columns);
    else
      for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < columns; c++) o[i * columns + c] = esp_widened(x[i * s->s1 + c * s->s2]);
  }
}

static void store_tile(const tile *t, const strides *s, float *base, const float *x) {
  const esp_lanes *lanes = t->p->lanes;
  int64_t columns = t->columns;
  for (int64_t r = 0, n; r < t->rows; r += n, x += n * columns) {
    n = esp_run_of_rows(t->p, s, t->row + r, t->rows - r);
    float *o = base + esp_row_offset(t->p, s, t->row + r) + t->column * s->s2;
    if (s->s2 == 1 && (s->s1 == columns || n == 1)) lanes->copy(o, x, n * columns);
    else if (s->s2 == 1)
      for (int64_t i = 0; i < n; i++) lanes->copy(o + i * s->s1, x + i * columns, columns);
    else if (s->s1 == 1 && n > 1) lanes->transpose(o, s->s2, x, columns, n, columns);
    else
      for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < columns; c++) o[i * s->s1 + c * s->s2] = x[i * columns + c];
  }
}

static void store_short_tile(const tile *t, const strides *s, uint16_t *base, const float *x) {
  const esp_lanes *lanes = t->p->lanes;
  int64_t columns = t->columns;
  for (int64_t r = 0, n; r < t->rows; r += n, x += n * columns) {
    n = esp_run_of_rows(t->p, s, t->row + r, t->rows - r);
    uint16_t *o = base + esp_row_offset(t->p, s, t->row + r) + t->column * s->s2;
    if (s->s2 == 1 && (s->s1 == columns || n == 1)) lanes->narrow(o, x, n * columns);
    else if (s->s2 == 1)
      for (int64_t i = 0; i < n; i++) lanes->narrow(o + i * s->s1, x + i * columns, columns);
    else
      for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < columns; c++) o[i * s->s1 + c * s->s2] = esp_narrowed(x[i * columns + c]);
  }
}

static void load_short(const tile *t, const step *s, float *o) {
  const strides *d = &t->p->operands[s->extra];
  const uint16_t *x = (const uint16_t *)t->operands[s->extra];
  switch (s->shape) {
  case 0: esp_splat(o, esp_widened(*x)); break;
  case VARIES_COLUMN:
    for (int64_t c = 0; c < t->columns; c++) o[c] = esp_widened(x[(t->column + c) * d->s2]);
    break;
  case VARIES_ROW:
    if (t->one) esp_splat(o, esp_widened(x[esp_row_offset(t->p, d, t->row)]));
    else
      for (int64_t r = 0; r < t->rows; r++) o[r] = esp_widened(x[esp_row_offset(t->p, d, t->row + r)]);
    break;
  default: load_short_tile(t, d, x, o);
  }
}

void esp_fused_load(const tile *t, const step *s, float *o) {
  if (esp_is_short(s->op)) {
    load_short(t, s, o);
    return;
  }
  const strides *d = &t->p->operands[s->extra];
  const float *x = t->operands[s->extra];
  switch (s->shape) {
  case 0: esp_splat(o, *x); break;
  case VARIES_COLUMN:
    for (int64_t c = 0; c < t->columns; c++) o[c] = x[(t->column + c) * d->s2];
    break;
  case VARIES_ROW:
    if (t->one) esp_splat(o, x[esp_row_offset(t->p, d, t->row)]);
    else
      for (int64_t r = 0; r < t->rows; r++) o[r] = x[esp_row_offset(t->p, d, t->row + r)];
    break;
  default: load_tile(t, d, x, o);
  }
}

void esp_fused_store(const tile *t, const step *s, const float *x) {
  const strides *d = &t->p->operands[s->extra];
  float *o = t->operands[s->extra];
  uint16_t *short_o = (uint16_t *)o;
  const bool is_short = esp_is_short(s->op), many = s->source_shape == VARIES_ROW && !t->one;
  if (s->shape == VARIES_TILE && is_short) store_short_tile(t, d, short_o, x);
  else if (s->shape == VARIES_TILE) store_tile(t, d, o, x);
  else if (is_short)
    for (int64_t r = 0; r < t->rows; r++)
      short_o[esp_row_offset(t->p, d, t->row + r)] = esp_narrowed(x[many ? r : 0]);
  else
    for (int64_t r = 0; r < t->rows; r++) o[esp_row_offset(t->p, d, t->row + r)] = x[many ? r : 0];
}
