# category: coercion
# checks: true is 1, false and null are empty
# versions: 2.3+
map toString [ true false null ]
