# category: evaluation-order
# checks: toJSON comes to the attributes in the order of their names
# versions: 2.3+
builtins.tryEval (builtins.toJSON { b = throw "x"; a = x: x; })
