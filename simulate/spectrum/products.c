/* Inner products of the newest update with the others of a window, in one pass over the memory.

   Two layouts. `snapshots`: the rows are differences of consecutive weights s_0, s_1, ..., s_n, formed in
   float64, so that they carry no rounding of their own; the newest weights may take the place of the oldest
   in the same pass. `rows`: the rows are stored themselves.

   A segment is one tensor. Each is cut into chunks of CHUNK columns, a chunk into blocks of BLOCK that stay
   in the first-level cache. All sums are in float64: two accumulators of four lanes in a block, blocks added in
   order within a chunk, chunks in order within a segment. Threads share the chunks, and no sum: the result
   does not depend on their number.

   Replaced before compiling: @TYPES@ (one copy of the template below for each element type). */

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define CHUNK 32768
#define BLOCK 2048
#define MOST_THREADS 64

typedef double f64x4 __attribute__((vector_size(32)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef uint16_t u16x4 __attribute__((vector_size(8)));
typedef uint16_t bfloat16;

#define INLINE static inline __attribute__((always_inline))
#define LOAD_double(target, from) memcpy(&(target), (from), 32)
/* GCC takes __builtin_convertvector apart into halves; where there is AVX, one instruction does it. */
#ifdef __AVX__
#include <immintrin.h>
#define WIDEN(target, four) (target) = (f64x4)_mm256_cvtps_pd((__m128)(four))
#else
#define WIDEN(target, four) (target) = __builtin_convertvector((four), f64x4)
#endif
#define LOAD_float(target, from) do { f32x4 x_; memcpy(&x_, (from), 16); WIDEN(target, x_); } while (0)
/* A bfloat16 is the upper half of a float32. */
#define LOAD_bfloat16(target, from) do { u16x4 h_; memcpy(&h_, (from), 8); \
    const u32x4 w_ = __builtin_convertvector(h_, u32x4) << 16; f32x4 x_; memcpy(&x_, &w_, 16); WIDEN(target, x_); } while (0)
#define LANES(x) (((x)[0] + (x)[2]) + ((x)[1] + (x)[3]))

typedef void (*block_t)(int count, const char *const *at, int64_t column, int n, char *into, int newest, double *sums);

typedef struct {
    int count, width, newest;
    int64_t segments, size;
    const char *const *at;
    char *const *into;
    const int64_t *lengths;
    double *partial;
    int64_t first, last; /* chunks, counted through all segments */
    block_t block;
} work_t;

static void *chunks(void *argument)
{
    const work_t *w = argument;
    int64_t number = 0;
    for (int64_t s = 0; s < w->segments; s++) {
        const int64_t length = w->lengths[s];
        for (int64_t from = 0; from < length; from += CHUNK, number++) {
            if (number < w->first || number >= w->last) continue;
            double *sums = w->partial + number * w->width;
            const int64_t to = from + CHUNK < length ? from + CHUNK : length;
            for (int i = 0; i < w->width; i++) sums[i] = 0;
            for (int64_t c = from; c < to; c += BLOCK)
                w->block(w->count, w->at + s * w->count, c, to - c < BLOCK ? (int)(to - c) : BLOCK,
                         w->into ? w->into[s] : 0, w->newest, sums);
        }
    }
    return 0;
}

int64_t chunk_columns(void) { return CHUNK; }

/* Shares the chunks out, waits, and adds up: out (segments, width). */
static void run(work_t base, int threads, double *out)
{
    int64_t total = 0;
    for (int64_t s = 0; s < base.segments; s++) total += (base.lengths[s] + CHUNK - 1) / CHUNK;
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    if (threads > total) threads = (int)total;
    if (threads < 1) threads = 1;
    work_t work[MOST_THREADS];
    pthread_t thread[MOST_THREADS];
    int started[MOST_THREADS];
    for (int t = 0; t < threads; t++) {
        work[t] = base;
        work[t].first = total * t / threads;
        work[t].last = total * (t + 1) / threads;
        started[t] = t > 0 && pthread_create(&thread[t], 0, chunks, &work[t]) == 0;
    }
    for (int t = 0; t < threads; t++) /* the caller takes a share, and any that got no thread */
        if (!started[t]) chunks(&work[t]);
    for (int t = 0; t < threads; t++)
        if (started[t]) pthread_join(thread[t], 0);
    const double *sums = base.partial;
    for (int64_t s = 0; s < base.segments; s++) {
        double *row = out + s * base.width;
        for (int i = 0; i < base.width; i++) row[i] = 0;
        for (int64_t c = 0; c < base.lengths[s]; c += CHUNK, sums += base.width)
            for (int i = 0; i < base.width; i++) row[i] += sums[i];
    }
}

@TYPES@
