// Paths in the lanes of a vector, and the random numbers that drive them.

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define W 8
#elif defined(__AVX2__)
#include <immintrin.h>
#define W 4
#else
#define W 2
#endif

typedef double V __attribute__((vector_size(8 * W)));
typedef int64_t I __attribute__((vector_size(8 * W)));
typedef uint64_t U __attribute__((vector_size(8 * W)));

#define INLINE static inline __attribute__((always_inline))

INLINE V every(double a) { return (V){0} + a; }
INLINE U every_u(uint64_t a) { return (U){0} + a; }
INLINE V where(I mask, V a, V b) { return (V)((mask & (I)a) | (~mask & (I)b)); }
INLINE V magnitude(V a) { return (V)((U)a & every_u(0x7fffffffffffffffULL)); }
// As NumPy's: NaN if either is.
INLINE V larger(V a, V b) { return where((a >= b) | (a != a), a, b); }
INLINE V smaller(V a, V b) { return where((a <= b) | (a != a), a, b); }

INLINE int any(I mask) {
  int64_t found = 0;
  for (int l = 0; l < W; l++) found |= mask[l];
  return found != 0;
}

// 1/a. Where the processor has an estimate of 14 bits, two Newton steps take it to one unit in the last place, in a
// fifth of the time of a division; 1/0 is then NaN instead of infinite, and a step that meets either is rejected.
INLINE V inverse(V a) {
#if W == 8
  V r = (V)_mm512_rcp14_pd((__m512d)a);
  r = r + r * (1.0 - a * r);
  return r + r * (1.0 - a * r);
#else
  return 1.0 / a;
#endif
}
INLINE V over(V a, V b) { return a * inverse(b); }

INLINE V root(V a) {
#if W == 8
  return (V)_mm512_sqrt_pd((__m512d)a);
#elif W == 4
  return (V)_mm256_sqrt_pd((__m256d)a);
#else
  V r;
  for (int l = 0; l < W; l++) r[l] = sqrt(a[l]);
  return r;
#endif
}

// The product of the low halves of both.
INLINE U wide_product(U a, U b) {
#if W == 8
  return (U)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif W == 4
  return (U)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#else
  return (a & 0xffffffffULL) * (b & 0xffffffffULL);
#endif
}

// Philox4x32-10 (Salmon et al., SC 2011); the upper halves of the four words hold nothing of meaning.
INLINE void philox(U c[4], uint32_t k0, uint32_t k1) {
  const U m0 = every_u(0xD2511F53u), m1 = every_u(0xCD9E8D57u);
  for (int round = 0; round < 10; round++) {
    U a = wide_product(c[0], m0), b = wide_product(c[2], m1);
    c[0] = (b >> 32) ^ c[1] ^ (uint64_t)k0;
    c[2] = (a >> 32) ^ c[3] ^ (uint64_t)k1;
    c[1] = b;
    c[3] = a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

// 52 bits of two words as a number strictly between 0 and 1.
INLINE V uniform(U high, U low) {
  U bits = ((high << 32) | (low & 0xffffffffULL)) >> 12;
  return (V)(bits | 0x3FF0000000000000ULL) - (1.0 - 0x1p-53);
}

// Natural logarithm of 0 < u < 1, normal; polynomial of FreeBSD's e_log.c, error below one unit in the last place.
INLINE V logarithm(V u) {
  U bits = (U)u + (0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL);
  I exponent = (I)(bits >> 52) - 1023;
  V m = (V)((bits & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
  V k = (V)((U)exponent + 0x4338000000000000ULL) - 0x1.8p52;
  V f = m - 1.0, s = f * inverse(2.0 + f), z = s * s, half = 0.5 * f * f;
  V r = z * (6.666666666666735130e-01 +
        z * (3.999999999940941908e-01 +
        z * (2.857142874366239149e-01 +
        z * (2.222219843214978396e-01 +
        z * (1.818357216161805012e-01 +
        z * (1.531383769920937332e-01 +
        z * 1.479819860510658591e-01))))));
  return k * 6.93147180369123816490e-01 - ((half - (s * (half + r) + k * 1.90821492927058770002e-10)) - f);
}

// Box and Muller's two independent standard normal numbers are r cos φ and r sin φ. In two parts, each short enough for
// the processor to work on several numbers at once.
INLINE V radius(U high, U low) {
  V a = -2.0 * logarithm(uniform(high, low));
#if W == 8
  V e = (V)_mm512_rsqrt14_pd((__m512d)a), half = 0.5 * a;
  e = e * (1.5 - half * e * e);
  e = e * (1.5 - half * e * e);
  return a * e;
#else
  return root(a);
#endif
}

// Sine and cosine by the polynomials of FreeBSD's k_sin.c and k_cos.c.
INLINE void turned(V r, U high, U low, V *first, V *second) {
  V t = 4.0 * uniform(high, low), shifted = t + 0x1.8p52;
  I quarter = (I)shifted;
  V x = (t - (shifted - 0x1.8p52)) * 1.57079632679489661923, z = x * x;
  V s = x + x * z * (-1.66666666666666324348e-01 +
        z * (8.33333333332248946124e-03 +
        z * (-1.98412698298579493134e-04 +
        z * (2.75573137070700676789e-06 +
        z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
  V o = 1.0 - 0.5 * z + z * z * (4.16666666666666019037e-02 +
        z * (-1.38888888888741095749e-03 +
        z * (2.48015872894767294178e-05 +
        z * (-2.75573143513906633035e-07 +
        z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11)))));
  I swap = -(quarter & 1);
  V along = where(swap, s, o), across = where(swap, o, s);
  *first = r * (V)((U)along ^ ((U)((quarter + 1) & 2) << 62));
  *second = r * (V)((U)across ^ ((U)(quarter & 2) << 62));
}

// 2 COUNT normal numbers; the last word of the counter goes up by one with every two.
static void normals(U path, U step, U node, U high, uint64_t key, int count, V *out) {
  U c[count][4];
  V r[count];
  for (int k = 0; k < count; k++) {
    c[k][0] = path;
    c[k][1] = step;
    c[k][2] = node;
    c[k][3] = high | (uint64_t)k;
    philox(c[k], (uint32_t)key, (uint32_t)(key >> 32));
  }
  for (int k = 0; k < count; k++) r[k] = radius(c[k][0], c[k][1]);
  for (int k = 0; k < count; k++) turned(r[k], c[k][2], c[k][3], &out[2 * k], &out[2 * k + 1]);
}
