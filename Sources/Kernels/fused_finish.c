// The results of column and full reductions, from what the chunks have come to.

#include <math.h>

#include "fused_internal.h"

// Chunks are added in their order, in double precision, so that the number of threads does not matter.
static void finish_columns(const esp_fused *p, const final_result *f, float *o) {
  enum { GROUP = 64 };
  for (int64_t c0 = 0; c0 < p->full_columns; c0 += GROUP) {
    int64_t n = p->full_columns - c0 < GROUP ? p->full_columns - c0 : GROUP;
    double sum[GROUP] = {0};
    for (int chunk = 0; chunk < p->chunks; chunk++) {
      const float *x = p->sums + chunk * p->sums_width + f->place + c0;
      for (int64_t c = 0; c < n; c++) sum[c] += (double)x[c];
    }
    for (int64_t c = 0; c < n; c++) {
      float *to = &o[(c0 + c) * f->stride];
      double old = f->keep == 0 ? 0 : (double)f->keep * (double)*to;
      *to = (float)((double)f->scale * sum[c] + old);
    }
  }
}

static void finish_total(const esp_fused *p, const final_result *f, float *o) {
  double total = f->op == ESP_MAX_ALL ? -INFINITY : f->op == ESP_MIN_ALL ? INFINITY : 0;
  for (int chunk = 0; chunk < p->chunks; chunk++) {
    double x = p->totals[chunk * p->total_count + f->place];
    total = f->op == ESP_MAX_ALL ? esp_larger(total, x) : f->op == ESP_MIN_ALL ? esp_lesser(total, x) : total + x;
  }
  if (f->op == ESP_SUM_ALL || f->op == ESP_SUM_ROWS)
    total = (double)f->scale * total + (f->keep == 0 ? 0 : (double)f->keep * (double)*o);
  *o = (float)total;
}

void esp_fused_finish(const esp_fused *p, float *const *operands) {
  for (int i = 0; i < p->result_count; i++) {
    const final_result *f = &p->results[i];
    (f->op == ESP_COLUMN_SUM ? finish_columns : finish_total)(p, f, operands[f->operand]);
  }
}
