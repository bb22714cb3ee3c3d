# category: coercion
# checks: elements of lists coerce one by one
# versions: 2.3+
toString [ { outPath = "a"; } { __toString = _: "b"; } ]
