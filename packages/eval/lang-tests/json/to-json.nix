# category: json
# checks: every kind of value that has a JSON form
# versions: 2.3+
builtins.toJSON { a = 1; b = [ true false null ]; c = "x"; d = { }; e = [ ]; f = 1.5; g.h = "i"; }
