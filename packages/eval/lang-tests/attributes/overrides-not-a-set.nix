# category: attributes
# checks: __overrides must be a set
# versions: 2.3+
rec { a = 1; __overrides = 1; }
