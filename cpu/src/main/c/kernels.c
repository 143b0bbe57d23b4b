// What one thread computes: rows times a matrix of quantised or plain numbers, and what stands between such products when
// rows are few. Java calls it: NativeProducts.java, NativeLoops.java, NativeRowAttention.java,
// NativeQueryPanels.java.
//
// Exactness. Numbers x are rounded to 16 bits in blocks of 32 under one scale: x = s q, |q| <= 32639. With AVX-512 each
// q is split into two bytes, q = 256 hi + lo, because the processor multiplies unsigned with signed bytes fastest
// (vpdpbusd): one pass takes hi, one lo. All integer sums are exact: a sum of 32 products is less than 2^29. What is lost
// is at most 2^-16 of a block's largest |x| for each x.
//
// Every type is seen as chunks of 256 weights, w = a u + c: u an unsigned byte, a and c a float for each 16 or 32 of
// them. So a block's part of a product is s (a sum(u q) + c sum(q)), and a type is two functions: its levels, and its
// a and c. The layouts are described in core, sirocco.tensor.quant, one file a type.
//
// Steps, few rows: a row of weights is unpacked in registers and multiplied with up to four rows of x, whose bytes are
// the signed ones. Prompts: a panel of 256 x 16 weights is unpacked once, so that 16 outputs lie side by side, and then
// multiplied with tiles of x. There x has the unsigned bytes, of q + 32768: what that adds depends on the weights alone
// and is where a tile's sums begin. So most types, whose u - 128 (or 8, or 32) is w / a, need no sum(q).
//
// Nothing here allocates, keeps state or reads past the end of a row of weights; what is fetched ahead may lie behind it.
//
// Legend: T rows of x, I inputs, O outputs.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

// What the processor offers, each including the ones before.
enum { NOTHING, AVX2, AVX512 };

// GGUF's numbers of types.
enum {
  F32 = 0, F16 = 1, BF16 = 30, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, IQ4_NL = 20,
  Q2_K = 10, Q3_K = 11, Q4_K = 12, Q5_K = 13, Q6_K = 14, IQ4_XS = 23
};

enum { CHUNK = 256, PANEL = 16, TALLEST = 6, TALLEST_PLAIN = 12, AHEAD = 2048, MOST_CHUNK_BYTES = 8 * 34, MOST_FEW = 4 };

// 256 numbers of a row of x: I is filled up with zeros to a multiple of 256.
typedef struct {
  float scale[16];  // of each 16, so that it lies beside sum; two in a row are the same
  float sum[16];    // of q, for each 16
  float sum32[16];  // of q, for each 32, twice
  union {
    struct {
      int8_t hi[CHUNK];
      int8_t lo[CHUNK];
    };
    int16_t q[CHUNK];  // below AVX-512
  };
} Numbers;

// 256 numbers of a row of x for tiles with AVX-512, likewise filled up.
typedef struct {
  float scale[8];         // of each 32
  float sum32[8];         // of x, for each 32
  float sum16[16];        // of x, for each 16
  uint8_t q[8][2][32];    // q + 32768, of each 32 the upper bytes and the lower ones
} Digits;

// 256 x 16 weights, outputs side by side.
typedef struct {
  int8_t level[CHUNK / 4][PANEL][4];
  int32_t start[16][PANEL];  // -128 sum(level), for each 16 or 32
  float a[16][PANEL];
  float c[16][PANEL];
} Panel;

#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>

static inline __attribute__((always_inline)) size_t chunk_bytes(int type) {
  switch (type) {
    case Q8_0: return 8 * 34;
    case Q4_0: case IQ4_NL: return 8 * 18;
    case Q4_1: return 8 * 20;
    case Q5_0: return 8 * 22;
    case Q5_1: return 8 * 24;
    case Q2_K: return 84;
    case Q3_K: return 110;
    case Q4_K: return 144;
    case Q5_K: return 176;
    case Q6_K: return 210;
    default: return 136;  // IQ4_XS
  }
}

// Numbers that share a and c.
static inline __attribute__((always_inline)) int group(int type) {
  return type == Q2_K || type == Q3_K || type == Q6_K ? 16 : 32;
}

// The weight of level 0 in steps, c / a, where that is one number for the whole type; else 0.
static inline __attribute__((always_inline)) float lowest(int type) {
  switch (type) {
    case Q4_0: return -8;
    case Q5_0: return -16;
    case Q8_0: case IQ4_NL: case IQ4_XS: return -128;
    case Q6_K: return -32;
    case Q3_K: return -4;
    default: return 0;
  }
}

static inline uint16_t u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline uint32_t u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint64_t u64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return v; }

// The eight scales and eight minima of Q4_K and Q5_K, a byte each, from their 12 bytes.
static inline void six_bits(const uint8_t *p, uint64_t *s, uint64_t *m) {
  uint32_t w0 = u32(p), w1 = u32(p + 4), w2 = u32(p + 8);
  *s = (w0 & 0x3F3F3F3F) | (uint64_t)((w2 & 0x0F0F0F0F) | ((w0 >> 2) & 0x30303030)) << 32;
  *m = (w1 & 0x3F3F3F3F) | (uint64_t)(((w2 >> 4) & 0x0F0F0F0F) | ((w1 >> 2) & 0x30303030)) << 32;
}

// The sixteen scales of Q3_K, 32 too large, a byte each.
static inline void third_bits(const uint8_t *p, uint64_t s[2]) {
  uint64_t low = u64(p), upper = u32(p + 8), pairs = 0x0303030303030303, nibbles = 0x0F0F0F0F0F0F0F0F;
  s[0] = (low & nibbles) | ((upper | upper << 30) & pairs) << 4;
  s[1] = ((low >> 4) & nibbles) | ((upper >> 4 | upper >> 6 << 32) & pairs) << 4;
}

// Chunk i of a row. The last chunk of a row of 32-blocks may not be whole: then it is copied and filled up with blocks
// of zeros, whose scales make them count nothing.
static inline const uint8_t *chunk_of(int type, const uint8_t *row, int inputs, int i, uint8_t *spare) {
  const uint8_t *p = row + i * chunk_bytes(type);
  int left = inputs - i * CHUNK;
  if (left >= CHUNK) return p;
  memset(spare, 0, MOST_CHUNK_BYTES);
  memcpy(spare, p, left / 32 * (chunk_bytes(type) / 8));
  return spare;
}

// --- AVX-512 with VNNI ---------------------------------------------------------------------------------------------

#define ISA512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c,bmi2")))
#define INLINE512 static inline __attribute__((always_inline)) ISA512

INLINE512 __m512i bytes2(int even, int odd) {  // alternating lanes of 32
  return _mm512_inserti64x4(_mm512_set1_epi8(even), _mm256_set1_epi8(odd), 1);
}
INLINE512 __m512i load2(const uint8_t *p, const uint8_t *q) {
  __m512i v = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)p));
  return _mm512_inserti64x4(v, _mm256_loadu_si256((const __m256i *)q), 1);
}
INLINE512 __m512i twice(const uint8_t *p) { return _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)p)); }

// 64 nibbles of two blocks of 16 bytes each: low ones are 0 to 15, high ones 16 to 31.
INLINE512 __m512i nibbles2(const uint8_t *p, const uint8_t *q) {
  __m512i v = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)p));
  v = _mm512_mask_broadcast_i32x4(v, 0xFF00, _mm_loadu_si128((const __m128i *)q));
  v = _mm512_srlv_epi64(v, _mm512_set_epi64(4, 4, 0, 0, 4, 4, 0, 0));
  return _mm512_and_si512(v, _mm512_set1_epi8(15));
}

// Levels 64 j to 64 j + 63 of a chunk. Those of Q2_K, and every other 32 of Q4_K, stay where they lie in their byte,
// times a power of 2 that scales512 takes from a.
INLINE512 __m512i levels512(int type, const uint8_t *p, int j) {
  const __m512i codebook = _mm512_broadcast_i32x4(
      _mm_setr_epi8(1, 24, 45, 63, 79, 93, 106, 118, -127, -115, -103, -90, -75, -59, -39, -15));  // 128 more
  size_t block = chunk_bytes(type) / 8;
  const uint8_t *b = p + 2 * j * block, *n = b + block;
  switch (type) {
    case Q8_0: return _mm512_xor_si512(load2(b + 2, n + 2), _mm512_set1_epi8(-128));
    case Q4_0: return nibbles2(b + 2, n + 2);
    case Q4_1: return nibbles2(b + 4, n + 4);
    case IQ4_NL: return _mm512_shuffle_epi8(codebook, nibbles2(b + 2, n + 2));
    case IQ4_XS: return _mm512_shuffle_epi8(codebook, nibbles2(p + 8 + 32 * j, p + 24 + 32 * j));
    case Q5_0:
    case Q5_1: {
      int at = type == Q5_0 ? 2 : 4;
      __m512i v = nibbles2(b + at + 4, n + at + 4);
      return _mm512_mask_add_epi8(v, u32(b + at) | (uint64_t)u32(n + at) << 32, v, _mm512_set1_epi8(16));
    }
    case Q4_K: return _mm512_and_si512(twice(p + 16 + 32 * j), bytes2(15, 0xF0));
    case Q5_K: {
      __m512i v = _mm512_srlv_epi64(twice(p + 48 + 32 * j), _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0));
      v = _mm512_and_si512(v, _mm512_set1_epi8(15));
      __mmask64 fifth = _mm512_test_epi8_mask(twice(p + 16), bytes2(1 << 2 * j, 2 << 2 * j));
      return _mm512_mask_add_epi8(v, fifth, v, _mm512_set1_epi8(16));
    }
    case Q6_K: {
      __m512i v = _mm512_loadu_si512(p + (j >> 1) * 64), u = twice(p + 128 + (j >> 1) * 32);
      if (j & 1) {
        v = _mm512_srli_epi16(v, 4);
        u = _mm512_srlv_epi64(u, _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0));
      } else {
        u = _mm512_sllv_epi64(u, _mm512_set_epi64(2, 2, 2, 2, 4, 4, 4, 4));
      }
      v = _mm512_ternarylogic_epi64(_mm512_set1_epi8(15), v, u, 0xCA);  // bits of v where 15 has them, else of u
      return _mm512_and_si512(v, _mm512_set1_epi8(63));
    }
    case Q2_K: {
      __m512i mask = j & 1 ? bytes2(3 << 4, 3 << 6) : bytes2(3, 3 << 2);
      return _mm512_and_si512(twice(p + 16 + (j >> 1) * 32), mask);
    }
    default: {  // Q3_K
      __m512i v = twice(p + 32 + (j >> 1) * 32);
      v = _mm512_srlv_epi64(v, j & 1 ? _mm512_set_epi64(6, 6, 6, 6, 4, 4, 4, 4) : _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0));
      v = _mm512_and_si512(v, _mm512_set1_epi8(3));
      __mmask64 third = _mm512_test_epi8_mask(twice(p), bytes2(1 << 2 * j, 2 << 2 * j));
      return _mm512_mask_add_epi8(v, third, v, _mm512_set1_epi8(4));
    }
  }
}

INLINE512 __m512 half(uint16_t bits) { return _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(bits))); }
INLINE512 __m512 floats_i8(__m128i v) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(v)); }
// Eight numbers, each twice.
INLINE512 __m512 doubled(__m256 v) {
  return _mm512_permutexvar_ps(_mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0), _mm512_castps256_ps512(v));
}
INLINE512 __m512 floats_of8(uint64_t v) { return doubled(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(v)))); }

// As levels512, for one row of weights at a time: there high nibbles of Q4_0 and Q4_1 stay in place too, times 16.
INLINE512 __m512i few_levels512(int type, const uint8_t *p, int j) {
  if (type != Q4_0 && type != Q4_1) return levels512(type, p, j);
  size_t block = chunk_bytes(type) / 8;
  const uint8_t *b = p + 2 * j * block + (type == Q4_0 ? 2 : 4);
  __m512i v = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)b));
  v = _mm512_mask_broadcast_i32x4(v, 0xFF00, _mm_loadu_si128((const __m128i *)(b + block)));
  const int64_t low = 0x0F0F0F0F0F0F0F0F, high = 0xF0F0F0F0F0F0F0F0;
  return _mm512_and_si512(v, _mm512_set_epi64(high, high, low, low, high, high, low, low));
}

// What a few_levels512's level counts, for each 16 of a chunk.
INLINE512 __m512 few_steps512(int type) {
  const float e = type == Q4_0 || type == Q4_1 ? 1.0f / 16 : 1;
  return _mm512_setr_ps(1, e, 1, e, 1, e, 1, e, 1, e, 1, e, 1, e, 1, e);
}

// The halves at the beginning of eight blocks, each twice; blocks so short that four begin within 64 bytes.
INLINE512 __m512 halves512(const uint8_t *p, size_t size) {
  int n = size / 2;
  __m512i four = _mm512_loadu_si512(p), others = _mm512_loadu_si512(p + 4 * size);
  __m512i at = _mm512_castsi256_si512(_mm256_setr_epi16(0, 0, n, n, 2 * n, 2 * n, 3 * n, 3 * n, 32, 32, 32 + n, 32 + n,
      32 + 2 * n, 32 + 2 * n, 32 + 3 * n, 32 + 3 * n));
  return _mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutex2var_epi16(four, at, others)));
}

// a and c of each 16 of a chunk.
INLINE512 void scales512(int type, const uint8_t *p, __m512 *a, __m512 *c) {
  size_t size = chunk_bytes(type) / 8;
  switch (type) {
    case Q4_0: case IQ4_NL:
      *a = halves512(p, size);
      *c = _mm512_mul_ps(*a, _mm512_set1_ps(lowest(type)));
      return;
    case Q8_0: case Q5_0: {
      __m128i d = _mm_setr_epi16(u16(p), u16(p + size), u16(p + 2 * size), u16(p + 3 * size), u16(p + 4 * size),
          u16(p + 5 * size), u16(p + 6 * size), u16(p + 7 * size));
      *a = doubled(_mm256_cvtph_ps(d));
      *c = _mm512_mul_ps(*a, _mm512_set1_ps(lowest(type)));
      return;
    }
    case Q4_1:
      *a = halves512(p, size);
      *c = halves512(p + 2, size);
      return;
    case Q5_1: {
      const uint8_t *q = p + 2;
      __m128i d = _mm_setr_epi16(u16(p), u16(p + size), u16(p + 2 * size), u16(p + 3 * size), u16(p + 4 * size),
          u16(p + 5 * size), u16(p + 6 * size), u16(p + 7 * size));
      __m128i m = _mm_setr_epi16(u16(q), u16(q + size), u16(q + 2 * size), u16(q + 3 * size), u16(q + 4 * size),
          u16(q + 5 * size), u16(q + 6 * size), u16(q + 7 * size));
      *a = doubled(_mm256_cvtph_ps(d));
      *c = doubled(_mm256_cvtph_ps(m));
      return;
    }
    case Q4_K: case Q5_K: {
      uint64_t s, m;
      six_bits(p + 4, &s, &m);
      __m512 both = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_set_epi64x(m, s)));
      // of high nibbles, which count 16 times: levels512
      const float e = type == Q4_K ? 1.0f / 16 : 1;
      both = _mm512_mul_ps(both, _mm512_setr_ps(1, e, 1, e, 1, e, 1, e, -1, -1, -1, -1, -1, -1, -1, -1));
      __m512 d = _mm512_castps128_ps512(_mm_cvtph_ps(_mm_cvtsi32_si128(u32(p))));
      both = _mm512_mul_ps(both, _mm512_permutexvar_ps(_mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0), d));
      *a = _mm512_permutexvar_ps(_mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0), both);
      *c = _mm512_permutexvar_ps(_mm512_set_epi32(15, 15, 14, 14, 13, 13, 12, 12, 11, 11, 10, 10, 9, 9, 8, 8), both);
      return;
    }
    case Q6_K:
      *a = _mm512_mul_ps(half(u16(p + 208)), floats_i8(_mm_loadu_si128((const __m128i *)(p + 192))));
      *c = _mm512_mul_ps(*a, _mm512_set1_ps(lowest(type)));
      return;
    case Q2_K: {
      const float e = 1.0f / 4, f = 1.0f / 16, g = 1.0f / 64;
      __m512i both = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
      // d and -dmin by turns
      __m512 d = _mm512_cvtph_ps(_mm256_set1_epi32(u32(p + 80) ^ 0x80000000));
      *a = _mm512_mul_ps(_mm512_moveldup_ps(d), _mm512_setr_ps(1, 1, e, e, f, f, g, g, 1, 1, e, e, f, f, g, g));
      *a = _mm512_mul_ps(*a, _mm512_cvtepi32_ps(_mm512_and_si512(both, _mm512_set1_epi32(15))));
      *c = _mm512_mul_ps(_mm512_movehdup_ps(d), _mm512_cvtepi32_ps(_mm512_srli_epi32(both, 4)));
      return;
    }
    case Q3_K: {
      uint64_t raw[2];
      third_bits(p + 96, raw);
      __m128i s = _mm_sub_epi8(_mm_set_epi64x(raw[1], raw[0]), _mm_set1_epi8(32));
      *a = _mm512_mul_ps(half(u16(p + 108)), floats_i8(s));
      *c = _mm512_mul_ps(*a, _mm512_set1_ps(lowest(type)));
      return;
    }
    default: {  // IQ4_XS
      uint64_t s = _pdep_u64(u32(p + 4), 0x0F0F0F0F0F0F0F0F) | _pdep_u64(u16(p + 2), 0x3030303030303030);
      *a = _mm512_mul_ps(half(u16(p)), _mm512_sub_ps(floats_of8(s), _mm512_set1_ps(32)));
      *c = _mm512_mul_ps(*a, _mm512_set1_ps(lowest(type)));
    }
  }
}

// x in the form that steps read.
ISA512 static void numbers512(const float *x, int rows, int inputs, Numbers *to) {
  for (long t = 0; t < rows; t++) {
    for (int i = 0; i < inputs; i += CHUNK, to++) {
      for (int b = 0; b < 8; b++) {
        int left = inputs - i - 32 * b;
        const float *from = x + t * inputs + i + 32 * b;
        __mmask16 m0 = left >= 16 ? 0xFFFF : left <= 0 ? 0 : (1 << left) - 1;
        __mmask16 m1 = left >= 32 ? 0xFFFF : left <= 16 ? 0 : (1 << (left - 16)) - 1;
        __m512 x0 = _mm512_maskz_loadu_ps(m0, from), x1 = _mm512_maskz_loadu_ps(m1, from + 16);
        // As integers, so that NaN, like infinity, passes every finite number.
        __m512i bits = _mm512_max_epi32(_mm512_and_si512(_mm512_castps_si512(x0), _mm512_set1_epi32(0x7FFFFFFF)),
            _mm512_and_si512(_mm512_castps_si512(x1), _mm512_set1_epi32(0x7FFFFFFF)));
        float most = _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(_mm512_reduce_max_epi32(bits))));
        float scale = most / 32639, inverse = 32639 / most;
        if (!(most < __builtin_inff())) {
          scale = __builtin_nanf("");  // every product with this row becomes NaN
          inverse = 0;
          x0 = x1 = _mm512_setzero_ps();
        } else if (most < 1e-30f) {
          scale = inverse = 0;  // too small for an inverse, and for any sum
        }
        __m512i q0 = _mm512_cvtps_epi32(_mm512_mul_ps(x0, _mm512_set1_ps(inverse)));
        __m512i q1 = _mm512_cvtps_epi32(_mm512_mul_ps(x1, _mm512_set1_ps(inverse)));
        __m512i round = _mm512_set1_epi32(128);
        _mm_storeu_si128((__m128i *)(to->lo + 32 * b), _mm512_cvtepi32_epi8(q0));
        _mm_storeu_si128((__m128i *)(to->lo + 32 * b + 16), _mm512_cvtepi32_epi8(q1));
        _mm_storeu_si128((__m128i *)(to->hi + 32 * b), _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(q0, round), 8)));
        _mm_storeu_si128((__m128i *)(to->hi + 32 * b + 16), _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(q1, round), 8)));
        int s0 = _mm512_reduce_add_epi32(q0), s1 = _mm512_reduce_add_epi32(q1);
        to->scale[2 * b] = to->scale[2 * b + 1] = scale;
        to->sum[2 * b] = s0;
        to->sum[2 * b + 1] = s1;
        to->sum32[2 * b] = to->sum32[2 * b + 1] = s0 + s1;
      }
    }
  }
}

// 64 products' sums by four, of levels u with q.
INLINE512 __m512 dot64(__m512i u, const Numbers *x, int j) {
  __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), u, _mm512_load_si512(x->hi + 64 * j));
  sum = _mm512_slli_epi32(sum, 8);
  return _mm512_cvtepi32_ps(_mm512_dpbusd_epi32(sum, u, _mm512_load_si512(x->lo + 64 * j)));
}

// Weight rows `from` to `to` with T rows of x.
INLINE512 void few_rows512(const int type, const int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const Numbers *x, float *out, long stride) {
  int chunks = (inputs + CHUNK - 1) / CHUNK;
  const __m512i quarter = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
  for (int o = from; o < to; o++) {
    const uint8_t *row = w + o * row_bytes;
    __m512 acc[4][2], low[4], steps = few_steps512(type);
    for (int t = 0; t < T; t++) acc[t][0] = acc[t][1] = low[t] = _mm512_setzero_ps();
    for (int i = 0; i < chunks; i++) {
      uint8_t spare[MOST_CHUNK_BYTES];
      const uint8_t *p = chunk_of(type, row, inputs, i, spare);
      for (size_t l = 0; l < chunk_bytes(type); l += 64) _mm_prefetch((const char *)p + AHEAD + l, _MM_HINT_T0);
      __m512 a, c, s[4];
      scales512(type, p, &a, &c);
      a = _mm512_mul_ps(a, steps);
      for (int t = 0; t < T; t++) {
        const Numbers *v = x + (long)t * chunks + i;
        __m512 scale = _mm512_load_ps(v->scale);
        s[t] = _mm512_mul_ps(a, scale);
        low[t] = _mm512_fmadd_ps(lowest(type) ? s[t] : _mm512_mul_ps(c, scale), _mm512_load_ps(v->sum), low[t]);
      }
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++) {
        __m512i u = few_levels512(type, p, j);
        __m512i index = _mm512_add_epi32(quarter, _mm512_set1_epi32(4 * j));
        for (int t = 0; t < T; t++) {
          __m512 part = dot64(u, x + (long)t * chunks + i, j);
          acc[t][j & 1] = _mm512_fmadd_ps(part, _mm512_permutexvar_ps(index, s[t]), acc[t][j & 1]);
        }
      }
    }
    for (int t = 0; t < T; t++) {
      __m512 times = lowest(type) ? _mm512_div_ps(_mm512_set1_ps(lowest(type)), steps) : _mm512_set1_ps(1);
      low[t] = _mm512_fmadd_ps(low[t], times, acc[t][0]);
      out[t * stride + o - from] = _mm512_reduce_add_ps(_mm512_add_ps(low[t], acc[t][1]));
    }
  }
}

INLINE512 void few512(const int type, int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const Numbers *x, float *out, long stride) {
  switch (T) {
    case 1: few_rows512(type, 1, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 2: few_rows512(type, 2, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 3: few_rows512(type, 3, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 4: few_rows512(type, 4, w, row_bytes, inputs, from, to, x, out, stride);
  }
}

// 16 x 16 dwords, rows become columns.
INLINE512 void transpose512(__m512i r[16]) {
  __m512i s[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i += 2) {
    s[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    s[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(s[i], s[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(s[i], s[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(s[i + 1], s[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(s[i + 1], s[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    __m512i a = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88), b = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xDD);
    __m512i c = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88), d = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xDD);
    s[i] = _mm512_shuffle_i32x4(a, c, 0x88);
    s[i + 8] = _mm512_shuffle_i32x4(a, c, 0xDD);
    s[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
    s[i + 12] = _mm512_shuffle_i32x4(b, d, 0xDD);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) r[i] = s[i];
}

// A chunk's levels as signed bytes: around zero where the type has them so, else from zero. None stays in place.
INLINE512 __m512i signed_levels512(int type, const uint8_t *p, int j) {
  __m512i u = levels512(type, p, j);
  switch (type) {
    case Q8_0: return _mm512_xor_si512(u, _mm512_set1_epi8(-128));
    case Q4_K: return _mm512_srlv_epi64(u, _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0));
    case Q2_K:
      return _mm512_srlv_epi64(u, j & 1 ? _mm512_set_epi64(6, 6, 6, 6, 4, 4, 4, 4) : _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0));
    default: return lowest(type) ? _mm512_add_epi8(u, _mm512_set1_epi8((int)lowest(type))) : u;
  }
}

// What a signed level counts of those that levels512 leaves in place, for each 16 of a chunk.
INLINE512 __m512 signed_steps512(int type) {
  switch (type) {
    case Q4_K: return _mm512_setr_ps(1, 1, 16, 16, 1, 1, 16, 16, 1, 1, 16, 16, 1, 1, 16, 16);
    case Q2_K: return _mm512_setr_ps(1, 1, 4, 4, 16, 16, 64, 64, 1, 1, 4, 4, 16, 16, 64, 64);
    default: return _mm512_set1_ps(1);
  }
}

// Of 16 rows of 16 numbers the columns; where 32 weights share a number, it comes twice, and only one of the two counts.
INLINE512 void columns512(int group, __m512i r[PANEL], float to[16][PANEL]) {
  if (group == 16) {
    transpose512(r);
    for (int k = 0; k < PANEL; k++) _mm512_store_si512(to[k], r[k]);
    return;
  }
  const __m512i evens = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i front = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), back = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
  __m512i s[8], t[8];
  for (int k = 0; k < 8; k++) s[k] = _mm512_permutex2var_epi32(r[k], evens, r[k + 8]);
  for (int k = 0; k < 8; k += 2) {
    t[k] = _mm512_unpacklo_epi32(s[k], s[k + 1]);
    t[k + 1] = _mm512_unpackhi_epi32(s[k], s[k + 1]);
  }
  for (int k = 0; k < 8; k += 4) {
    s[k] = _mm512_unpacklo_epi64(t[k], t[k + 2]);
    s[k + 1] = _mm512_unpackhi_epi64(t[k], t[k + 2]);
    s[k + 2] = _mm512_unpacklo_epi64(t[k + 1], t[k + 3]);
    s[k + 3] = _mm512_unpackhi_epi64(t[k + 1], t[k + 3]);
  }
  for (int k = 0; k < 4; k++) {
    _mm512_store_si512(to[k], _mm512_permutex2var_epi64(s[k], front, s[k + 4]));
    _mm512_store_si512(to[k + 4], _mm512_permutex2var_epi64(s[k], back, s[k + 4]));
  }
}

// Chunk i of 16 weight rows; where there are fewer the last one stands in for the rest.
INLINE512 void pack512(const int type, const uint8_t *w, size_t row_bytes, int inputs, int i, int rows, Panel *panel) {
  uint8_t spare[PANEL][MOST_CHUNK_BYTES];
  const uint8_t *p[PANEL];
  __m512i r[PANEL], c[PANEL];
  for (int k = 0; k < PANEL; k++) {
    p[k] = chunk_of(type, w + (k < rows ? k : rows - 1) * row_bytes, inputs, i, spare[k]);
    __m512 ak, ck;
    scales512(type, p[k], &ak, &ck);
    r[k] = _mm512_castps_si512(_mm512_mul_ps(ak, signed_steps512(type)));
    c[k] = _mm512_castps_si512(ck);
  }
  columns512(group(type), r, panel->a);
  if (!lowest(type)) columns512(group(type), c, panel->c);
  const int depth = group(type) / 4, groups = 16 / depth;
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    for (int k = 0; k < PANEL; k++) r[k] = signed_levels512(type, p[k], j);
    transpose512(r);
    for (int k = 0; k < PANEL; k++) _mm512_store_si512(panel->level[16 * j + k], r[k]);
    for (int g = 0; g < groups; g++) {
      __m512i sum = _mm512_setzero_si512();
      for (int k = 0; k < depth; k++) sum = _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(-128), r[g * depth + k]);  // 128
      _mm512_store_si512(panel->start[groups * j + g], _mm512_sub_epi32(_mm512_setzero_si512(), sum));
    }
  }
}

// M rows of x with two panels: adds chunk's part to out, or sets it. The processor multiplies bytes on the ports that
// it multiplies floats on, so the fewer of these the better: two for 32 weights of a type without c.
INLINE512 void tile512(const int group, const int with_c, const int M, const Panel *panel, const Digits *x, int chunks,
    float *out, long stride, const __mmask16 *mask, int first) {
  __m512 acc[TALLEST][2];
  for (int m = 0; m < M; m++)
    for (int n = 0; n < 2; n++)
      acc[m][n] = first ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask[n], out + m * stride + PANEL * n);
  for (int b = 0; b < CHUNK / 32; b++) {
    __m512 part[TALLEST][2];
#pragma GCC unroll 2
    for (int h = 0; h < 32 / group; h++) {
      int at = b * (32 / group) + h;
      __m512i sum[TALLEST][2];
      for (int m = 0; m < M; m++)
        for (int n = 0; n < 2; n++) sum[m][n] = _mm512_load_si512(panel[n].start[at]);
#pragma GCC unroll 2
      for (int pass = 0; pass < 2; pass++) {
#pragma GCC unroll 8
        for (int g = 0; g < group / 4; g++) {
          __m512i v[2];
          for (int n = 0; n < 2; n++) v[n] = _mm512_load_si512(panel[n].level[at * group / 4 + g]);
          for (int m = 0; m < M; m++) {
            __m512i four = _mm512_set1_epi32(*(const int *)(x[(long)m * chunks].q[b][pass] + h * group + 4 * g));
            for (int n = 0; n < 2; n++) sum[m][n] = _mm512_dpbusd_epi32(sum[m][n], four, v[n]);
          }
        }
        if (!pass)
          for (int m = 0; m < M; m++)
            for (int n = 0; n < 2; n++) sum[m][n] = _mm512_slli_epi32(sum[m][n], 8);
      }
      for (int n = 0; n < 2; n++) {
        __m512 a = _mm512_load_ps(panel[n].a[at]), c = _mm512_load_ps(panel[n].c[at]);
        for (int m = 0; m < M; m++) {
          const Digits *v = x + (long)m * chunks;
          __m512 f = _mm512_cvtepi32_ps(sum[m][n]);
          part[m][n] = h ? _mm512_fmadd_ps(a, f, part[m][n]) : _mm512_mul_ps(a, f);
          if (with_c) acc[m][n] = _mm512_fmadd_ps(c, _mm512_set1_ps(group == 32 ? v->sum32[b] : v->sum16[at]), acc[m][n]);
        }
      }
    }
    for (int m = 0; m < M; m++)
      for (int n = 0; n < 2; n++)
        acc[m][n] = _mm512_fmadd_ps(part[m][n], _mm512_set1_ps(x[(long)m * chunks].scale[b]), acc[m][n]);
  }
  for (int m = 0; m < M; m++)
    for (int n = 0; n < 2; n++) _mm512_mask_storeu_ps(out + m * stride + PANEL * n, mask[n], acc[m][n]);
}

#define TILE512(GROUP, C, M)                                                                                         \
  ISA512 static __attribute__((noinline)) void tile512_##GROUP##_##C##_##M(const Panel *panel, const Digits *x,      \
      int chunks, float *out, long stride, const __mmask16 *mask, int first) {                                       \
    tile512(GROUP, C, M, panel, x, chunks, out, stride, mask, first);                                                \
  }
#define TILES512(GROUP, C)                                                                                           \
  TILE512(GROUP, C, 1) TILE512(GROUP, C, 2) TILE512(GROUP, C, 3)                                                     \
  TILE512(GROUP, C, 4) TILE512(GROUP, C, 5) TILE512(GROUP, C, 6)
TILES512(16, 0) TILES512(16, 1) TILES512(32, 0) TILES512(32, 1)

typedef void (*Tile)(const Panel *, const Digits *, int, float *, long, const __mmask16 *, int);

// Fetches `bytes` of each of the rows of weights from `from` to `to`.
INLINE512 void fetch_weights(const uint8_t *w, size_t row_bytes, int bytes, int from, int to) {
  for (int k = from; k < to; k++)
    for (int l = 0; l < bytes + 63; l += 64) _mm_prefetch((const char *)w + k * row_bytes + l, _MM_HINT_T0);
}

// Fetches where two panels' outputs of the rows from `from` to `to` will lie.
INLINE512 void fetch_outputs(const float *out, long stride, int from, int to) {
  for (int t = from; t < to; t++)
    for (int n = 0; n < 2; n++) _mm_prefetch((const char *)(out + t * stride + PANEL * n), _MM_HINT_T0);
}

// Chunk by chunk: a chunk of all rows of x stays in the second-level cache while all panels pass. Rows are shared out
// evenly among tiles: of a low one's few sums each waits for the one before.
INLINE512 void many512(const int type, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const Digits *x, int rows, float *out, long stride) {
#define SET512(G, C)                                                                                                 \
  {tile512_##G##_##C##_1, tile512_##G##_##C##_2, tile512_##G##_##C##_3, tile512_##G##_##C##_4, tile512_##G##_##C##_5, \
      tile512_##G##_##C##_6}
  static const Tile all[2][2][TALLEST] = {{SET512(16, 0), SET512(16, 1)}, {SET512(32, 0), SET512(32, 1)}};
  const Tile *tiles = all[group(type) == 32][!lowest(type)];
  const int chunks = (inputs + CHUNK - 1) / CHUNK, count = (rows + TALLEST - 1) / TALLEST, bytes = chunk_bytes(type);
  _Alignas(64) Panel panel[2];
  for (int i = 0; i < chunks; i++) {
    for (int o = from; o < to; o += 2 * PANEL) {
      __mmask16 mask[2];
      for (int n = 0; n < 2; n++) {
        int outputs = to - o - PANEL * n, at = outputs > 0 ? o + PANEL * n : to - 1;
        mask[n] = outputs >= PANEL ? 0xFFFF : outputs > 0 ? (1 << outputs) - 1 : 0;
        pack512(type, w + at * row_bytes, row_bytes, inputs, i, to - at < PANEL ? to - at : PANEL, panel + n);
      }
      // What is unpacked next is fetched while this is multiplied, a little with each tile: its rows lie too far apart for
      // the processor to guess, and all at once would hold up a tile's own reading.
      int next = o + 2 * PANEL < to ? o + 2 * PANEL : from, some = to - next < 2 * PANEL ? to - next : 2 * PANEL;
      const uint8_t *ahead = w + next * row_bytes + (long)(next == from ? i + 1 : i) * bytes;
      float *y = out + o - from;
      for (int k = 0, t = 0; k < count; k++) {
        int end = (long)rows * (k + 1) / count;
        fetch_weights(ahead, row_bytes, bytes, some * k / count, some * (k + 1) / count);
        if (i == 0) fetch_outputs(y, stride, end, end + TALLEST < rows ? end + TALLEST : rows);
        tiles[end - t - 1](panel, x + (long)t * chunks + i, chunks, y + t * stride, stride, mask, i == 0);
        t = end;
      }
    }
  }
}

// Of eight vectors each its largest lane, or the sum of its lanes.
#define ACROSS512(NAME, OF)                                                                                          \
  INLINE512 __m256i NAME(const __m512i v[8]) {                                                                       \
    __m256i t[8];                                                                                                    \
    for (int k = 0; k < 8; k++) t[k] = OF(_mm512_castsi512_si256(v[k]), _mm512_extracti64x4_epi64(v[k], 1));         \
    for (int k = 0; k < 4; k++)                                                                                      \
      t[k] = OF(_mm256_unpacklo_epi32(t[2 * k], t[2 * k + 1]), _mm256_unpackhi_epi32(t[2 * k], t[2 * k + 1]));       \
    for (int k = 0; k < 2; k++)                                                                                      \
      t[k] = OF(_mm256_unpacklo_epi64(t[2 * k], t[2 * k + 1]), _mm256_unpackhi_epi64(t[2 * k], t[2 * k + 1]));       \
    return OF(_mm256_permute2x128_si256(t[0], t[1], 0x20), _mm256_permute2x128_si256(t[0], t[1], 0x31));             \
  }
ACROSS512(most512, _mm256_max_epi32)
ACROSS512(sums512, _mm256_add_epi32)

// x in the form that tiles read.
ISA512 static void digits512(const float *x, int rows, int inputs, Digits *to) {
  const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
  for (long t = 0; t < rows; t++) {
    for (int i = 0; i < inputs; i += CHUNK, to++) {
      __m512 v[16];
      __m512i most[8], q[16];
      for (int k = 0; k < 16; k++) {
        int left = inputs - i - 16 * k;
        __mmask16 mask = left >= 16 ? 0xFFFF : left <= 0 ? 0 : (1 << left) - 1;
        v[k] = _mm512_maskz_loadu_ps(mask, x + t * inputs + i + 16 * k);
      }
      // As integers, so that NaN, like infinity, passes every finite number.
      for (int b = 0; b < 8; b++)
        most[b] = _mm512_max_epi32(_mm512_and_si512(_mm512_castps_si512(v[2 * b]), magnitude),
            _mm512_and_si512(_mm512_castps_si512(v[2 * b + 1]), magnitude));
      __m256 largest = _mm256_castsi256_ps(most512(most)), full = _mm256_set1_ps(32639);
      // Too small for an inverse, and for any sum; and what makes every product with this row NaN.
      __mmask8 seen = _mm256_cmp_ps_mask(largest, _mm256_set1_ps(1e-30f), _CMP_GE_OQ);
      __mmask8 finite = _mm256_cmp_ps_mask(largest, _mm256_set1_ps(__builtin_inff()), _CMP_LT_OQ);
      __m256 scale = _mm256_maskz_div_ps(seen, largest, full);
      scale = _mm256_mask_mov_ps(_mm256_set1_ps(__builtin_nanf("")), finite, scale);
      _Alignas(32) float inverse[8];
      _mm256_store_ps(inverse, _mm256_maskz_div_ps(seen & finite, full, largest));
      for (int k = 0; k < 16; k++)
        q[k] = _mm512_maskz_cvtps_epi32(finite >> k / 2 & 1 ? 0xFFFF : 0, _mm512_mul_ps(v[k], _mm512_set1_ps(inverse[k / 2])));
      for (int b = 0; b < 8; b++) {
        __m512i words = _mm512_castsi256_si512(_mm512_cvtepi32_epi16(q[2 * b]));
        words = _mm512_inserti64x4(words, _mm512_cvtepi32_epi16(q[2 * b + 1]), 1);
        words = _mm512_xor_si512(words, _mm512_set1_epi16(-32768));  // adds 32768
        _mm256_store_si256((__m256i *)to->q[b][0], _mm512_cvtepi16_epi8(_mm512_srli_epi16(words, 8)));
        _mm256_store_si256((__m256i *)to->q[b][1], _mm512_cvtepi16_epi8(words));
      }
      __m512i sum = _mm512_inserti64x4(_mm512_castsi256_si512(sums512(q)), sums512(q + 8), 1);
      __m256i sum2 = _mm512_cvtepi64_epi32(_mm512_add_epi64(sum, _mm512_srli_epi64(sum, 32)));  // of neighbours
      _mm256_store_ps(to->scale, scale);
      _mm256_store_ps(to->sum32, _mm256_mul_ps(_mm256_cvtepi32_ps(sum2), scale));
      _mm512_store_ps(to->sum16, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), doubled(scale)));
    }
  }
}

// 16 weights of a plain type, the first `count` of them.
INLINE512 __m512 floats512(int type, const uint8_t *p, long i, int count) {
  __mmask16 mask = (1u << count) - 1;
  if (type == F32) return _mm512_maskz_loadu_ps(mask, (const float *)p + i);
  __m256i v = _mm256_maskz_loadu_epi16(mask, (const uint16_t *)p + i);
  if (type == F16) return _mm512_cvtph_ps(v);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(v), 16));
}

INLINE512 void few_plain_rows512(const int type, const int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const float *x, float *out, long stride) {
  const size_t bytes = type == F32 ? 4 : 2;
  for (int o = from; o < to; o++) {
    const uint8_t *row = w + o * row_bytes;
    __m512 acc[4][4];
    for (int t = 0; t < T; t++)
      for (int k = 0; k < 4; k++) acc[t][k] = _mm512_setzero_ps();
    int i = 0;
    for (; i + 64 <= inputs; i += 64) {
      for (size_t l = 0; l < 64 * bytes; l += 64) _mm_prefetch((const char *)row + i * bytes + AHEAD + l, _MM_HINT_T0);
#pragma GCC unroll 4
      for (int k = 0; k < 4; k++) {
        __m512 v = floats512(type, row, i + 16 * k, 16);
        for (int t = 0; t < T; t++)
          acc[t][k] = _mm512_fmadd_ps(v, _mm512_loadu_ps(x + (long)t * inputs + i + 16 * k), acc[t][k]);
      }
    }
    for (; i < inputs; i += 16) {
      int count = inputs - i < 16 ? inputs - i : 16;
      __m512 v = floats512(type, row, i, count);
      for (int t = 0; t < T; t++)
        acc[t][0] = _mm512_fmadd_ps(v, _mm512_maskz_loadu_ps((1u << count) - 1, x + (long)t * inputs + i), acc[t][0]);
    }
    for (int t = 0; t < T; t++)
      out[t * stride + o - from] = _mm512_reduce_add_ps(
          _mm512_add_ps(_mm512_add_ps(acc[t][0], acc[t][1]), _mm512_add_ps(acc[t][2], acc[t][3])));
  }
}

INLINE512 void few_plain512(const int type, int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const float *x, float *out, long stride) {
  switch (T) {
    case 1: few_plain_rows512(type, 1, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 2: few_plain_rows512(type, 2, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 3: few_plain_rows512(type, 3, w, row_bytes, inputs, from, to, x, out, stride); return;
    case 4: few_plain_rows512(type, 4, w, row_bytes, inputs, from, to, x, out, stride);
  }
}

// count weights deep, M rows of x with two panels.
INLINE512 void tile_plain512(const int M, const float (*panel)[2][PANEL], int count, const float *x, int inputs,
    float *out, long stride, const __mmask16 *mask, int first) {
  __m512 acc[TALLEST_PLAIN][2];
#pragma GCC unroll 12
  for (int m = 0; m < M; m++)
    for (int n = 0; n < 2; n++)
      acc[m][n] = first ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask[n], out + m * stride + PANEL * n);
  for (int k = 0; k < count; k++) {
    __m512 w[2];
    for (int n = 0; n < 2; n++) w[n] = _mm512_load_ps(panel[k][n]);
#pragma GCC unroll 12
    for (int m = 0; m < M; m++) {
      __m512 v = _mm512_set1_ps(x[(long)m * inputs + k]);
      for (int n = 0; n < 2; n++) acc[m][n] = _mm512_fmadd_ps(v, w[n], acc[m][n]);
    }
  }
#pragma GCC unroll 12
  for (int m = 0; m < M; m++)
    for (int n = 0; n < 2; n++) _mm512_mask_storeu_ps(out + m * stride + PANEL * n, mask[n], acc[m][n]);
}

#define TILE_PLAIN512(M)                                                                                             \
  ISA512 static __attribute__((noinline)) void tile_plain512_##M(const float (*panel)[2][PANEL], int count,          \
      const float *x, int inputs, float *out, long stride, const __mmask16 *mask, int first) {                       \
    tile_plain512(M, panel, count, x, inputs, out, stride, mask, first);                                             \
  }
TILE_PLAIN512(1) TILE_PLAIN512(2) TILE_PLAIN512(3) TILE_PLAIN512(4) TILE_PLAIN512(5) TILE_PLAIN512(6)
TILE_PLAIN512(7) TILE_PLAIN512(8) TILE_PLAIN512(9) TILE_PLAIN512(10) TILE_PLAIN512(11) TILE_PLAIN512(12)

typedef void (*PlainTile)(const float (*)[2][PANEL], int, const float *, int, float *, long, const __mmask16 *, int);

enum { DEPTH = 128 };  // weights of a row in a plain panel

// As many512.
INLINE512 void many_plain512(const int type, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const float *x, int rows, float *out, long stride) {
  static const PlainTile tiles[TALLEST_PLAIN] = {tile_plain512_1, tile_plain512_2, tile_plain512_3, tile_plain512_4,
      tile_plain512_5, tile_plain512_6, tile_plain512_7, tile_plain512_8, tile_plain512_9, tile_plain512_10,
      tile_plain512_11, tile_plain512_12};
  const size_t bytes = type == F32 ? 4 : 2;
  const int tall = (rows + TALLEST_PLAIN - 1) / TALLEST_PLAIN;
  _Alignas(64) float panel[DEPTH][2][PANEL];
  for (int i = 0; i < inputs; i += DEPTH) {
    int count = inputs - i < DEPTH ? inputs - i : DEPTH;
    for (int o = from; o < to; o += 2 * PANEL) {
      __mmask16 mask[2];
      for (int n = 0; n < 2; n++) {
        int outputs = to - o - PANEL * n;
        mask[n] = outputs >= PANEL ? 0xFFFF : outputs > 0 ? (1 << outputs) - 1 : 0;
        for (int k = 0; k < count; k += 16) {
          __m512i r[PANEL];
          int some = count - k < 16 ? count - k : 16;
          for (int l = 0; l < PANEL; l++) {
            int at = o + PANEL * n + l;
            r[l] = _mm512_castps_si512(floats512(type, w + (at < to ? at : to - 1) * row_bytes, i + k, some));
          }
          transpose512(r);
          for (int l = 0; l < some; l++) _mm512_store_si512(panel[k + l][n], r[l]);
        }
      }
      int next = o + 2 * PANEL < to ? o + 2 * PANEL : from, some = to - next < 2 * PANEL ? to - next : 2 * PANEL;
      const uint8_t *ahead = w + next * row_bytes + (long)(next == from ? i + DEPTH : i) * bytes;
      float *y = out + o - from;
      for (int k = 0, t = 0; k < tall; k++) {
        int end = (long)rows * (k + 1) / tall;
        fetch_weights(ahead, row_bytes, DEPTH * bytes, some * k / tall, some * (k + 1) / tall);
        if (i == 0) fetch_outputs(y, stride, end, end + TALLEST_PLAIN < rows ? end + TALLEST_PLAIN : rows);
        tiles[end - t - 1](panel, count, x + (long)t * inputs + i, inputs, y + t * stride, stride, mask, i == 0);
        t = end;
      }
    }
  }
}

// --- AVX2 ----------------------------------------------------------------------------------------------------------
// Its product of bytes saturates, so levels and q are multiplied as 16 bits wide. Levels are unpacked into memory by
// plain loops, which the compiler turns into vectors.

#define ISA2 __attribute__((target("avx2,fma,f16c")))
#define INLINE2 static inline __attribute__((always_inline)) ISA2

// All levels of a chunk.
INLINE2 void levels2(int type, const uint8_t *p, uint8_t *u) {
  static const uint8_t codebook[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};
  const size_t block = chunk_bytes(type) / 8;
#pragma GCC unroll 8
  for (int b = 0; b < 8; b++, u += 32) {
    const uint8_t *q = p + b * block;
    switch (type) {
      case Q8_0:
        for (int i = 0; i < 32; i++) u[i] = q[2 + i] ^ 128;
        break;
      case Q4_0: case Q4_1: case Q5_0: case Q5_1: case IQ4_NL: case IQ4_XS: {
        const uint8_t *n = type == IQ4_XS ? p + 8 + 16 * b : q + block - 16;
        __m128i pairs = _mm_loadu_si128((const __m128i *)n);
        __m256i v = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(pairs, 4), pairs), _mm256_set1_epi8(15));
        if (type == Q5_0 || type == Q5_1) {  // each byte gets the byte with its bit, then only its bit
          __m256i fifth = _mm256_set1_epi32(u32(n - 4)), bit = _mm256_set1_epi64x(0x8040201008040201);
          fifth = _mm256_shuffle_epi8(fifth, _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0));
          fifth = _mm256_cmpeq_epi8(_mm256_and_si256(fifth, bit), bit);
          v = _mm256_or_si256(v, _mm256_and_si256(fifth, _mm256_set1_epi8(16)));
        }
        if (type == IQ4_NL || type == IQ4_XS)
          v = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)codebook)), v);
        _mm256_storeu_si256((__m256i *)u, v);
        break;
      }
      case Q4_K: case Q5_K: {
        const uint8_t *n = p + (type == Q4_K ? 16 : 48) + 32 * (b >> 1);
        for (int i = 0; i < 32; i++) u[i] = (n[i] >> (b & 1) * 4) & 15;
        if (type == Q5_K)
          for (int i = 0; i < 32; i++) u[i] |= ((p[16 + i] >> b) & 1) << 4;
        break;
      }
      case Q6_K: {
        const uint8_t *n = p + (b >> 2) * 64 + (b & 1) * 32, *upper = p + 128 + (b >> 2) * 32;
        for (int i = 0; i < 32; i++)
          u[i] = ((n[i] >> ((b >> 1) & 1) * 4) & 15) | ((upper[i] >> (b & 3) * 2) & 3) << 4;
        break;
      }
      default: {  // Q2_K, Q3_K
        const uint8_t *n = p + (type == Q2_K ? 16 : 32) + (b >> 2) * 32;
        for (int i = 0; i < 32; i++) u[i] = (n[i] >> (b & 3) * 2) & 3;
        if (type == Q3_K)
          for (int i = 0; i < 32; i++) u[i] |= ((p[i] >> b) & 1) << 2;
      }
    }
  }
}

INLINE2 float half1(const uint8_t *p) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(u16(p)))); }

INLINE2 void twice2(uint64_t v, int8_t *to) {
  __m128i bytes = _mm_cvtsi64_si128(v);
  _mm_storeu_si128((__m128i *)to, _mm_unpacklo_epi8(bytes, bytes));
}

INLINE2 void scales2(int type, const uint8_t *p, float *a, float *c) {
  const size_t block = chunk_bytes(type) / 8;
  int8_t s[16], m[16];
  float d = 1, e = 0;  // a = d s, c = -e m or from a
  switch (type) {
    case Q8_0: case IQ4_NL: case Q4_0: case Q5_0: case Q4_1: case Q5_1:
      for (int b = 0; b < 8; b++) {
        const uint8_t *q = p + b * block;
        a[2 * b] = a[2 * b + 1] = half1(q);
        c[2 * b] = c[2 * b + 1] = lowest(type) ? lowest(type) * a[2 * b] : half1(q + 2);
      }
      return;
    case Q4_K: case Q5_K: {
      uint64_t scales, minima;
      six_bits(p + 4, &scales, &minima);
      twice2(scales, s);
      twice2(minima, m);
      d = half1(p);
      e = half1(p + 2);
      break;
    }
    case Q2_K:
      for (int k = 0; k < 16; k++) s[k] = p[k] & 15, m[k] = p[k] >> 4;
      d = half1(p + 80);
      e = half1(p + 82);
      break;
    case Q6_K:
      memcpy(s, p + 192, 16);
      d = half1(p + 208);
      break;
    case Q3_K: {
      uint64_t scales[2];
      third_bits(p + 96, scales);
      memcpy(s, scales, 16);
      for (int k = 0; k < 16; k++) s[k] -= 32;
      d = half1(p + 108);
      break;
    }
    default:  // IQ4_XS
      for (int b = 0; b < 8; b++)
        s[2 * b] = s[2 * b + 1] = ((u32(p + 4) >> 4 * b & 15) | (u16(p + 2) >> 2 * b & 3) << 4) - 32;
      d = half1(p);
  }
  for (int k = 0; k < 16; k++) {
    a[k] = d * s[k];
    c[k] = lowest(type) ? lowest(type) * a[k] : -e * m[k];
  }
}

ISA2 static void numbers2(const float *x, int rows, int inputs, Numbers *to) {
  for (long t = 0; t < rows; t++) {
    for (int i = 0; i < inputs; i += CHUNK, to++) {
      for (int b = 0; b < 8; b++) {
        float v[32] = {0};
        int left = inputs - i - 32 * b, most = 0;
        if (left > 0) memcpy(v, x + t * inputs + i + 32 * b, (left < 32 ? left : 32) * sizeof(float));
        int32_t bits[32];
        memcpy(bits, v, sizeof v);
        for (int k = 0; k < 32; k++) most = (bits[k] & 0x7FFFFFFF) > most ? bits[k] & 0x7FFFFFFF : most;
        float largest;
        memcpy(&largest, &most, 4);
        int finite = most < 0x7F800000, seen = finite && largest >= 1e-30f;
        float scale = !finite ? __builtin_nanf("") : seen ? largest / 32639 : 0, inverse = seen ? 32639 / largest : 0;
        int sums[2] = {0, 0};
        for (int k = 0; k < 32; k++) {
          int q = finite ? _mm_cvtss_si32(_mm_set_ss(v[k] * inverse)) : 0;
          to->q[32 * b + k] = q;
          sums[k / 16] += q;
        }
        for (int k = 0; k < 2; k++) {
          to->scale[2 * b + k] = scale;
          to->sum[2 * b + k] = sums[k];
          to->sum32[2 * b + k] = sums[0] + sums[1];
        }
      }
    }
  }
}

INLINE2 float sum8(__m256 v) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

// As few512.
INLINE2 void few2(const int type, int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const Numbers *x, float *out, long stride) {
  int chunks = (inputs + CHUNK - 1) / CHUNK;
  for (int o = from; o < to; o++) {
    __m256 acc[4];
    for (int t = 0; t < T; t++) acc[t] = _mm256_setzero_ps();
    for (int i = 0; i < chunks; i++) {
      uint8_t spare[MOST_CHUNK_BYTES];
      const uint8_t *p = chunk_of(type, w + o * row_bytes, inputs, i, spare);
      for (size_t l = 0; l < chunk_bytes(type); l += 64) _mm_prefetch((const char *)p + AHEAD + l, _MM_HINT_T0);
      _Alignas(32) uint8_t u[CHUNK];
      _Alignas(32) float a[16], c[16], s[16];
      levels2(type, p, u);
      scales2(type, p, a, c);
      for (int t = 0; t < T; t++) {
        const Numbers *v = x + (long)t * chunks + i;
        for (int k = 0; k < 16; k += 8) {
          __m256 scale = _mm256_load_ps(v->scale + k);
          _mm256_store_ps(s + k, _mm256_mul_ps(_mm256_load_ps(a + k), scale));
          acc[t] = _mm256_fmadd_ps(_mm256_mul_ps(_mm256_load_ps(c + k), scale), _mm256_load_ps(v->sum + k), acc[t]);
        }
        for (int k = 0; k < 16; k++) {
          __m256i level = _mm256_cvtepu8_epi16(_mm_load_si128((const __m128i *)(u + 16 * k)));
          __m256i sum = _mm256_madd_epi16(level, _mm256_load_si256((const __m256i *)(v->q + 16 * k)));
          acc[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), _mm256_broadcast_ss(s + k), acc[t]);
        }
      }
    }
    for (int t = 0; t < T; t++) out[t * stride + o - from] = sum8(acc[t]);
  }
}

// As Panel, 16 bits wide.
typedef struct {
  int16_t level[CHUNK / 2][PANEL][2];
  float a[16][PANEL];
  float c[16][PANEL];
} WidePanel;

// As tile512, M rows with one panel; adds to `sum`, 16 floats a row.
INLINE2 void tile2(const int group, const int M, const WidePanel *panel, const Numbers *x, int chunks, float (*sums)[PANEL]) {
  for (int b = 0; b < CHUNK / group; b++) {
    __m256i sum[4][2];
    for (int m = 0; m < M; m++) sum[m][0] = sum[m][1] = _mm256_setzero_si256();
    for (int g = b * group / 2; g < (b + 1) * group / 2; g++) {
      __m256i w0 = _mm256_load_si256((const __m256i *)panel->level[g]);
      __m256i w1 = _mm256_load_si256((const __m256i *)panel->level[g][8]);
#pragma GCC unroll 4
      for (int m = 0; m < M; m++) {
        __m256i two = _mm256_set1_epi32(*(const int *)(x[(long)m * chunks].q + 2 * g));
        sum[m][0] = _mm256_add_epi32(sum[m][0], _mm256_madd_epi16(w0, two));
        sum[m][1] = _mm256_add_epi32(sum[m][1], _mm256_madd_epi16(w1, two));
      }
    }
    int at = b * group / 16;
    for (int m = 0; m < M; m++) {
      const Numbers *v = x + (long)m * chunks;
      for (int n = 0; n < 2; n++) {
        __m256 part = _mm256_mul_ps(_mm256_load_ps(panel->c[at] + 8 * n),
            _mm256_broadcast_ss(group == 32 ? v->sum32 + at : v->sum + at));
        part = _mm256_fmadd_ps(_mm256_load_ps(panel->a[at] + 8 * n), _mm256_cvtepi32_ps(sum[m][n]), part);
        part = _mm256_fmadd_ps(part, _mm256_broadcast_ss(v->scale + at), _mm256_loadu_ps(sums[m] + 8 * n));
        _mm256_storeu_ps(sums[m] + 8 * n, part);
      }
    }
  }
}

// Moves between out, which may have fewer than 16 columns left, and a tile's sums.
INLINE2 void read2(int M, int outputs, const float *out, long stride, int first, float (*sums)[PANEL]) {
  memset(sums, 0, M * sizeof *sums);
  if (!first)
    for (int m = 0; m < M; m++) memcpy(sums[m], out + m * stride, outputs * sizeof(float));
}
INLINE2 void write2(int M, int outputs, float *out, long stride, float (*sums)[PANEL]) {
  for (int m = 0; m < M; m++) memcpy(out + m * stride, sums[m], outputs * sizeof(float));
}

INLINE2 void many2(const int type, const uint8_t *w, size_t row_bytes, int inputs, int from, int to, const Numbers *x,
    int rows, float *out, long stride) {
  int chunks = (inputs + CHUNK - 1) / CHUNK;
  _Alignas(32) WidePanel panel;
  for (int i = 0; i < chunks; i++) {
    for (int o = from; o < to; o += PANEL) {
      int outputs = to - o < PANEL ? to - o : PANEL;
      for (int k = 0; k < PANEL; k++) {
        uint8_t u[CHUNK], spare[MOST_CHUNK_BYTES];
        float a[16], c[16];
        const uint8_t *row = w + (o + (k < outputs ? k : outputs - 1)) * row_bytes;
        const uint8_t *p = chunk_of(type, row, inputs, i, spare);
        levels2(type, p, u);
        scales2(type, p, a, c);
        for (int g = 0; g < CHUNK / 2; g++) panel.level[g][k][0] = u[2 * g], panel.level[g][k][1] = u[2 * g + 1];
        for (int g = 0; g < 16; g++) panel.a[g][k] = a[g], panel.c[g][k] = c[g];
      }
      for (int t = 0; t < rows; t += 4) {
        float sums[4][PANEL];
        int M = rows - t < 4 ? rows - t : 4;
        const Numbers *v = x + (long)t * chunks + i;
        float *y = out + t * stride + o - from;
        read2(M, outputs, y, stride, i == 0, sums);
        if (M == 4) tile2(group(type), 4, &panel, v, chunks, sums);
        else for (int m = 0; m < M; m++) tile2(group(type), 1, &panel, v + (long)m * chunks, chunks, sums + m);
        write2(M, outputs, y, stride, sums);
      }
    }
  }
}

// Up to 256 weights of a plain type as floats.
INLINE2 void floats2(int type, const uint8_t *p, int count, float *to) {
  if (type == F32) {
    memcpy(to, p, count * sizeof(float));
  } else if (type == BF16) {
    for (int i = 0; i < count; i++) ((uint32_t *)to)[i] = (uint32_t)u16(p + 2 * i) << 16;
  } else {
    int i = 0;
    for (; i + 8 <= count; i += 8) _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 2 * i))));
    for (; i < count; i++) to[i] = half1(p + 2 * i);
  }
}

INLINE2 void few_plain2(const int type, int T, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,
    const float *x, float *out, long stride) {
  const size_t bytes = type == F32 ? 4 : 2;
  for (int o = from; o < to; o++) {
    __m256 acc[4][2];
    float rest[4] = {0, 0, 0, 0};
    for (int t = 0; t < T; t++) acc[t][0] = acc[t][1] = _mm256_setzero_ps();
    for (int i = 0; i < inputs; i += CHUNK) {
      _Alignas(32) float v[CHUNK];
      int count = inputs - i < CHUNK ? inputs - i : CHUNK;
      floats2(type, w + o * row_bytes + i * bytes, count, v);
      for (int t = 0; t < T; t++) {
        const float *xt = x + (long)t * inputs + i;
        int k = 0;
        for (; k + 16 <= count; k += 16) {
          acc[t][0] = _mm256_fmadd_ps(_mm256_load_ps(v + k), _mm256_loadu_ps(xt + k), acc[t][0]);
          acc[t][1] = _mm256_fmadd_ps(_mm256_load_ps(v + k + 8), _mm256_loadu_ps(xt + k + 8), acc[t][1]);
        }
        for (; k < count; k++) rest[t] += v[k] * xt[k];
      }
    }
    for (int t = 0; t < T; t++) out[t * stride + o - from] = sum8(_mm256_add_ps(acc[t][0], acc[t][1])) + rest[t];
  }
}

INLINE2 void many_plain2(const int type, const uint8_t *w, size_t row_bytes, int inputs, int from, int to, const float *x,
    int rows, float *out, long stride) {
  const size_t bytes = type == F32 ? 4 : 2;
  _Alignas(32) float panel[CHUNK][PANEL];
  for (int i = 0; i < inputs; i += CHUNK) {
    int count = inputs - i < CHUNK ? inputs - i : CHUNK;
    for (int o = from; o < to; o += PANEL) {
      int outputs = to - o < PANEL ? to - o : PANEL;
      for (int l = 0; l < PANEL; l++) {
        float v[CHUNK];
        floats2(type, w + (o + (l < outputs ? l : outputs - 1)) * row_bytes + i * bytes, count, v);
        for (int k = 0; k < count; k++) panel[k][l] = v[k];
      }
      for (int t = 0; t < rows; t += 4) {
        float sums[4][PANEL];
        int M = rows - t < 4 ? rows - t : 4;
        float *y = out + t * stride + o - from;
        read2(M, outputs, y, stride, i == 0, sums);
        const float *v[4];  // a row stands in for those that are missing
        __m256 acc[4][2];
        for (int m = 0; m < 4; m++) {
          v[m] = x + (long)(t + (m < M ? m : M - 1)) * inputs + i;
          acc[m][0] = _mm256_loadu_ps(sums[m < M ? m : 0]);
          acc[m][1] = _mm256_loadu_ps(sums[m < M ? m : 0] + 8);
        }
        for (int k = 0; k < count; k++) {
          __m256 w0 = _mm256_load_ps(panel[k]), w1 = _mm256_load_ps(panel[k] + 8);
#pragma GCC unroll 4
          for (int m = 0; m < 4; m++) {
            __m256 xk = _mm256_broadcast_ss(v[m] + k);
            acc[m][0] = _mm256_fmadd_ps(xk, w0, acc[m][0]);
            acc[m][1] = _mm256_fmadd_ps(xk, w1, acc[m][1]);
          }
        }
        for (int m = 0; m < 4; m++) {
          _mm256_storeu_ps(sums[m], acc[m][0]);
          _mm256_storeu_ps(sums[m] + 8, acc[m][1]);
        }
        write2(M, outputs, y, stride, sums);
      }
    }
  }
}

// --- Row by row ----------------------------------------------------------------------------------------------------
// What stands between the products when few rows are computed. Java has all of it too, but its compiler is at work on
// those loops for the first seconds. Written once, in vectors of 16 numbers, which the compiler cuts to a level's own.

enum { LANES = 16, POSITIONS = 32, MOST_HEAD = 256, MOST_SHARERS = 16, BEFORE = 2 };

#define INLINE static inline __attribute__((always_inline))
typedef float V __attribute__((vector_size(4 * LANES)));
typedef int32_t I __attribute__((vector_size(4 * LANES)));
typedef float V8 __attribute__((vector_size(2 * LANES)));
typedef double D8 __attribute__((vector_size(4 * LANES)));
#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (I){__VA_ARGS__})
#endif

// Up to LANES numbers, zeros behind them.
INLINE V load(const float *p, int count) {
  V v = {0};
  if (count >= LANES) memcpy(&v, p, sizeof v);
  else memcpy(&v, p, count * sizeof(float));
  return v;
}
INLINE void store(V v, float *p, int count) {
  if (count >= LANES) memcpy(p, &v, sizeof v);
  else memcpy(p, &v, count * sizeof(float));
}
INLINE V all(float x) { return x - (V){0}; }
INLINE V choose(I mask, V yes, V no) { return (V)((mask & (I)yes) | (~mask & (I)no)); }
INLINE float sum(V v) {
  v += SHUFFLE(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  v += SHUFFLE(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  v += SHUFFLE(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return v[0] + v[1];
}
// The sums of four vectors.
INLINE void sums(const V v[4], float to[4]) {
  V a = SHUFFLE(v[0], v[1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
      SHUFFLE(v[0], v[1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  V b = SHUFFLE(v[2], v[3], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
      SHUFFLE(v[2], v[3], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  V c = SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
      SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  c += SHUFFLE(c, c, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  for (int k = 0; k < 4; k++) to[k] = c[4 * k] + c[4 * k + 1];
}

// exp(x) for x up to 0, as Exponential.java does it; 0 from -88 down, NaN stays NaN.
INLINE V exp_negative(V x) {
  x = choose(x < -88.0f, all(-88.0f), x);
  V shifted = x * 1.442695f + (0x1.8p23f + 127);  // the nearest whole number and 127 in the low bits
  V n = shifted - (0x1.8p23f + 127);
  V r = x - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  V e = r * (1 / 5040.0f) + 1 / 720.0f;
  e = e * r + 1 / 120.0f;
  e = e * r + 1 / 24.0f;
  e = e * r + 1 / 6.0f;
  e = e * r + 0.5f;
  e = e * r + 1.0f;
  e = e * r + 1.0f;
  return e * (V)((I)shifted << 23);
}

// out = w x / sqrt(mean(x^2) + epsilon), the mean in float64.
INLINE void norm(const float *x, const float *w, float epsilon, float *out, int rows, int width) {
  for (int t = 0; t < rows; t++, x += width, out += width) {
    D8 squares[2] = {{0}, {0}};
    for (int i = 0; i < width; i += LANES) {
      V v = load(x + i, width - i);
      for (int k = 0; k < 2; k++) {
        V8 half;
        memcpy(&half, (float *)&v + 8 * k, sizeof half);
        D8 wide = __builtin_convertvector(half, D8);
        squares[k] += wide * wide;
      }
    }
    double all = 0;
    for (int l = 0; l < 8; l++) all += squares[0][l] + squares[1][l];
    __m128d mean = _mm_set_sd(all / width + epsilon);
    float factor = 1 / _mm_cvtsd_f64(_mm_sqrt_sd(mean, mean));
    for (int i = 0; i < width; i += LANES) store(load(x + i, width - i) * factor * load(w + i, width - i), out + i, width - i);
  }
}

// gate = silu(gate) up; a row of gate every `stride` numbers.
INLINE void swiglu(float *gate, int64_t stride, const float *up, int rows, int width) {
  for (int t = 0; t < rows; t++, gate += stride, up += width)
    for (int i = 0; i < width; i += LANES) {
      V z = load(gate + i, width - i);
      V e = exp_negative((V)((I)z | (I)all(-0.0f)));
      // for negative z in a form whose exponential cannot become infinite
      store(choose(z < 0.0f, z * e, z) / (e + 1) * load(up + i, width - i), gate + i, width - i);
    }
}

INLINE void add(float *x, float scale, const float *y, int64_t count) {
  for (int64_t i = 0; i < count; i++) x[i] += scale * y[i];
}

// Pairs of numbers, `step` from one to the next and `distance` apart, turned by angles [T, half, 2].
INLINE void rotate(float *x, const float *angles, int rows, int width, int half, int step, int distance) {
  for (int t = 0; t < rows; t++, x += width, angles += 2 * half)
    for (float *head = x; head < x + width; head += 2 * half)
      for (int i = 0; i < half; i++) {
        float cos = angles[2 * i], sin = angles[2 * i + 1], *p = head + i * step, a = p[0], b = p[distance];
        p[0] = a * cos - b * sin;
        p[distance] = b * cos + a * sin;
      }
}

// Rows of a cache that lie one behind the other.
typedef struct {
  const uint8_t *keys, *values;
  int64_t count;
} Run;

// Numbers `first` to `first + d` of a row, and zeros up to a whole vector.
INLINE2 void cached(const int type, const uint8_t *row, int first, int d, float *to) {
  if (type == F32) {
    for (int i = 0; i < d; i += LANES) store(load((const float *)row + first + i, d - i), to + i, LANES);
    return;
  }
  if (type == F16) {
    floats2(F16, row + first * 2, d, to);
  } else {  // Q8_0
    for (int i = first; i < first + d;) {
      const uint8_t *block = row + i / 32 * 34;
      float scale = half1(block);
      int end = (i / 32 + 1) * 32 < first + d ? (i / 32 + 1) * 32 : first + d;
      const int8_t *q = (const int8_t *)block + 2 + i % 32;
      for (int k = 0; k < end - i; k++) to[i - first + k] = scale * q[k];
      i = end;
    }
  }
  for (int i = d; i % LANES; i++) to[i] = 0;
}

// Of `count` positions from `skip` in `run` on, one head's keys or values.
INLINE2 void tile(const int type, const Run *run, int64_t skip, int values, size_t row_bytes, int count, int first, int d,
    int stride, float *to) {
  for (int j = 0; j < count; j++, skip++, to += stride) {
    if (skip == run->count) run++, skip = 0;
    cached(type, (values ? run->values : run->keys) + skip * row_bytes, first, d, to);
  }
}

// One row's heads over all positions of the runs. Of each head, q has d numbers; `state` receives the largest score, the
// sum of the weights with respect to it, and d sums of values, each times its weight.
INLINE2 void attend(const int type, const Run *run, size_t row_bytes, int count, int heads, int sharers, int d,
    const float *q, float scale, float *state) {
  _Alignas(64) float rows[POSITIONS][MOST_HEAD];
  _Alignas(64) float scores[MOST_SHARERS][POSITIONS];
  for (int h = 0; h < heads * sharers; h++) {
    memset(state + h * (d + BEFORE), 0, (d + BEFORE) * sizeof(float));
    state[h * (d + BEFORE)] = -__FLT_MAX__;
  }
  int64_t skip = 0;
  for (int start = 0; start < count; start += POSITIONS) {
    int n = count - start < POSITIONS ? count - start : POSITIONS;
    while (skip >= run->count) skip -= run++->count;
    for (int g = 0; g < heads; g++) {
      const float *query = q + g * sharers * d;
      float *sharer = state + g * sharers * (d + BEFORE);
      tile(type, run, skip, 0, row_bytes, n, g * d, d, MOST_HEAD, rows[0]);
      for (int s = 0; s < sharers; s++, sharer += d + BEFORE) {
        for (int j = 0; j < n; j += 4) {  // rows behind the last hold something, and count nothing
          V dots[4] = {{0}, {0}, {0}, {0}};
          for (int i = 0; i < d; i += LANES) {
            V x = load(query + s * d + i, d - i);
            for (int k = 0; k < 4; k++) dots[k] += x * load(rows[j + k] + i, LANES);
          }
          sums(dots, scores[s] + j);
        }
        float before = sharer[0], largest = before;
        for (int j = 0; j < n; j++) {
          scores[s][j] *= scale;
          largest = scores[s][j] > largest ? scores[s][j] : largest;
        }
        for (int j = n; j < POSITIONS; j++) scores[s][j] = -__builtin_inff();
        float added = 0;
        for (int j = 0; j < POSITIONS; j += LANES) {
          V e = exp_negative(load(scores[s] + j, LANES) - largest);
          store(e, scores[s] + j, LANES);
          added += sum(e);
        }
        float correction = exp_negative(all(before - largest))[0];
        sharer[0] = largest;
        sharer[1] = sharer[1] * correction + added;
        for (int i = BEFORE; i < d + BEFORE; i++) sharer[i] *= correction;
      }
      tile(type, run, skip, 1, row_bytes, n, g * d, d, MOST_HEAD, rows[0]);
      sharer = state + g * sharers * (d + BEFORE) + BEFORE;
      for (int s = 0; s < sharers; s++, sharer += d + BEFORE)
        for (int i = 0; i < d; i += LANES) {
          V even = load(sharer + i, d - i), odd = {0};
          int j = 0;
          for (; j + 2 <= n; j += 2) {
            even += scores[s][j] * load(rows[j] + i, LANES);
            odd += scores[s][j + 1] * load(rows[j + 1] + i, LANES);
          }
          if (j < n) even += scores[s][j] * load(rows[j] + i, LANES);
          store(even + odd, sharer + i, d - i);
        }
    }
    skip += n;
  }
}

// What several spans of positions came to, put together: of each head d numbers. Uses up the states.
INLINE void merge(float *states, int spans, int heads, int d, float *out) {
  int64_t span = (int64_t)heads * (d + BEFORE);
  for (int h = 0; h < heads; h++, out += d) {
    float *first = states + h * (d + BEFORE), largest = first[0], weights = 0;
    for (int s = 1; s < spans; s++) largest = first[s * span] > largest ? first[s * span] : largest;
    for (int s = 0; s < spans; s++) {
      float *state = first + s * span, share = exp_negative(all(state[0] - largest))[0];
      weights += share * state[1];
      for (int i = 0; i < d; i++) out[i] = (s ? out[i] : 0) + share * state[BEFORE + i];
    }
    for (int i = 0; i < d; i++) out[i] /= weights;
  }
}

// --- Attention of many rows ----------------------------------------------------------------------------------------
// As TileAttention.java has it: queries that share a key/value head are numbered row * sharers + head, LINED of them are
// a panel's lanes, and lanes never meet: softmax needs no step across a vector. For AVX-512 alone: with half the registers
// of half the size compilers make less of it than Java's does of TileAttention.

enum { LINES = 4, LINED = LINES * LANES, KEYS = 64, STEP = 4 };

// Some rows of queries over a session's cache, as NativeQueryPanels.java writes it. Strides are in bytes.
typedef struct {
  const uint8_t *query;
  uint8_t *out;
  int64_t query_stride, out_stride, row_bytes, type, heads, sharers, d, rows, position, window;
  int64_t start;  // the position where the first run begins
  Run runs[];
} Call;

// What a panel needs besides, each at a multiple of 64; w is d rounded up to LANES.
typedef struct {
  float *queries;   // [w, LINED]
  float *cached;    // [KEYS, w]
  float *scores;    // [KEYS, LINED]
  float *out;       // [w, LINED]
  float *largest;   // [LINED]
  float *weights;   // [LINED], their sums
  float *shrink;    // [LINED], what earlier sums are to be multiplied with
} Lanes;

INLINE int padded(int d) { return (d + LANES - 1) / LANES * LANES; }

// Sixteen vectors: number j of vector i against number i of vector j.
#define STAGE(S, FIRST, SECOND)                            \
  for (int i = 0; i < LANES; i++)                          \
    if (!(i & S)) {                                        \
      V a = v[i], b = v[i + S];                            \
      v[i] = SHUFFLE(a, b, FIRST);                         \
      v[i + S] = SHUFFLE(a, b, SECOND);                    \
    }
#define LOW8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define LOW4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
INLINE void transpose(V v[LANES]) {
  STAGE(8, LOW8, HIGH8)
  STAGE(4, LOW4, HIGH4)
  STAGE(2, LOW2, HIGH2)
  STAGE(1, LOW1, HIGH1)
}

// out[r] = sum over i of left[r][i] right[i], for STEP rows; a number of left every `next_row` and `next`,
// right and out [.., LINED]. With `shrink` it is added to out[r], multiplied with that.
INLINE void lined(const float *left, int next_row, int next, const float *right, int n, const float *shrink, float *out) {
  V sum[STEP][LINES];
  for (int r = 0; r < STEP; r++)
    for (int l = 0; l < LINES; l++)
      sum[r][l] = shrink ? load(out + r * LINED + l * LANES, LANES) * load(shrink + l * LANES, LANES) : (V){0};
  for (int i = 0; i < n; i++, left += next, right += LINED)
    for (int r = 0; r < STEP; r++)
      for (int l = 0; l < LINES; l++) sum[r][l] += left[r * next_row] * load(right + l * LANES, LANES);
  for (int r = 0; r < STEP; r++)
    for (int l = 0; l < LINES; l++) store(sum[r][l], out + r * LINED + l * LANES, LANES);
}

// Lanes whose queries stand before a position.
INLINE int lanes_before(const Call *call, int64_t first, int64_t position) {
  int64_t lanes = (position - call->position) * call->sharers - first;
  return lanes < 0 ? 0 : lanes > LINED ? LINED : lanes;
}

// Where a lane's query lies among rows of a stride.
INLINE int64_t place(const Call *call, int group, int64_t query, int64_t stride) {
  return query / call->sharers * stride + (group * call->sharers + query % call->sharers) * call->d * sizeof(float);
}

// The scores of n keys become weights with respect to the largest score so far.
INLINE void weigh(const Lanes *lanes, int n) {
  V before[LINES], largest[LINES], sum[LINES];
  for (int l = 0; l < LINES; l++) {
    before[l] = largest[l] = load(lanes->largest + l * LANES, LANES);
    sum[l] = (V){0};
  }
  for (int j = 0; j < n; j++)
    for (int l = 0; l < LINES; l++) {
      V score = load(lanes->scores + j * LINED + l * LANES, LANES);
      largest[l] = choose(score > largest[l], score, largest[l]);
    }
  for (int l = 0; l < LINES; l++)
    for (int j = 0; j < n; j++) {
      V e = exp_negative(load(lanes->scores + j * LINED + l * LANES, LANES) - largest[l]);
      store(e, lanes->scores + j * LINED + l * LANES, LANES);
      sum[l] += e;
    }
  for (int l = 0; l < LINES; l++) {
    V shrink = exp_negative(before[l] - largest[l]);
    store(largest[l], lanes->largest + l * LANES, LANES);
    store(shrink, lanes->shrink + l * LANES, LANES);
    store(load(lanes->weights + l * LANES, LANES) * shrink + sum[l], lanes->weights + l * LANES, LANES);
  }
}

// Asks for STEP rows of a cache that are needed soon; rows of one head lie a whole row apart, which no processor foresees.
INLINE void fetch(const uint8_t *rows, size_t row_bytes, size_t bytes) {
  for (int r = 0; r < STEP; r++, rows += row_bytes)
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(rows + at, 0, 2);
}

// One panel: the queries from `first` on that share key/value head `group`.
INLINE512 void panel(const int type, const Call *call, int group, int64_t first, const Lanes *lanes) {
  const int d = call->d, w = padded(d), sharers = call->sharers;
  const size_t bytes = call->row_bytes / call->heads;  // of one head in a row
  const int64_t left = call->rows * sharers - first, count = left < LINED ? left : LINED;
  const float scale = 1 / _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(d)));
  V block[LANES];
  for (int l = 0; l < LINED; l += LANES)
    for (int i = 0; i < w; i += LANES) {
      for (int k = 0; k < LANES; k++) {
        const uint8_t *query = call->query + place(call, group, first + l + k, call->query_stride);
        block[k] = l + k < count ? load((const float *)query + i, d - i) * scale : (V){0};
      }
      transpose(block);
      for (int k = 0; k < LANES; k++) store(block[k], lanes->queries + (i + k) * LINED + l, LANES);
    }
  memset(lanes->out, 0, w * LINED * sizeof(float));
  memset(lanes->weights, 0, LINED * sizeof(float));
  for (int l = 0; l < LINED; l++) lanes->largest[l] = -__FLT_MAX__;

  const int64_t low = call->position + first / sharers, high = call->position + (first + count - 1) / sharers;
  // Tiles begin at multiples of their size, whatever the panel: sums are added in one order.
  int64_t from = low - call->window + 1 > 0 ? (low - call->window + 1) / KEYS * KEYS : 0;
  const Run *run = call->runs;
  int64_t skip = from - call->start;
  for (; from <= high; from += KEYS, skip += KEYS) {
    const int n = high + 1 - from < KEYS ? high + 1 - from : KEYS;
    while (skip >= run->count) skip -= run++->count;
    tile(type, run, skip, 0, call->row_bytes, n, group * d, d, w, lanes->cached);
    for (int j = 0; j < n; j += STEP) {
      fetch(run->values + (skip + j) * call->row_bytes + group * bytes, call->row_bytes, bytes);
      lined(lanes->cached + j * w, w, 1, lanes->queries, d, NULL, lanes->scores + j * LINED);
    }
    if (from + n - 1 > low || from < high - call->window + 1)
      for (int j = 0; j < n; j++) {  // keys that come after a query or have left its window
        int early = lanes_before(call, first, from + j), late = lanes_before(call, first, from + j + call->window);
        for (int l = 0; l < LINED; l++)
          if (l < early || l >= late) lanes->scores[j * LINED + l] = -__builtin_inff();
      }
    weigh(lanes, n);
    tile(type, run, skip, 1, call->row_bytes, n, group * d, d, w, lanes->cached);
    for (int i = 0; i < d; i += STEP) {
      lined(lanes->cached + i, 1, w, lanes->scores, n, lanes->shrink, lanes->out + i * LINED);
    }
  }

  for (int l = 0; l < count; l += LANES)
    for (int i = 0; i < w; i += LANES) {
      for (int k = 0; k < LANES; k++) block[k] = load(lanes->out + (i + k) * LINED + l, LANES) / load(lanes->weights + l, LANES);
      transpose(block);
      for (int k = 0; k < LANES && l + k < count; k++)
        store(block[k], (float *)(call->out + place(call, group, first + l + k, call->out_stride)) + i, d - i);
    }
}

// --- One function a level ------------------------------------------------------------------------------------------

// How rows are computed is for the caller to say, so that a row's result does not depend on how many there are. Steps are
// taken four at a time, which is as many as registers hold; a few rows of weights stay in the cache for the next four.
#define DEFINE(LEVEL, FEW, MANY, X, PER_ROW, TYPE)                                                                   \
  ISA##LEVEL static void products##LEVEL##_##TYPE(int steps, const uint8_t *w, size_t row_bytes, int inputs,         \
      int from, int to, const void *x, int rows, float *out, long stride) {                                          \
    if (!steps) {                                                                                                    \
      MANY##LEVEL(TYPE, w, row_bytes, inputs, from, to, x, rows, out, stride);                                       \
      return;                                                                                                        \
    }                                                                                                                \
    int block = rows <= MOST_FEW ? to - from : 8;                                                                    \
    for (int o = from; o < to; o += block)                                                                           \
      for (int t = 0; t < rows; t += MOST_FEW)                                                                       \
        FEW##LEVEL(TYPE, rows - t < MOST_FEW ? rows - t : MOST_FEW, w, row_bytes, inputs, o,                         \
            to - o < block ? to : o + block, (const X *)x + (long)t * (PER_ROW), out + t * stride + o - from, stride); \
  }
#define CASE(LEVEL, TYPE) \
  case TYPE: products##LEVEL##_##TYPE(steps, w, row_bytes, inputs, from, to, x, rows, out, stride); return;
#define EACH_QUANTISED(DO, ...)                                                                                      \
  DO(__VA_ARGS__, Q8_0) DO(__VA_ARGS__, Q4_0) DO(__VA_ARGS__, Q4_1) DO(__VA_ARGS__, Q5_0) DO(__VA_ARGS__, Q5_1)      \
  DO(__VA_ARGS__, IQ4_NL) DO(__VA_ARGS__, Q2_K) DO(__VA_ARGS__, Q3_K) DO(__VA_ARGS__, Q4_K) DO(__VA_ARGS__, Q5_K)    \
  DO(__VA_ARGS__, Q6_K) DO(__VA_ARGS__, IQ4_XS)
#define EACH_PLAIN(DO, ...) DO(__VA_ARGS__, F32) DO(__VA_ARGS__, F16) DO(__VA_ARGS__, BF16)
#define LEVEL(L)                                                                                                     \
  EACH_QUANTISED(DEFINE, L, few, many, Numbers, (inputs + CHUNK - 1) / CHUNK)                                        \
  EACH_PLAIN(DEFINE, L, few_plain, many_plain, float, inputs)                                                        \
  static void products##L(int steps, int type, const uint8_t *w, size_t row_bytes, int inputs, int from, int to,     \
      const void *x, int rows, float *out, long stride) {                                                            \
    switch (type) { EACH_QUANTISED(CASE, L) EACH_PLAIN(CASE, L) }                                                    \
  }
LEVEL(512)
LEVEL(2)

#define ROWS(L)                                                                                                      \
  ISA##L static void norm##L(const float *x, const float *w, float epsilon, float *out, int rows, int width) {       \
    norm(x, w, epsilon, out, rows, width);                                                                           \
  }                                                                                                                  \
  ISA##L static void swiglu##L(float *gate, int64_t stride, const float *up, int rows, int width) {                  \
    swiglu(gate, stride, up, rows, width);                                                                           \
  }                                                                                                                  \
  ISA##L static void add##L(float *x, float scale, const float *y, int64_t count) { add(x, scale, y, count); }       \
  ISA##L static void rotate##L(float *x, const float *angles, int rows, int width, int half, int step, int apart) {  \
    rotate(x, angles, rows, width, half, step, apart);                                                               \
  }                                                                                                                  \
  ISA##L static void attend##L(int type, const Run *run, size_t row_bytes, int count, int heads, int sharers, int d, \
      const float *q, float scale, float *state) {                                                                   \
    switch (type) {                                                                                                  \
      case F32: attend(F32, run, row_bytes, count, heads, sharers, d, q, scale, state); return;                      \
      case F16: attend(F16, run, row_bytes, count, heads, sharers, d, q, scale, state); return;                      \
      case Q8_0: attend(Q8_0, run, row_bytes, count, heads, sharers, d, q, scale, state);                            \
    }                                                                                                                \
  }                                                                                                                  \
  ISA##L static void merge##L(float *states, int spans, int heads, int d, float *out) {                              \
    merge(states, spans, heads, d, out);                                                                             \
  }
ROWS(512)
ROWS(2)

ISA512 static void panel512(const Call *call, int group, int64_t first, const Lanes *lanes) {
  switch (call->type) {
    case F32: panel(F32, call, group, first, lanes); return;
    case F16: panel(F16, call, group, first, lanes); return;
    case Q8_0: panel(Q8_0, call, group, first, lanes);
  }
}

// What works here, up to `most`: NOTHING, where Java has to do.
EXPORT int sirocco_level(int most) {
  __builtin_cpu_init();
#define HAS(FEATURE) __builtin_cpu_supports(FEATURE)
  if (most < AVX2 || !HAS("avx2") || !HAS("fma") || !HAS("f16c")) return NOTHING;
  int wide = HAS("avx512f") && HAS("avx512bw") && HAS("avx512vl") && HAS("avx512dq") && HAS("avx512vnni") && HAS("bmi2");
  return most < AVX512 || !wide ? AVX2 : AVX512;
}

// Bytes that sirocco_prepare fills.
EXPORT int64_t sirocco_prepared_bytes(int32_t level, int32_t steps, int32_t rows, int32_t inputs) {
  size_t chunk = level >= AVX512 && !steps ? sizeof(Digits) : sizeof(Numbers);
  return (int64_t)rows * ((inputs + CHUNK - 1) / CHUNK) * chunk;
}

// Rows x, [T, I], in the form that products with quantised types read, of steps or not; `to` is a multiple of 64.
EXPORT void sirocco_prepare(int32_t level, int32_t steps, const float *x, int32_t rows, int32_t inputs, void *to) {
  if (level < AVX512) numbers2(x, rows, inputs, to);
  else if (steps) numbers512(x, rows, inputs, to);
  else digits512(x, rows, inputs, to);
}

// out[t * stride + o - from] = x[t] . w[o] for o from `from` to `to`; x as it is for plain types, else prepared alike.
EXPORT void sirocco_products(int32_t level, int32_t steps, int32_t type, const uint8_t *w, int64_t row_bytes,
    int32_t inputs, int32_t from, int32_t to, const void *x, int32_t rows, float *out, int64_t stride) {
  if (level >= AVX512) products512(steps, type, w, row_bytes, inputs, from, to, x, rows, out, stride);
  else products2(steps, type, w, row_bytes, inputs, from, to, x, rows, out, stride);
}

// out[t] = w x[t] / sqrt(mean(x[t]^2) + epsilon)
EXPORT void sirocco_norm(int32_t level, const float *x, const float *w, float epsilon, float *out, int32_t rows,
    int32_t width) {
  (level >= AVX512 ? norm512 : norm2)(x, w, epsilon, out, rows, width);
}

// gate = silu(gate) up, [T, width]; rows of gate lie `stride` numbers apart
EXPORT void sirocco_swiglu(int32_t level, float *gate, int64_t stride, const float *up, int32_t rows, int32_t width) {
  (level >= AVX512 ? swiglu512 : swiglu2)(gate, stride, up, rows, width);
}

// x += scale y
EXPORT void sirocco_add(int32_t level, float *x, float scale, const float *y, int64_t count) {
  (level >= AVX512 ? add512 : add2)(x, scale, y, count);
}

// Turns the pairs of x, [T, width], by angles [T, half, 2] of cosine and sine.
EXPORT void sirocco_rotate(int32_t level, float *x, const float *angles, int32_t rows, int32_t width, int32_t half,
    int32_t step, int32_t distance) {
  (level >= AVX512 ? rotate512 : rotate2)(x, angles, rows, width, half, step, distance);
}

// One row, `count` positions; d up to MOST_HEAD, sharers up to MOST_SHARERS; state is [heads sharers, d + 2].
EXPORT void sirocco_attend(int32_t level, int32_t type, const void *runs, int64_t row_bytes, int32_t count, int32_t heads,
    int32_t sharers, int32_t d, const float *q, float scale, float *state) {
  (level >= AVX512 ? attend512 : attend2)(type, runs, row_bytes, count, heads, sharers, d, q, scale, state);
}

// out [heads, d] of spans' states
EXPORT void sirocco_merge(int32_t level, float *states, int32_t spans, int32_t heads, int32_t d, float *out) {
  (level >= AVX512 ? merge512 : merge2)(states, spans, heads, d, out);
}

// Bytes that sirocco_attend_panel works in.
EXPORT int64_t sirocco_panel_bytes(int32_t d) {
  return (2 * padded(d) * LINED + KEYS * padded(d) + KEYS * LINED + 3 * LINED) * sizeof(float);
}

// One panel of a Call, where there is AVX-512: queries `first` to first + LINED that share key/value head `group`; room
// for sirocco_panel_bytes lies at a multiple of 64.
EXPORT void sirocco_attend_panel(const void *call, int32_t group, int64_t first, float *room) {
  int w = padded(((const Call *)call)->d);
  Lanes lanes = {.queries = room};
  lanes.out = lanes.queries + w * LINED;
  lanes.cached = lanes.out + w * LINED;
  lanes.scores = lanes.cached + KEYS * w;
  lanes.largest = lanes.scores + KEYS * LINED;
  lanes.weights = lanes.largest + LINED;
  lanes.shrink = lanes.weights + LINED;
  panel512(call, group, first, &lanes);
}

#else

// An ARM processor's kernels wait for a machine to try them on.
EXPORT int sirocco_level(int most) { return NOTHING; }
#endif
