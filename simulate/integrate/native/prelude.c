/* What generated right-hand sides call: functions of one number, and of one number in each place of a vector. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))
/* Functions in which no time is spent are compiled with less care: it takes a fifth off the time of the compiler. Not by
   the attribute cold, which spreads to those that call them. */
#ifdef __clang__
#define QUICKLY_COMPILED static
#else
#define QUICKLY_COMPILED static __attribute__((noinline, optimize("O1")))
#endif
enum { LANES = 8 }; /* doubles in a register of AVX-512; narrower machines take two or four registers */
typedef double lane __attribute__((vector_size(64)));
typedef long long lane_mask __attribute__((vector_size(64)));
/* Four neighbouring indices of one trajectory. Division is as fast in registers of four as of eight, and less is padding. */
typedef double quad __attribute__((vector_size(32)));
typedef long long quad_mask __attribute__((vector_size(32)));
typedef double quad_anywhere __attribute__((vector_size(32), aligned(8), may_alias));

/* As NumPy: not a number if an argument is none. */
INLINE double one_larger(double a, double b) { return a >= b || a != a ? a : b; }
INLINE double one_smaller(double a, double b) { return a <= b || a != a ? a : b; }
INLINE double one_sign(double a) { return a != a ? a : (double)((a > 0) - (a < 0)); }
INLINE double one_fabs(double a) { return fabs(a); }
INLINE double one_sqrt(double a) { return sqrt(a); }
INLINE double one_pow(double a, double b) { return pow(a, b); }
INLINE double one_atan2(double a, double b) { return atan2(a, b); }

/* The same for vectors: number by number, or all at once where the machine can. */
#define EACH(V, NAME, CALL)                                    \
    INLINE V V##_##NAME(V a) {                                 \
        V r;                                                   \
        for (unsigned i = 0; i < sizeof(V) / 8; i++) r[i] = CALL(a[i]);  \
        return r;                                              \
    }
#define EACH_2(V, NAME)                                        \
    INLINE V V##_##NAME(V a, V b) {                            \
        V r;                                                   \
        for (unsigned i = 0; i < sizeof(V) / 8; i++) r[i] = NAME(a[i], b[i]); \
        return r;                                              \
    }
#define VECTOR(V)                                                                                            \
    INLINE V V##_choose(V##_mask where, V a, V b) { return (V)(((V##_mask)a & where) | ((V##_mask)b & ~where)); } \
    INLINE V V##_larger(V a, V b) { return V##_choose((a >= b) | (a != a), a, b); }                          \
    INLINE V V##_smaller(V a, V b) { return V##_choose((a <= b) | (a != a), a, b); }                         \
    INLINE V V##_fabs(V a) { return (V)((V##_mask)a & 0x7fffffffffffffffLL); }                               \
    EACH(V, sqrt, sqrt) EACH(V, sign, one_sign) EACH(V, exp, exp) EACH(V, log, log) EACH(V, sin, sin)        \
    EACH(V, cos, cos) EACH(V, tan, tan) EACH(V, asin, asin) EACH(V, acos, acos) EACH(V, atan, atan)          \
    EACH(V, sinh, sinh) EACH(V, cosh, cosh) EACH(V, tanh, tanh) EACH_2(V, pow) EACH_2(V, atan2)
VECTOR(lane)
VECTOR(quad)
INLINE double one_exp(double a) { return exp(a); }
INLINE double one_log(double a) { return log(a); }
INLINE double one_sin(double a) { return sin(a); }
INLINE double one_cos(double a) { return cos(a); }
INLINE double one_tan(double a) { return tan(a); }
INLINE double one_asin(double a) { return asin(a); }
INLINE double one_acos(double a) { return acos(a); }
INLINE double one_atan(double a) { return atan(a); }
INLINE double one_sinh(double a) { return sinh(a); }
INLINE double one_cosh(double a) { return cosh(a); }
INLINE double one_tanh(double a) { return tanh(a); }
INLINE lane lane_all(double x) { return (lane){x, x, x, x, x, x, x, x}; }
INLINE quad quad_all(double x) { return (quad){x, x, x, x}; }
INLINE quad quad_at(const double *from) { return *(const quad_anywhere *)from; }
/* The expression AT four values of an index, the last one again where it would go on beyond LAST. */
#define QUAD(INDEX, LAST, AT)                                                             \
    ({                                                                                    \
        quad found;                                                                       \
        for (int place = 0; place < 4; place++) {                                         \
            const int INDEX##_here = INDEX + place <= LAST ? INDEX + place : LAST;        \
            { const int INDEX = INDEX##_here; found[place] = (AT); }                      \
        }                                                                                 \
        found;                                                                            \
    })

/* Where the pair (a, b) of n lies among the pairs a < b, row after row; and the sign of its entry. */
INLINE int pair_place(int a, int b, int n) {
    if (a == b) return 0;
    const int first = a < b ? a : b, second = a < b ? b : a;
    return first * n - first * (first + 1) / 2 + second - first - 1;
}
INLINE double pair_sign(int a, int b) { return (double)((b > a) - (b < a)); }
