# category: operators
# checks: implication in all four cases
# versions: 2.3+
[ (true -> true) (true -> false) (false -> true) (false -> false) ]
