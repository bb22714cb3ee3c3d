# category: operators
# checks: null can't be updated
# versions: 2.3+
null // { }
