# category: strings
# checks: a set with outPath or __toString can be appended to a string
# versions: 2.3+
"a" + { outPath = "b"; } + { __toString = _: "c"; }
