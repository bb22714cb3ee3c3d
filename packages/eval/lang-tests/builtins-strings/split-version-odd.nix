# category: builtins-strings
# checks: a change between digits and letters parts, dots and dashes vanish
# versions: 2.3+
map builtins.splitVersion [ "1a2b" "--1--" "1.é2" "1_2" "a" "." "1+2" ]
