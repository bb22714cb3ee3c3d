# category: attributes
# checks: attributes of a recursive set see each other in any order
# versions: 2.3+
rec { c = a + b; a = 1; b = a + 1; }
