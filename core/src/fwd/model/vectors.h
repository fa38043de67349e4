/* Vectors for all kernels: GCC's and Clang's own extension, as wide as the processor's registers, since wider ones are
   compiled badly. */

#pragma once
#include <stdint.h>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef float loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

/* Compilers would load a vector again for each of its uses rather than keep it in a register. */
#if defined(__x86_64__)
#define KEEP(x) __asm__("" : "+x"(x))
#else
#define KEEP(x)
#endif

INLINE vec load(const float *from) { return *(const loose *)from; }
INLINE void store(float *to, vec x) { *(loose *)to = x; }
INLINE vec spread(float x) { return (vec){} + x; }
INLINE vec pick(ints which, vec yes, vec no) { return (vec)((which & (ints)yes) | (~which & (ints)no)); }

/* The larger number at each place; the largest of all; the sum of all. Compilers make poor code of loops for these. */
#if defined(__AVX512F__)
INLINE vec larger(vec x, vec y) { return (vec)_mm512_max_ps((__m512)x, (__m512)y); }
INLINE float largest(vec x) { return _mm512_reduce_max_ps((__m512)x); }
INLINE float total(vec x) { return _mm512_reduce_add_ps((__m512)x); }
#elif defined(__AVX__)
INLINE vec larger(vec x, vec y) { return (vec)_mm256_max_ps((__m256)x, (__m256)y); }
INLINE float largest(vec x) {
  __m128 y = _mm_max_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
  y = _mm_max_ps(y, _mm_movehl_ps(y, y));
  return _mm_max_ss(y, _mm_shuffle_ps(y, y, 1))[0];
}
INLINE float total(vec x) {
  __m128 y = _mm_add_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
  y = _mm_add_ps(y, _mm_movehl_ps(y, y));
  return _mm_add_ss(y, _mm_shuffle_ps(y, y, 1))[0];
}
#else
INLINE vec larger(vec x, vec y) { return pick(x > y, x, y); }
INLINE float largest(vec x) {
  float most = x[0];
  for (int i = 1; i < LANES; i++) most = x[i] > most ? x[i] : most;
  return most;
}
INLINE float total(vec x) {
  float sum = 0;
  for (int i = 0; i < LANES; i++) sum += x[i];
  return sum;
}
#endif

/* exp(x) for x <= 0: a power of two times a polynomial of the rest (Cody and Waite's reduction), to about two units in
   the last place. */
INLINE vec exponential(vec x) {
  const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number */
  x = larger(x, spread(-87.0f));
  vec shifted = x * 1.44269504f + magic;
  vec n = shifted - magic;
  vec rest = x - n * 0.693145752f - n * 1.42860677e-6f;
  vec p = rest * (1.0f / 5040) + 1.0f / 720;
  p = p * rest + 1.0f / 120;
  p = p * rest + 1.0f / 24;
  p = p * rest + 1.0f / 6;
  p = p * rest + 0.5f;
  p = p * rest + 1.0f;
  p = p * rest + 1.0f;
  ints power = ((ints)shifted - (ints)spread(magic) + 127) << 23;
  return p * (vec)power;
}
