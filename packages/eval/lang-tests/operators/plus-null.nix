# category: operators
# checks: null can't be added
# versions: 2.3+
null + 1
