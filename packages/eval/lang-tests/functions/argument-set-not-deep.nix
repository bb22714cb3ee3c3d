# category: functions
# checks: a pattern evaluates no attribute
# versions: 2.3+
(({ a, ... }@s: builtins.attrNames s) { a = throw "no"; b = throw "no"; })
