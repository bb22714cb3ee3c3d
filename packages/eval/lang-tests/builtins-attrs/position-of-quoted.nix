# category: builtins-attrs
# checks: a quoted name stands where its quote does
# versions: 2.3+
(builtins.unsafeGetAttrPos "a b" { "a b" = 1; }).column
