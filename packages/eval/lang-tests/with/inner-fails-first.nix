# category: with
# checks: an inner with that fails hides what an outer has
# versions: 2.3+
(builtins.tryEval (with { a = 1; }; with throw "x"; a)).success
