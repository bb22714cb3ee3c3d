# category: operators
# checks: and, or and implication don't evaluate what isn't needed
# versions: 2.3+
[ (false && throw "no") (true || throw "no") (false -> throw "no") ]
