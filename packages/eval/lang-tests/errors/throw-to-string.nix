# category: errors
# checks: throw coerces as interpolation does
# versions: 2.3+
throw { outPath = "text"; }
