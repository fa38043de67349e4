/* How keys and values lie in the cache.

   The cache of one layer is a pool of blocks of BLOCK tokens. A block of keys is [kv_heads][head][BLOCK], so that the
   scores of neighbouring tokens are neighbours; a block of values is [kv_heads][BLOCK][head].

   A cell is a float; or, with half the traffic from memory, its upper half (bf16); or, with a quarter, a byte, its
   distance from MIDDLE in units of a scale that each token has of its own for the keys and for the values of each head.
   Two rows of halves or four rows of bytes lie in one row of 32-bit words, so that shifts and masks make whole vectors
   of them. The BLOCK scales of a head come after its bytes. */

#pragma once
#include "vectors.h"

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

/* The unit in which all numbers of x [head] fit into bytes. */
INLINE float unit(const float *x) {
  vec most = spread(1e-30f);
  for (int k = 0; k < HEAD; k += LANES) {
    const vec one = load(x + k);
    most = larger(most, larger(one, -one));
  }
  return largest(most) / (MIDDLE - 1);
}

/* One token's key or value of one head, and its unit if cells are bytes. */
#if CELL == 4
typedef uint32_t cell;
#elif CELL == 2
typedef uint16_t cell;
#else
typedef uint8_t cell;
#endif
typedef cell some __attribute__((vector_size(CELL * LANES), aligned(CELL), may_alias));
typedef struct {
  cell cells[HEAD];
  float unit;
} token;

/* LANES cells from words and back; of bytes compilers make poor code. */
#if CELL == 1 && defined(__AVX512F__)
INLINE void narrow(cell *to, words from) { _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8((__m512i)from)); }
INLINE words widen(const cell *from) { return (words)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from)); }
#else
INLINE void narrow(cell *to, words from) { *(some *)to = __builtin_convertvector(from, some); }
INLINE words widen(const cell *from) { return __builtin_convertvector(*(const some *)from, words); }
#endif

/* Turn x [head] into cells; bf16 are rounded to the nearest, ties to even. */
INLINE void pack(token *to, const float *x) {
  const float factor = CELL == 1 ? 1.0f / (to->unit = unit(x)) : 1.0f;
  for (int k = 0; k < HEAD; k += LANES) {
    words bits = (words)load(x + k);
    if (CELL == 2) bits = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    if (CELL == 1) bits = (words)__builtin_convertvector(load(x + k) * factor + (MIDDLE + 0.5f), ints);
    narrow(to->cells + k, bits);
  }
}

/* Put a token at place `t` of a block, as a key: cells that share a word are neighbours here. */
INLINE void put_key(char *block, int t, const token *from) {
  for (int i = 0; i < HEAD * CELL / 4; i++)
    __builtin_memcpy((uint32_t *)block + i * BLOCK + t, from->cells + i * 4 / CELL, 4);
  if (CELL == 1) SCALES(block)[t] = from->unit;
}

/* As a value: cells that share a word are those of neighbouring tokens. */
INLINE void put_value(char *block, int t, const token *from) {
  const int together = 4 / CELL, shift = 8 * CELL * (t % together);
  const uint32_t keep = CELL == 4 ? 0 : ~((CELL == 1 ? 0xffu : 0xffffu) << shift);
  uint32_t *row = (uint32_t *)block + t / together * HEAD;
  for (int k = 0; k < HEAD; k += LANES) {
    loose_words *word = (loose_words *)(row + k);
    *word = (*word & keep) | widen(from->cells + k) << shift;
  }
  if (CELL == 1) SCALES(block)[t] = from->unit;
}

/* Ask for one of `parts` equal parts of a block. Asking for all at once would stall. */
INLINE void fetch(const char *block, int part, int parts) {
  for (int i = 0; i < CELLS / parts; i += 64) __builtin_prefetch(block + CELLS / parts * part + i);
}
