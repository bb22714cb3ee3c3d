# category: attributes
# checks: __overrides may be computed from the set's own attributes
# versions: 2.3+
rec { a = 1; b = a + 10; n = { a = 5; }; __overrides = n; }
