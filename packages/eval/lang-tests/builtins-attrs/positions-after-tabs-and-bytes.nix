# category: builtins-attrs
# checks: a column counts bytes
# versions: 2.3+
let s = { /* é	*/ a = 1; }; in (builtins.unsafeGetAttrPos "a" s).column
