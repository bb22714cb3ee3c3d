# category: literals
# checks: float literals in all their spellings
# versions: 2.3+
[ 0.5 .5 1. 1.0e3 1.e3 .5e1 2.5E-3 1.0e+2 12.50 ]
