# category: operators
# checks: sets compare in the order of their names, and stop at the first difference
# versions: 2.3+
{ a = 1; b = throw "no"; } == { a = 2; b = 1; }
