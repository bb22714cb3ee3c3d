# category: builtins
# checks: each output has a placeholder of its own
# versions: 2.3+
# flags: store
map builtins.placeholder [ "out" "dev" "" ]
