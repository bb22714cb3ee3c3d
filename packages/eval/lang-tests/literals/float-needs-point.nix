# category: literals
# checks: an exponent without a point is an application, so the name is undefined
# versions: 2.3+
1e3
