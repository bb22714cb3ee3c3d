# category: attributes
# checks: a name can be defined once
# versions: 2.3+
{ a = 1; a = 2; }
