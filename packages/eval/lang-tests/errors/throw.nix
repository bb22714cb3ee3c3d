# category: errors
# checks: throw fails with its message
# versions: 2.3+
throw "a ${"b"} c"
