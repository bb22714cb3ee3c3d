# category: json
# checks: what is thrown inside can be caught
# versions: 2.3+
(builtins.tryEval (builtins.toJSON { a.b = [ (throw "x") ]; })).success
