# category: errors
# checks: throw wants a string
# versions: 2.3+
throw { }
