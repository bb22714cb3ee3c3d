# category: literals
# checks: a carriage return alone ends a line comment
# versions: 2.3+
[ 1 # one
2 ]
