/* Causal attention over a paged cache of keys and values, for CPUs.

   The cache of one layer is a pool of blocks of BLOCK tokens. A block of keys is [kv_heads][head][BLOCK], so that the
   scores of neighbouring tokens are neighbours; a block of values is [kv_heads][BLOCK][head]. `table` [slots][width]
   names the blocks of each sequence in order. Row i of the flat batch is the token at place `places[i]` of sequence
   `slots[i]` and sees the tokens up to itself.

   A cell of the cache is a float; or, with half the traffic from memory, its upper half (bf16); or, with a quarter, a
   byte, its distance from MIDDLE in units of a scale that each token has of its own for the keys and for the values of
   each head. Two rows of halves or four rows of bytes lie in one row of 32-bit words, so that shifts and masks make
   whole vectors of them. The BLOCK scales of a head come after its bytes. Sums are always of floats. */

#include "vectors.h"
#include <stdlib.h>

#define BLOCK 16
#define PARTS (BLOCK / LANES)
#define WIDTH (HEAD / LANES)
#define MIDDLE 128

/* The width of a head and the bytes of a cell: there is a library for each. */
#if !defined(HEAD) || !defined(CELL)
#error "compile with -DHEAD=... and -DCELL=..."
#endif
/* Rows of cells that lie together. */
#define PACKED (CELL == 1 ? 4 : 2)
/* Bytes of the cells of a block of one head, and with their scales. */
#define CELLS (BLOCK * HEAD * CELL)
#define BYTES (CELLS + (CELL == 1 ? BLOCK * 4 : 0))
/* The scales [BLOCK] of a block of one head. */
#define SCALES(block) ((float *)((char *)(block) + CELLS))

typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef uint32_t loose_words __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* What all functions are told; the same struct stands in kernel.py. Strides are in floats, from row to row. */
typedef struct {
  const float *query, *key, *value;
  int64_t query_stride, key_stride, value_stride;
  char *keys, *values;
  float *mixed;
  const int32_t *table, *slots, *places;
  int64_t width, heads, kv_heads;
} call;

/* Compilers would load a vector again for each of its uses rather than keep it in a register. */
#if defined(__x86_64__)
#define KEEP(x) __asm__("" : "+x"(x))
#else
#define KEEP(x)
#endif

/* LANES cells from column `k` on of the PACKED rows from `i` on. Bytes are found too large: see `place_values`. */
INLINE void packed_rows(const char *matrix, int i, int width, int k, vec *found) {
  if (CELL == 4) {
#pragma GCC unroll 2
    for (int u = 0; u < 2; u++) {
      found[u] = load((const float *)matrix + (i + u) * width + k);
      KEEP(found[u]);
    }
    return;
  }
  const words all = *(const loose_words *)((const uint32_t *)matrix + i / PACKED * width + k);
  if (CELL == 2) {
    found[0] = (vec)(all << 16);
    found[1] = (vec)(all & 0xffff0000u);
  } else {
    found[0] = __builtin_convertvector((ints)(all & 0xffu), vec);
    found[1] = __builtin_convertvector((ints)(all & 0xff00u), vec);
    found[2] = __builtin_convertvector((ints)(all & 0xff0000u), vec);
    found[3] = __builtin_convertvector((ints)(all >> 24), vec);
  }
}

/* By what the bytes of rows 0 to LANES are to be multiplied where they are found: it is cheaper not to move them. */
INLINE vec place_values(void) {
  vec values;
  for (int i = 0; i < LANES; i++) values[i] = CELL > 1 || i % 4 % 3 == 0 ? 1.0f : i % 4 == 1 ? 0x1p-8f : 0x1p-16f;
  return values;
}

/* Put a number at row `i` and column `k`; bf16 to the nearest, ties to even. For bytes it is in units of the scale. */
INLINE void put(char *matrix, int64_t i, int64_t width, int64_t k, float x) {
  const union { float number; uint32_t bits; } it = {x};
  const int64_t at = (i / PACKED * width + k) * PACKED + i % PACKED;
  if (CELL == 4) ((float *)matrix)[i * width + k] = x;
  else if (CELL == 2) ((uint16_t *)matrix)[at] = (it.bits + 0x7fff + (it.bits >> 16 & 1)) >> 16;
  else ((uint8_t *)matrix)[at] = (uint8_t)(int)(x + MIDDLE + 0.5f);
}

/* The unit in which all numbers of x [head] fit into bytes. */
INLINE float unit(const float *x) {
  vec most = spread(1e-30f);
  for (int64_t d = 0; d < HEAD; d += LANES) {
    const vec one = load(x + d), other = pick(one < 0.0f, -one, one);
    most = pick(other > most, other, most);
  }
  return largest(most) / (MIDDLE - 1);
}

/* Ask for one of `parts` equal parts of a block. Asking for all at once would stall. */
INLINE void fetch(const char *block, int bytes, int part, int parts) {
  for (int i = 0; i < bytes / parts; i += 64) __builtin_prefetch(block + bytes / parts * part + i);
}

/* A tile is some rows of one sequence, one after the other: what is loaded of the cache serves all of them. MOST is the
   largest. This is one head of a tile. */
#if LANES == 16
#define MOST 8 /* there are twice as many registers as well */
#else
#define MOST 4
#endif

typedef struct {
  float *queries;     /* scaled, [MOST][head] */
  float *scores;      /* [blocks][MOST][BLOCK] */
  vec *sums;          /* [MOST][WIDTH] */
  float middle[MOST]; /* products of the queries with MIDDLE everywhere */
  vec scaled[MOST];   /* weights times scales, added up */
} tile;

/* Scores of one block: queries [head] times keys [head][BLOCK]. Where registers are left there are several sums for
   each score, since one would have to wait for itself. Meanwhile the block `ahead` is asked for. */
INLINE void score(const tile *rows, const char *keys, const char *ahead, int64_t j, int size) {
  const float *query = rows->queries;
  const int found = size * PARTS, ways = found < 3 ? 4 : found == 4 ? 2 : 1, step = ways > PACKED ? ways : PACKED;
  vec sums[4][MOST][PARTS] = {};
  for (int i = 0; i < HEAD; i += step) {
    fetch(ahead, CELLS, i / step, HEAD / step);
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
          for (int p = 0; p < PARTS; p++) sums[(w + u) % ways][r][p] += query[r * HEAD + i + w + u] * key[p][u];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < size; r++)
#pragma GCC unroll 4
    for (int p = 0; p < PARTS; p++) {
      vec sum = sums[0][r][p];
      if (ways > 1) sum += sums[1][r][p];
      if (ways > 2) sum += sums[2][r][p] + sums[3][r][p];
      if (CELL == 1) sum = (sum - rows->middle[r]) * load(SCALES(keys) + p * LANES);
      store(rows->scores + (j * MOST + r) * BLOCK + p * LANES, sum);
    }
}

/* Turn the weights of a block into what its bytes are multiplied by. */
INLINE void scale_weights(tile *rows, const char *values, int64_t j, int size) {
  const vec places = place_values();
  for (int r = 0; r < size; r++)
    for (int t = 0; t < BLOCK; t += LANES) {
      float *weight = rows->scores + (j * MOST + r) * BLOCK + t;
      const vec scaled = load(weight) * load(SCALES(values) + t);
      rows->scaled[r] += scaled;
      store(weight, scaled * places);
    }
}

/* Add weights [BLOCK] times values [BLOCK][head] to the sums, a few registers of the width at a time. */
INLINE void weigh(tile *rows, const char *values, const char *ahead, int64_t j, int size) {
  const int most = size == 1 ? 8 : size == 2 ? 4 : 2, step = WIDTH < most ? WIDTH : most;
  const float *weight = rows->scores + j * MOST * BLOCK;
  if (CELL == 1) scale_weights(rows, values, j, size);
  for (int k = 0; k < WIDTH; k += step) {
    vec part[MOST][8];
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) part[r][p] = rows->sums[r * WIDTH + k + p];
    for (int t = 0; t < BLOCK; t += PACKED) {
      fetch(ahead, CELLS, (k / step * BLOCK + t) / PACKED, WIDTH / step * BLOCK / PACKED);
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
            for (int q = 0; q < 2; q++) part[r][p + q] += weight[r * BLOCK + t + u] * value[q][u];
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) rows->sums[r * WIDTH + k + p] = part[r][p];
  }
}

/* Hide from row `r`, whose token is at `place`, the tokens of block `j` after it. */
INLINE void hide(const tile *rows, int64_t j, int r, int64_t place, float with) {
  for (int64_t t = place < j * BLOCK ? 0 : place + 1 - j * BLOCK; t < BLOCK; t++)
    rows->scores[(j * MOST + r) * BLOCK + t] = with;
}

/* Scores of row `r` become weights, not yet divided by their sum, which is returned. */
INLINE float weights(const tile *rows, int r, int64_t place, int64_t last) {
  float *scores = rows->scores + r * BLOCK;
  vec top = spread(-1e30f), sum = {};
  for (int64_t j = 0; j <= last; j++)
    for (int t = 0; t < BLOCK; t += LANES) {
      const vec seen = load(scores + j * MOST * BLOCK + t);
      top = pick(seen > top, seen, top);
    }
  const float most = largest(top);
  for (int64_t j = 0; j <= last; j++)
    for (int t = 0; t < BLOCK; t += LANES) {
      const vec weight = exponential(load(scores + j * MOST * BLOCK + t) - most);
      sum += weight;
      store(scores + j * MOST * BLOCK + t, weight);
    }
  /* What is hidden weighs nearly nothing: make it nothing, whatever the values are. */
  for (int64_t j = place / BLOCK; j <= last; j++) hide(rows, j, r, place, 0.0f);
  return total(sum);
}

/* Put the scaled queries of the rows from `first` on into the tiles of all heads, and begin their sums. */
INLINE void begin(const call *c, tile *heads, int64_t first, int size) {
  const float scale = 1.0f / __builtin_sqrtf((float)HEAD);
  const vec places = place_values();
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) {
      const float *query = c->query + (first + r) * c->query_stride + h * HEAD;
      vec sum = {};
      for (int k = 0; k < WIDTH; k++) {
        const vec scaled = load(query + k * LANES) * scale;
        sum += scaled;
        store(heads[h].queries + r * HEAD + k * LANES, scaled * places);
        heads[h].sums[r * WIDTH + k] = (vec){};
      }
      heads[h].middle[r] = total(sum) * MIDDLE;
      heads[h].scaled[r] = (vec){};
    }
}

/* Rows `first` to `first + size` of a sequence, whose row of the table is `blocks`; `next` is that of the sequence that
   comes next. All heads of a block follow each other, as they do in memory, which is much faster to read that way. */
INLINE void mix(const call *c, tile *heads, int64_t first, const int32_t *blocks, const int32_t *next, int size) {
  const int64_t group = c->heads / c->kv_heads, bytes = c->kv_heads * BYTES;
  const int64_t whole = c->places[first] / BLOCK, last = c->places[first + size - 1] / BLOCK;
  begin(c, heads, first, size);
  for (int64_t j = 0; j <= last; j++) {
    const char *block = c->keys + blocks[j] * bytes;
    const char *ahead = j < last ? c->keys + blocks[j + 1] * bytes : c->values + blocks[0] * bytes;
    for (int64_t h = 0; h < c->heads; h++) {
      score(heads + h, block + h / group * BYTES, ahead + h / group * BYTES, j, size);
      if (j >= whole)
        for (int r = 0; r < size; r++) hide(heads + h, j, r, c->places[first + r], -1e30f);
    }
  }
  float sums[c->heads][MOST];
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) sums[h][r] = weights(heads + h, r, c->places[first + r], last);
  for (int64_t j = 0; j <= last; j++) {
    const char *block = c->values + blocks[j] * bytes;
    const char *ahead = j < last ? c->values + blocks[j + 1] * bytes : c->keys + next[0] * bytes;
    for (int64_t h = 0; h < c->heads; h++)
      weigh(heads + h, block + h / group * BYTES, ahead + h / group * BYTES, j, size);
  }
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) {
      const float over = total(heads[h].scaled[r]) * MIDDLE, factor = 1.0f / sums[h][r];
      float *mixed = c->mixed + ((first + r) * c->heads + h) * HEAD;
      for (int k = 0; k < WIDTH; k++) store(mixed + k * LANES, (heads[h].sums[r * WIDTH + k] - over) * factor);
    }
}

/* Put the keys and values of rows `begin` to `end` into the cache. */
void fwd_store(const call *c, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    const int64_t block = c->table[c->slots[i] * c->width + c->places[i] / BLOCK], t = c->places[i] % BLOCK;
    for (int64_t h = 0; h < c->kv_heads; h++) {
      char *keys = c->keys + (block * c->kv_heads + h) * BYTES, *values = c->values + (keys - c->keys);
      const float *key = c->key + i * c->key_stride + h * HEAD, *value = c->value + i * c->value_stride + h * HEAD;
      float key_factor = 1.0f, value_factor = 1.0f;
      if (CELL == 1) {
        key_factor = 1.0f / (SCALES(keys)[t] = unit(key));
        value_factor = 1.0f / (SCALES(values)[t] = unit(value));
      }
      for (int64_t d = 0; d < HEAD; d++) put(keys, d, BLOCK, t, key[d] * key_factor);
      for (int64_t d = 0; d < HEAD; d++) put(values, t, HEAD, d, value[d] * value_factor);
    }
  }
}

/* Attention of rows `begin` to `end`, whose keys and values are stored. Returns whether there was memory for it. */
int fwd_mix(const call *c, int64_t begin, int64_t end) {
  const int64_t each = MOST * (2 * HEAD + c->width * BLOCK);
  float *memory = aligned_alloc(64, (c->heads * each * sizeof(float) + 63) / 64 * 64);
  if (!memory) return 0;
  tile heads[c->heads];
  for (int64_t h = 0; h < c->heads; h++) {
    float *own = memory + h * each;
    heads[h] = (tile){.sums = (vec *)own, .queries = own + MOST * HEAD, .scores = own + 2 * MOST * HEAD};
  }
  for (int64_t first = begin, after; first < end; first = after) {
    const int32_t slot = c->slots[first], *blocks = c->table + slot * c->width;
    for (after = first + 1; after < end && c->slots[after] == slot;) after++;
    const int32_t *next = after < end ? c->table + c->slots[after] * c->width : blocks;
#if MOST == 8
    for (; after - first >= 8; first += 8) mix(c, heads, first, blocks, next, 8);
#endif
    for (; after - first >= 4; first += 4) mix(c, heads, first, blocks, next, 4);
    for (; after - first >= 2; first += 2) mix(c, heads, first, blocks, next, 2);
    if (first < after) mix(c, heads, first++, blocks, next, 1);
  }
  free(memory);
  return 1;
}
