# category: attributes
# checks: sets with equal contents from different literals
# versions: 2.3+
{ b = 1; a = 2; } == { a = 2; } // { b = 1; }
