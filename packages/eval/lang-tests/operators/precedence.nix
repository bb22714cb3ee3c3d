# category: operators
# checks: every level once: negation, concatenation, product, sum, not, update, comparison, equality, and, or, implication
# versions: 2.3+
[
  (1 + 2 * 3)
  (2 * 3 - 4 / 2)
  (- 2 + 3)
  (!true || true)
  (!(1 == 2) && true)
  (true || false && false)
  (false -> false -> false)
  ((false -> false) -> false)
  (1 < 2 == true)
  ({ a = 1; } // { a = 2; } // { a = 3; })
  ([ 1 ] ++ [ 2 ] ++ [ 3 ])
  (1 + 1 < 3 && 2 == 1 + 1)
]
