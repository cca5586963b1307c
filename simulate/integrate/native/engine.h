/* What the parts of the engine share. N states, M parameters, and the functions of the system come before it. */
struct settings {
    double rtol, atol;
    double first, longest; /* length of the first step and of the longest; 0 where the engine chooses */
    long most_steps;
    long mode; /* 0 switches between explicit and stiff, 1 is explicit, 2 is stiff */
};
enum { SWITCHING = 0, EXPLICIT = 1, STIFF = 2 };
enum { REACHED_END = 0, EVENT = 1, TOO_MANY_STEPS = 2, STEP_TOO_SMALL = 3 }; /* as in outcome.py */

/* What a run says of itself. */
enum { DONE = 0, NOT_FINITE = -1, NO_MEMORY = -2 };

/* Rows of N + 3 numbers, as many as there turn out to be. */
enum { ROW = N + 3 };
struct rows {
    double *first;
    long used, room;
};

/* What is wanted besides the states at the wanted times. Each thread has one of its own. */
struct watch {
    long events;
    void (*values)(double t, const double *y, const double *p, const double *constants, double *values); /* of all events */
    const double *constants;
    const long *ways, *stops; /* event by event: the sign of the changes that count, 0 for both; whether it is terminal */
    long dense, full;         /* whether steps are kept; whether there was no memory for a row */
    struct rows hits, steps;  /* trajectory, event, time, state; trajectory, time, columns, state at the beginning */
};

/* What one run is asked for and where its results go, all in two arrays, so that a call from Python is quick.
   numbers: rtol, atol, first and longest step, most steps, mode; y, B rows of N, on return the last good states; p, B rows of
   M; T times; out, B × T × N; the last times; the lengths of the last steps.
   counts: outcomes, calls of the right-hand side, steps; then the number of the next trajectory, which threads share.
   watch: what else is wanted, or none. */
#define RUN long B, long T, double *numbers, long *counts, struct watch *watch
#define UNPACK                                                                                                      \
    const struct settings here = {numbers[0], numbers[1], numbers[2], numbers[3], (long)numbers[4], (long)numbers[5]}, \
                          *const s = &here;                                                                         \
    double *const y = numbers + 6, *const p = y + B * N, *const times = p + B * M, *const out = times + T,          \
                  *const ends = out + B * T * N;                                                                    \
    long *const counter = counts + 3 * B;                                                                           \
    if (!finite(y, B * N + B * M + T)) return NOT_FINITE;

/* A trajectory on its way: all that is needed to go on with it. */
struct path {
    double t, size, last; /* size: proposed length of the next step; last: length of the last accepted one */
    long next;            /* the wanted time that comes next */
    long steps, rates;    /* accepted and rejected steps; calls of the right-hand side */
    double limit; /* one over the length of explicit steps when they were given up */
    int stiff, outcome;
};

/* The step that was taken last, where what lies within it is asked for. */
struct within {
    double t, h, y[N];                       /* where the step began, and its length */
    long b;                                  /* which trajectory it belongs to */
    int columns, prepared;                   /* columns of a stiff step, 0 of an explicit one */
    double k[16][N], mid[N], at[N], end[N], part[7][N], work[one_rate_work];
    double *every, *then, *now, *trial, *when, *there; /* values of the events: in all lanes, before and after the step */
};

/* Explicit steps whose length stability limits: h·|λ| above a bound in 15 steps, with fewer than 6 others between them, as
   in Hairer's DOP853. The bound there is 6.1, where the region of stability ends; but at a tolerance of 1e-10 the error
   estimate was seen to hold the steps of u' = −λ(u − cos t) between 3.4 and 4.4, and so it is 3 here. */
#define STABLE 3.0
enum { SUSPECT = 15, CLEARED = 6, PATIENT = 16 * SUSPECT };
/* So many explicit steps must still be ahead for a change to pay: a stiff step of ten states takes as long as about 6
   explicit ones, or 18 with lanes (measured on one machine), and some tens of them may be needed. */
enum { WORTH_ALONE = 100, WORTH_LANES = 1000 };
INLINE int suspected(int *bad, int *good, double reach, double ahead, double worth, int patience) {
    if (reach > STABLE) {
        *good = 0;
        return ++*bad >= patience && ahead > worth;
    }
    if (++*good >= CLEARED) *bad = 0;
    return 0;
}

/* The smallest step that still moves the time: ten spacings, as in SciPy. */
INLINE double smallest(double t) { return 10 * (nextafter(fabs(t), INFINITY) - fabs(t)); }

/* The length of the step from t towards a wanted time: it ends there, and is halved if it would end just before it. */
INLINE double towards(double left, double size) {
    const double far = fabs(left);
    if (far <= size * (1 + 1e-10)) return left;
    return copysign(far < 2 * size ? far / 2 : size, left);
}

/* Factor for the next length from the error of an order-8 step: safety 0.9, bounds 0.2 and 10 (SciPy's DOP853). */
INLINE double growth(double error, int after_rejection) {
    double factor = error > 0 ? 0.9 / sqrt(sqrt(sqrt(error))) : 10;
    if (!(error < INFINITY)) factor = 0.2;
    factor = factor > 10 ? 10 : factor < 0.2 ? 0.2 : factor;
    return after_rejection && factor > 1 ? 1 : factor;
}

static int finite(const double *v, long count) {
    double sum = 0;
    for (long i = 0; i < count; i++) sum += v[i] * 0;
    return sum == 0;
}

/* Write down how a trajectory ended. */
static void conclude(const struct path *a, long b, long B, long T, double *out, double *ends, long *counts) {
    ends[b] = a->t, ends[B + b] = a->last;
    counts[b] = a->outcome, counts[B + b] = a->rates, counts[2 * B + b] = a->steps;
    for (long i = (b * T + a->next) * N; i < (b + 1) * T * N; i++) out[i] = NAN;
}
