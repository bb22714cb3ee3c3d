# category: attributes
# checks: a value that is no set can't be extended
# versions: 2.3+
{ a = 1; a.b = 2; }
