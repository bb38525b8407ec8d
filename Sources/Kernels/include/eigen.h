#ifndef ESPALIER_EIGEN_H
#define ESPALIER_EIGEN_H

#include <stdint.h>

/// Small dense linear algebra in double precision, for fitting data transformations (whitening, PCA). Row-major.

enum {
  ESP_EIGEN_OK = 0,
  ESP_EIGEN_NOT_FINITE = -1,
  ESP_EIGEN_NO_CONVERGENCE = -2,
  ESP_EIGEN_NO_MEMORY = -3,
  ESP_EIGEN_NOT_POSITIVE = -4 ///< Cholesky of a matrix that is not positive definite
};

/// Eigenvalues and eigenvectors of a symmetric n×n matrix, in **descending** order. The lower triangle is read. On
/// success row k of `matrix` is the unit eigenvector of values[k], signed so that its entry of greatest magnitude is
/// positive. On an error `matrix` is destroyed. Householder reduction and implicit QL.
int esp_symmetric_eigen(double *matrix, double *values, int n);

/// Adds `rows` rows of x[rows][cols] to running sums: sum[cols] += Σ (x-shift), square[cols·cols] += Σ (x-shift)(x-shift)ᵀ
/// (lower triangle only). `shift` may be NULL (zero); any fixed point near the data, such as the first row, avoids
/// cancellation. Zero the sums first; call as often as there are chunks. Returns 0 or ESP_EIGEN_NO_MEMORY.
int esp_covariance_add(
  const float *x, int64_t rows, int64_t cols, const double *shift, double *sum, double *square);

/// Turns the running sums of `count` rows into mean and covariance, in place: sum becomes the mean, square the full
/// symmetric covariance, divided by count - correction (correction 0 or 1).
void esp_covariance_finish(int64_t count, int64_t cols, const double *shift, int correction, double *sum, double *square);

/// Mean and covariance (divided by rows - 1) of x[rows][cols] at once.
int esp_covariance(const float *x, int64_t rows, int64_t cols, double *mean, double *covariance);

/// c[m][n] = a[m][k]·b[k][n].
void esp_matmul_double(double *c, const double *a, const double *b, int64_t m, int64_t n, int64_t k);

/// Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor L (A = L·Lᵀ) and zeroes
/// the upper triangle. Returns 0, ESP_EIGEN_NOT_FINITE or ESP_EIGEN_NOT_POSITIVE.
int esp_cholesky(double *matrix, int64_t n);

/// Solves L·Lᵀ·X = B in place for `columns` right-hand sides b[n][columns], with the factor of `esp_cholesky`.
void esp_cholesky_solve(const double *factor, double *b, int64_t n, int64_t columns);

#endif
