# category: operators
# checks: update evaluates no attribute
# versions: 2.3+
({ a = throw "no"; b = 1; } // { a = 2; c = throw "no"; }).a
