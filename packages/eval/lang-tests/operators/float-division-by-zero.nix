# category: operators
# checks: dividing a float by zero fails as well
# versions: 2.3+
1.0 / 0.0
