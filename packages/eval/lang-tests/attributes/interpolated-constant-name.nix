# category: attributes
# checks: a name that is a constant string counts as plain
# versions: 2.3+
rec { ${"a"} = 1; "b" = a; d = b; }
