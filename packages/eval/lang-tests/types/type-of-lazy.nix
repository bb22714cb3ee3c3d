# category: types
# checks: typeOf evaluates its argument to the outermost constructor
# versions: 2.3+
[ (builtins.typeOf { a = throw "no"; }) (builtins.typeOf [ (throw "no") ]) ]
