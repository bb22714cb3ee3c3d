# category: attributes
# checks: inherit in a recursive set from one of its own attributes
# versions: 2.3+
rec { inherit (s) x; s = { x = 1; y = x; }; }
