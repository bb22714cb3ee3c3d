# category: literals
# checks: a digit ends where a name begins, so the two are an application
# versions: 2.3+
1a
