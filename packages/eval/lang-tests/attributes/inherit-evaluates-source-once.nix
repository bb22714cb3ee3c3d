# category: attributes
# checks: the source of an inherit is evaluated when an attribute is
# versions: 2.3+
(builtins.tryEval { inherit (throw "x") a; }).success
