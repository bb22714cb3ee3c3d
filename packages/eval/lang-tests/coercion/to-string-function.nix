# category: coercion
# checks: a function has no text
# versions: 2.3+
toString (x: x)
