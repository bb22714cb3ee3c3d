# category: operators
# checks: null can't be ordered
# versions: 2.3+
null < null
