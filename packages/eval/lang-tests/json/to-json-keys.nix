# category: json
# checks: names are escaped
# versions: 2.3+
builtins.toJSON { "a\"b" = 1; "c\\d" = 2; "e\nf" = 3; "" = 4; "é" = 5; }
