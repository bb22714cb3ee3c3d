# category: json
# checks: everything is evaluated before a text that is no UTF-8 fails
# versions: 2.12+
builtins.tryEval (builtins.toJSON [ "ÿ" (throw "x") ])
