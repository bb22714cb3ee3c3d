# category: syntax
# checks: the question mark is followed by a name
# versions: 2.3+
{ } ?
