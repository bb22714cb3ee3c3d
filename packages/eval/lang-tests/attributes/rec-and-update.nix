# category: attributes
# checks: update doesn't change what a recursive set's attributes see
# versions: 2.3+
(rec { a = 1; b = a; }) // { a = 2; }
