# category: operators
# checks: sets that don't coerce can't be added
# versions: 2.3+
{ } + { }
