# category: syntax
# checks: or alone after a literal
# versions: 2.3+
1 or 2
