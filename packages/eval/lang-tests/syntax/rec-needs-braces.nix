# category: syntax
# checks: rec is followed by a set
# versions: 2.3+
rec 1
