# category: json
# checks: names are sorted
# versions: 2.3+
builtins.toJSON { b = 1; a = 2; "a b" = 3; B = 4; }
