# category: attributes
# checks: the source of an inherit in a recursive set sees that set
# versions: 2.3+
rec { s = { x = 1; }; inherit (s) x; y = x; }
