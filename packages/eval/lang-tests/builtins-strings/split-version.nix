# category: builtins-strings
# checks: versions fall into parts
# versions: 2.3+
map builtins.splitVersion [ "1.2.3" "2.3.1pre4" "1..2-x" "" "-." "a1b2" ]
