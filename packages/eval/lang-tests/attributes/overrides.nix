# category: attributes
# checks: __overrides of a recursive set replaces what the others see
# versions: 2.3+
rec { a = 1; b = a; __overrides = { a = 2; c = 3; }; }
