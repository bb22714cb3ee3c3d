# category: attributes
# checks: a keyword can't be a plain name
# versions: 2.3+
{ if = 1; }
