# category: types
# checks: predicates evaluate their argument
# versions: 2.3+
map (p: (builtins.tryEval (p (throw "x"))).success) [ builtins.isInt isNull builtins.isAttrs builtins.isFunction builtins.typeOf ]
