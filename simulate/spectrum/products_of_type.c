/* @T@ */

/* Rows of one pass over a block: each number is loaded once for two differences, and the sums stay in registers. */
#define TOGETHER 4

#define PREFETCH_@T@(row) \
    for (size_t k_ = 0; k_ < 16 * sizeof(@T@); k_ += 64) __builtin_prefetch((const char *)((row) + c + BLOCK) + k_, 0, 2)

/* Some columns, fewer than a register's, filled up with zeros. */
INLINE vec few_@T@(const @T@ *from, int n)
{
    @T@ some[LANES] = {0};
    vec x;
    memcpy(some, from, n * sizeof(@T@));
    LOAD_@T@(x, some);
    return x;
}

/* sums[k] += sum over n columns of vector[c] * row[k][c], for rows k = 0 ... many - 1; with `differences`
   row[k][c] - row[k - 1][c] instead, so that row[-1] is read too. The columns of `vector` are filled up to 8. */
INLINE void dots_@T@(const double *vector, const @T@ *const *row, int64_t column, int n, int many, int differences,
                     double *sums)
{
    vec sum[TOGETHER][REGISTERS] = {{{0}}}, v, x, before = {0};
    const @T@ *r[TOGETHER + 1];
    int c = 0;
    for (int k = -differences; k < many; k++) r[k + 1] = row[k] + column;
    for (; c + 16 <= n; c += 16) {
        /* The same columns of the next block: it comes when all rows of this one are done. */
        for (int k = -differences; k < many; k++) PREFETCH_@T@(r[k + 1]);
        for (int part = 0; part < 16 / LANES; part++) {
            LOAD_double(v, vector + c + LANES * part);
            if (differences) LOAD_@T@(before, r[0] + c + LANES * part);
            for (int k = 0; k < many; k++) {
                LOAD_@T@(x, r[k + 1] + c + LANES * part);
                sum[k][part % REGISTERS] += v * (differences ? x - before : x);
                before = x;
            }
        }
    }
    for (int part = 0; c < n; c += LANES, part++) {
        const int left = n - c < LANES ? n - c : LANES;
        LOAD_double(v, vector + c);
        if (differences) before = few_@T@(r[0] + c, left);
        for (int k = 0; k < many; k++) {
            x = few_@T@(r[k + 1] + c, left);
            sum[k][part % REGISTERS] += v * (differences ? x - before : x);
            before = x;
        }
    }
    for (int k = 0; k < many; k++) sums[k] += added(sum[k]);
}

/* The same for any number of rows. */
INLINE void all_dots_@T@(const double *vector, const @T@ *const *row, int64_t column, int n, int many, int differences,
                         double *sums)
{
    int k = 0;
    for (; k + TOGETHER <= many; k += TOGETHER) dots_@T@(vector, row + k, column, n, TOGETHER, differences, sums + k);
    if (many - k == 3) dots_@T@(vector, row + k, column, n, 3, differences, sums + k);
    if (many - k == 2) dots_@T@(vector, row + k, column, n, 2, differences, sums + k);
    if (many - k == 1) dots_@T@(vector, row + k, column, n, 1, differences, sums + k);
}

/* vector = later - earlier, or later alone; filled up with zeros to a whole register */
INLINE void spread_@T@(double *vector, const @T@ *later, const @T@ *earlier, int n)
{
    vec x, y;
    for (int c = 0; c < n; c += LANES) {
        if (c + LANES <= n) {
            LOAD_@T@(x, later + c);
            if (earlier) LOAD_@T@(y, earlier + c);
        } else {
            x = few_@T@(later + c, n - c);
            if (earlier) y = few_@T@(earlier + c, n - c);
        }
        if (earlier) x -= y;
        memcpy(vector + c, &x, sizeof x);
    }
}

/* sums[i - 1] += <s_n - s_{n-1}, s_i - s_{i-1}> for 1 <= i <= n = count - 1, then sums[n] += |s_n|^2 */
static void snapshots_block_@T@(int count, const char *const *at, int64_t column, int n, char *into, int newest, double *sums)
{
    const @T@ *const *s = (const @T@ *const *)at;
    const @T@ *last = s[count - 1] + column;
    double vector[BLOCK] __attribute__((aligned(64)));
    vec square[REGISTERS] = {{0}}, x;
    (void)newest;
    spread_@T@(vector, last, s[count - 2] + column, n);
    all_dots_@T@(vector, s + 1, column, n, count - 1, 1, sums);
    for (int c = 0, part = 0; c < n; c += LANES, part++) {
        if (c + LANES <= n) LOAD_@T@(x, last + c);
        else x = few_@T@(last + c, n - c);
        square[part % REGISTERS] += x * x;
    }
    sums[count - 1] += added(square);
    if (into) memcpy((@T@ *)into + column, last, n * sizeof(@T@));
}

/* sums[i] += <r_newest, r_i> */
static void rows_block_@T@(int count, const char *const *at, int64_t column, int n, char *into, int newest, double *sums)
{
    const @T@ *const *r = (const @T@ *const *)at;
    double vector[BLOCK] __attribute__((aligned(64)));
    (void)into;
    spread_@T@(vector, r[newest] + column, 0, n);
    all_dots_@T@(vector, r, column, n, count, 0, sums);
}

/* Weights in order of time, at[segment][count]; `into[segment]`, which may be the oldest, receives a copy of
   the newest. out (segments, count): the products of the newest difference with each, then |newest|^2. */
void snapshots_@T@(int64_t segments, int count, const char *const *at, const int64_t *lengths, char *const *into,
                   double *partial, double *out, int threads)
{
    run((work_t){.count = count, .width = count, .segments = segments, .at = at, .into = into, .lengths = lengths,
                 .partial = partial, .block = snapshots_block_@T@}, threads, out);
}

/* Stored rows, at[segment][count]. out (segments, count): the products of row `newest` with each. */
void rows_@T@(int64_t segments, int count, const char *const *at, const int64_t *lengths, int newest,
              double *partial, double *out, int threads)
{
    run((work_t){.count = count, .width = count, .newest = newest, .segments = segments, .at = at,
                 .lengths = lengths, .partial = partial, .block = rows_block_@T@}, threads, out);
}
#undef TOGETHER
