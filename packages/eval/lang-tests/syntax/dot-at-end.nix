# category: syntax
# checks: a dot is followed by a name
# versions: 2.3+
{ a = 1; }.
