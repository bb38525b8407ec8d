// Stands in for Apple's header of this name: what the kernels use of it, as it is declared there with
// ACCELERATE_NEW_LAPACK (32-bit integers).
#pragma once
#ifndef ACCELERATE_NEW_LAPACK
#error "the old interface is deprecated"
#endif
typedef int __LAPACK_int;
enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112, CblasConjTrans = 113 };
void cblas_sgemm(const enum CBLAS_ORDER ORDER, const enum CBLAS_TRANSPOSE TRANSA, const enum CBLAS_TRANSPOSE TRANSB,
                 const __LAPACK_int M, const __LAPACK_int N, const __LAPACK_int K, const float ALPHA, const float *A,
                 const __LAPACK_int LDA, const float *B, const __LAPACK_int LDB, const float BETA, float *C,
                 const __LAPACK_int LDC);

typedef enum BLAS_THREADING : unsigned int {
  BLAS_THREADING_MULTI_THREADED,
  BLAS_THREADING_SINGLE_THREADED,
  BLAS_THREADING_MAX_OPTIONS,
} BLAS_THREADING;
int BLASSetThreading(BLAS_THREADING threading);
BLAS_THREADING BLASGetThreading(void);
