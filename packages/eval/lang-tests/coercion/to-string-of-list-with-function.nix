# category: coercion
# checks: a function in a list has no text
# versions: 2.3+
toString [ 1 (x: x) ]
