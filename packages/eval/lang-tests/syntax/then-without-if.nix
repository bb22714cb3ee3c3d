# category: syntax
# checks: a keyword out of place
# versions: 2.3+
then 1
