# category: attributes
# checks: a name must be a string
# versions: 2.3+
{ ${1} = 2; }
