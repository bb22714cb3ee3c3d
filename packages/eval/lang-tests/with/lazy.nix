# category: with
# checks: the set of a with is evaluated only for a name that isn't lexical
# versions: 2.3+
let a = 1; in with throw "no"; a
