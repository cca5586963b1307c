/* What is written down at the end of a step: that it was taken, and the events within it. */
QUICKLY_COMPILED void push(struct watch *u, struct rows *to, long b, double second, double third, const double *y) {
    if (to->used == to->room) {
        const long room = to->room ? 2 * to->room : 64;
        double *more = realloc(to->first, sizeof(double) * room * ROW);
        if (!more) {
            u->full = 1;
            return;
        }
        to->first = more, to->room = room;
    }
    double *row = to->first + to->used++ * ROW;
    row[0] = (double)b, row[1] = second, row[2] = third;
    memcpy(row + 3, y, sizeof(double) * N);
}

/* Keeps the beginning of the step from r->t, r->y to (t, y) where that is wanted, and counts the events within it. */
QUICKLY_COMPILED long look(struct watch *u, struct within *r, double t, const double *y, const double *p) {
    if (u->dense) push(u, &u->steps, r->b, r->t, r->columns, r->y);
    if (!u->events) return 0;
    u->values(t, y, p, u->constants, r->now);
    long count = 0;
    for (long e = 0; e < u->events; e++) {
        const int rising = r->then[e] < 0 && r->now[e] >= 0, falling = r->then[e] > 0 && r->now[e] <= 0;
        const int happens = (rising && u->ways[e] >= 0) || (falling && u->ways[e] <= 0);
        r->when[e] = happens ? t : NAN;
        count += happens;
    }
    if (!count) memcpy(r->then, r->now, sizeof(double) * u->events);
    return count;
}

/* Finds the events that look has seen, and writes them down in the order of time, up to the first that is terminal; then
   a->t and y are where it is, and 1 is returned. r has the slopes of all stages of an explicit step. */
QUICKLY_COMPILED int locate(struct watch *u, struct within *r, struct stiff *q, struct path *a, double *y, const double *p, const struct settings *s) {
    const double t = a->t;
    if (!r->columns) {
        if (!r->prepared) one_rate_prepare(p, r->work);
        r->prepared = 1;
        one_extension(r->t, r->h, r->y, y, p, r->work, r->k, r->mid, r->part);
        a->rates += 3;
    }
    for (long e = 0; e < u->events; e++)
        if (r->when[e] == t) find_root(u, r, q, e, t, y, p, s, &a->rates);
    for (;;) {
        long first = -1;
        for (long e = 0; e < u->events; e++)
            if (r->when[e] == r->when[e] && (first < 0 || (r->when[e] - r->when[first]) * r->h < 0)) first = e;
        if (first < 0) break;
        push(u, &u->hits, r->b, (double)first, r->when[first], r->there + first * N);
        if (u->stops[first]) {
            a->t = r->when[first], a->outcome = EVENT;
            memcpy(y, r->there + first * N, sizeof r->y);
            return 1;
        }
        r->when[first] = NAN;
    }
    memcpy(r->then, r->now, sizeof(double) * u->events);
    return 0;
}
