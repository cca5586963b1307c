/* Inner products of the newest update with the others of a window, in one pass over the memory.

   Two layouts. `snapshots`: the rows are differences of consecutive weights s_0, s_1, ..., s_n, formed in
   float64, so that they carry no rounding of their own; the newest weights may take the place of the oldest
   in the same pass. `rows`: the rows are stored themselves.

   A segment is one tensor. Each is cut into chunks of CHUNK columns, a chunk into blocks of BLOCK that stay
   in the first-level cache. All sums are in float64: eight of them in a block, which take its columns in turn, blocks
   added in order within a chunk, chunks in order within a segment. Threads share the chunks, and no sum: the result
   depends neither on their number nor on the width of the registers.

   Replaced before compiling: @TYPES@ (one copy of the template below for each element type). */

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define CHUNK 32768
#define BLOCK 2048
#define MOST_THREADS 64

typedef uint16_t bfloat16;

#define INLINE static inline __attribute__((always_inline))
/* Eight columns are worked on at a time: in one register where there is AVX-512, else in two. */
#ifdef __AVX512F__
#define REGISTERS 1
typedef double vec __attribute__((vector_size(64)));
typedef float fvec __attribute__((vector_size(32)));
typedef uint32_t uvec __attribute__((vector_size(32)));
typedef uint16_t hvec __attribute__((vector_size(16)));
#else
#define REGISTERS 2
typedef double vec __attribute__((vector_size(32)));
typedef float fvec __attribute__((vector_size(16)));
typedef uint32_t uvec __attribute__((vector_size(16)));
typedef uint16_t hvec __attribute__((vector_size(8)));
#endif
#define LANES (8 / REGISTERS)
#define LOAD_double(target, from) memcpy(&(target), (from), sizeof(vec))
/* GCC takes __builtin_convertvector apart into halves; where there is AVX, one instruction does it. */
#if defined(__AVX512F__)
#include <immintrin.h>
#define WIDEN(target, some) (target) = (vec)_mm512_cvtps_pd((__m256)(some))
#elif defined(__AVX__)
#include <immintrin.h>
#define WIDEN(target, some) (target) = (vec)_mm256_cvtps_pd((__m128)(some))
#else
#define WIDEN(target, some) (target) = __builtin_convertvector((some), vec)
#endif
#define LOAD_float(target, from) do { fvec x_; memcpy(&x_, (from), sizeof x_); WIDEN(target, x_); } while (0)
/* A bfloat16 is the upper half of a float32. */
#define LOAD_bfloat16(target, from) do { hvec h_; memcpy(&h_, (from), sizeof h_); \
    const uvec w_ = __builtin_convertvector(h_, uvec) << 16; fvec x_; memcpy(&x_, &w_, sizeof x_); WIDEN(target, x_); } while (0)

/* Always in the same order, however the columns lie in registers. */
INLINE double added(const vec *sum)
{
    double lane[8], half[4];
    memcpy(lane, sum, sizeof lane);
    for (int i = 0; i < 4; i++) half[i] = lane[i] + lane[i + 4];
    return (half[0] + half[2]) + (half[1] + half[3]);
}

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
