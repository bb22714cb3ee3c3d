# category: operators
# checks: a minus can't stand before a path
# versions: 2.3+
-/a
