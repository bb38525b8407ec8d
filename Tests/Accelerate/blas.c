// Accelerate's part: another library's product (-DSGEMM=its name), or a plain one. Arguments are checked as BLAS does.
#include <stdio.h>
#include <stdlib.h>

#include "Accelerate/Accelerate.h"

static _Thread_local BLAS_THREADING threading;

int BLASSetThreading(BLAS_THREADING wanted) {
  if (wanted >= BLAS_THREADING_MAX_OPTIONS) return -1;
  threading = wanted;
  return 0;
}

BLAS_THREADING BLASGetThreading(void) { return threading; }

static void demand(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "cblas_sgemm: %s\n", what);
  abort();
}

#ifdef SGEMM
void SGEMM(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
#endif

void cblas_sgemm(const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE ta, const enum CBLAS_TRANSPOSE tb, const int m,
                 const int n, const int k, const float alpha, const float *a, const int lda, const float *b,
                 const int ldb, const float beta, float *c, const int ldc) {
  demand(threading == BLAS_THREADING_SINGLE_THREADED, "may start threads of its own");
  demand(order == CblasRowMajor && m > 0 && n > 0 && k > 0, "sizes");
  demand(lda >= (ta == CblasTrans ? m : k) && ldb >= (tb == CblasTrans ? k : n) && ldc >= n, "leading dimensions");
#ifdef SGEMM
  SGEMM(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
#else
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++) {
      double sum = 0;
      for (long l = 0; l < k; l++)
        sum += (double)(ta == CblasTrans ? a[l * lda + i] : a[i * lda + l]) *
               (double)(tb == CblasTrans ? b[j * ldb + l] : b[l * ldb + j]);
      float *place = c + i * ldc + j;
      *place = (float)(alpha * sum) + (beta != 0 ? beta * *place : 0);  // with beta = 0, C is not read
    }
#endif
}
