# category: operators
# checks: implication groups to the right and stops early
# versions: 2.3+
[ (false -> (throw "no") -> (throw "no")) (true -> false -> throw "no") ]
