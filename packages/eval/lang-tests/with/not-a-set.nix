# category: with
# checks: with wants a set when a name is looked up
# versions: 2.3+
with 1; a
