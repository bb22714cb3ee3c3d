# category: builtins-strings
# checks: names and versions
# versions: 2.3+
map builtins.parseDrvName [ "nix-0.12pre12876" "hello" "a-b-1.2-c" "-1" "x-" "a--1" "" ]
