/* The products of a tile, as floats. `size` is the number of its rows, `b` that of a block in its group; meanwhile the
   block `ahead` is asked for. */

#pragma once
#include "tile.h"

/* Take the query of row `r`, which is scaled. */
INLINE void take_query(tile *rows, int r) {
#if CELL == 1
  const vec places = place_values();
  vec sum = {};
  for (int k = 0; k < HEAD; k += LANES) {
    const vec query = load(rows->queries[r] + k);
    sum += query;
    store(rows->queries[r] + k, query * places);
  }
  rows->middle[r] = total(sum) * MIDDLE;
  rows->scaled[r] = (vec){};
#endif
}

/* Scores of one block: queries [head] times keys [head][BLOCK]. Where registers are left there are several sums for
   each score, since one would have to wait for itself. */
INLINE void score(tile *rows, const char *keys, const char *ahead, int b, int size) {
  const int found = size * PARTS, ways = found < 3 ? 4 : found == 4 ? 2 : 1, step = ways > PACKED ? ways : PACKED;
  vec sums[4][MOST][PARTS] = {};
  for (int i = 0; i < HEAD; i += step) {
    fetch(ahead, i / step, HEAD / step);
#pragma GCC unroll 2
    for (int w = 0; w < step; w += PACKED) {
      vec key[PARTS][4];
#pragma GCC unroll 4
      for (int p = 0; p < PARTS; p++) packed_rows(keys, i + w, BLOCK, p * LANES, key[p]);
#pragma GCC unroll 8
      for (int r = 0; r < size; r++)
#pragma GCC unroll 4
        for (int u = 0; u < PACKED; u++)
#pragma GCC unroll 4
          for (int p = 0; p < PARTS; p++) sums[(w + u) % ways][r][p] += rows->queries[r][i + w + u] * key[p][u];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < size; r++)
#pragma GCC unroll 4
    for (int p = 0; p < PARTS; p++) {
      vec sum = sums[0][r][p];
      if (ways > 1) sum += sums[1][r][p];
      if (ways > 2) sum += sums[2][r][p] + sums[3][r][p];
#if CELL == 1
      sum = (sum - rows->middle[r]) * load(SCALES(keys) + p * LANES);
#endif
      store(rows->scores[r] + b * BLOCK + p * LANES, sum);
    }
}

/* Turn weights into what the cells of `count` blocks are multiplied by, and let earlier sums fade. */
INLINE void take_weights(tile *rows, const char *const *values, int count, int size) {
  for (int r = 0; r < size; r++) {
    for (int k = 0; k < WIDTH; k++) rows->sums[r][k] *= rows->fading[r];
#if CELL == 1
    rows->scaled[r] *= rows->fading[r];
    for (int t = 0; t < count * BLOCK; t += LANES) {
      const vec scaled = load(rows->scores[r] + t) * load(SCALES(values[t / BLOCK]) + t % BLOCK);
      rows->scaled[r] += scaled;
      store(rows->scores[r] + t, scaled * place_values());
    }
#endif
  }
}

/* Add weights [BLOCK] times values [BLOCK][head] to the sums, a few registers of the width at a time. */
INLINE void weigh_block(tile *rows, const char *values, const char *ahead, int b, int size) {
  const int most = size == 1 ? 8 : size == 2 ? 4 : 2, step = WIDTH < most ? WIDTH : most;
  for (int k = 0; k < WIDTH; k += step) {
    vec part[MOST][8];
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) part[r][p] = rows->sums[r][k + p];
    for (int t = 0; t < BLOCK; t += PACKED) {
      fetch(ahead, (k / step * BLOCK + t) / PACKED, WIDTH / step * BLOCK / PACKED);
#pragma GCC unroll 4
      for (int p = 0; p < step; p += 2) {
        vec value[2][4];
#pragma GCC unroll 2
        for (int q = 0; q < 2; q++) packed_rows(values, t, HEAD, (k + p + q) * LANES, value[q]);
#pragma GCC unroll 8
        for (int r = 0; r < size; r++)
#pragma GCC unroll 4
          for (int u = 0; u < PACKED; u++)
#pragma GCC unroll 2
            for (int q = 0; q < 2; q++) part[r][p + q] += rows->scores[r][b * BLOCK + t + u] * value[q][u];
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) rows->sums[r][k + p] = part[r][p];
  }
}

/* The same for `count` blocks. */
INLINE void weigh(tile *rows, const char *const *values, const char *const *ahead, int count, int size) {
  for (int b = 0; b < count; b++) weigh_block(rows, values[b], ahead[b], b, size);
}

/* The sum of weights times values, from its `k`-th vector on. */
INLINE vec weighed(const tile *rows, int r, int k) {
#if CELL == 1
  return rows->sums[r][k] - total(rows->scaled[r]) * MIDDLE;
#else
  return rows->sums[r][k];
#endif
}
