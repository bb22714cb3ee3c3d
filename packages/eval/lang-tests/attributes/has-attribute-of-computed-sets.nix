# category: attributes
# checks: the question mark evaluates sets on the way, not the last value
# versions: 2.3+
({ a.b = throw "no"; } ? a.b)
