# category: attributes
# checks: sets print sorted by name
# versions: 2.3+
[ { } { b = 1; a = 2; C = 3; "a b" = 4; _x = 5; } ]
