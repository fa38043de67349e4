/* The products of a tile where cells are bytes, as whole numbers: processors made for it (AVX-512 VNNI) multiply four
   bytes at a time and add them up. Queries become bytes as keys have, and the weights of a group of tokens bytes in
   units of their own, so that both are about as exact as what they are multiplied by. The functions are those of
   floats.h. */

#pragma once
#include <immintrin.h>

#include "tile.h"

INLINE void take_query(tile *rows, int r) {
  const float one = unit(rows->queries[r]);
  int32_t sum = 0;
  for (int k = 0; k < WIDTH; k++) {
    const __m512i numbers = _mm512_cvtps_epi32((__m512)(load(rows->queries[r] + k * LANES) * (1.0f / one)));
    sum += _mm512_reduce_add_epi32(numbers);
    _mm_storeu_si128((__m128i *)rows->words[r] + k, _mm512_cvtepi32_epi8(numbers));
  }
  rows->middle[r] = sum * MIDDLE;
  rows->query_unit[r] = one;
}

INLINE void score(tile *rows, const char *keys, const char *ahead, int b, int size) {
  const int ways = size < 3 ? 4 : size == 4 ? 2 : 1;
  __m512i sums[4][MOST];
#pragma GCC unroll 4
  for (int w = 0; w < ways; w++)
#pragma GCC unroll 8
    for (int r = 0; r < size; r++) sums[w][r] = _mm512_set1_epi32(w ? 0 : -rows->middle[r]);
#pragma GCC unroll 32
  for (int i = 0; i < HEAD / 4; i++) {
    fetch(ahead, i, HEAD / 4);
    const __m512i key = _mm512_loadu_si512((const int32_t *)keys + i * BLOCK);
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
      sums[i % ways][r] = _mm512_dpbusd_epi32(sums[i % ways][r], key, _mm512_set1_epi32(rows->words[r][i]));
  }
  const vec scales = load(SCALES(keys));
#pragma GCC unroll 8
  for (int r = 0; r < size; r++) {
    __m512i sum = sums[0][r];
#pragma GCC unroll 4
    for (int w = 1; w < ways; w++) sum = _mm512_add_epi32(sum, sums[w][r]);
    store(rows->scores[r] + b * BLOCK, (vec)_mm512_cvtepi32_ps(sum) * rows->query_unit[r] * scales);
  }
}

INLINE void take_weights(tile *rows, const char *const *values, int count, int size) {
  float factors[MOST];
#pragma GCC unroll 8
  for (int r = 0; r < size; r++) {
    vec most = spread(1e-30f);
    for (int b = 0; b < count; b++) {
      const vec scaled = load(rows->scores[r] + b * BLOCK) * load(SCALES(values[b]));
      most = larger(most, scaled);
      store(rows->scores[r] + b * BLOCK, scaled);
    }
    const float one = largest(most);
    rows->share_unit[r] = one * (1.0f / 255);
    factors[r] = 255.0f / one;
  }
  for (int r = 0; r < size; r++)
    for (int b = 0; b < count; b++) {
      const __m512i numbers = _mm512_cvtps_epi32((__m512)(load(rows->scores[r] + b * BLOCK) * factors[r]));
      _mm_storeu_si128((__m128i *)rows->shares[r] + b, _mm512_cvtepi32_epi8(numbers));
    }
}

INLINE void weigh(tile *rows, const char *const *values, const char *const *ahead, int count, int size) {
  const int most = size > 4 ? 2 : 4, step = WIDTH < most ? WIDTH : most;
  const __m512i sign = _mm512_set1_epi8((char)MIDDLE); /* bytes above and below the middle become signed ones */
  for (int k = 0; k < WIDTH; k += step) {
    __m512i sums[MOST][4];
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 4
      for (int p = 0; p < step; p++) sums[r][p] = _mm512_setzero_si512();
    for (int b = 0; b < count; b++)
#pragma GCC unroll 4
      for (int t = 0; t < BLOCK / 4; t++) {
        fetch(ahead[b], k / step * (BLOCK / 4) + t, WIDTH / step * (BLOCK / 4));
        __m512i value[4];
#pragma GCC unroll 4
        for (int p = 0; p < step; p++)
          value[p] = _mm512_xor_si512(
              _mm512_loadu_si512((const int32_t *)values[b] + t * HEAD + (k + p) * LANES), sign);
#pragma GCC unroll 8
        for (int r = 0; r < size; r++)
#pragma GCC unroll 4
          for (int p = 0; p < step; p++)
            sums[r][p] =
                _mm512_dpbusd_epi32(sums[r][p], _mm512_set1_epi32(rows->shares[r][b * (BLOCK / 4) + t]), value[p]);
      }
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 4
      for (int p = 0; p < step; p++)
        rows->sums[r][k + p] =
            rows->sums[r][k + p] * rows->fading[r] + (vec)_mm512_cvtepi32_ps(sums[r][p]) * rows->share_unit[r];
  }
}

INLINE vec weighed(const tile *rows, int r, int k) { return rows->sums[r][k]; }
