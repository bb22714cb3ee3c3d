# category: builtins-strings
# checks: which dash begins a version
# versions: 2.3+
map builtins.parseDrvName [ "a-1" "a-b" "a1-2" "a-.5" "a-é" "a-" "1-2" "a_b-3-4" "foo-bar-1x" ]
