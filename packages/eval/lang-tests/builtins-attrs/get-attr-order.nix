# category: builtins-attrs
# checks: getAttr takes the name first, and evaluates the set after it
# versions: 2.3+
(builtins.tryEval (builtins.getAttr (throw "x") (throw "y"))).success
