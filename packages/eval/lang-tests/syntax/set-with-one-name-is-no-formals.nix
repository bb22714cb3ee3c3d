# category: syntax
# checks: braces around a name without equals sign are formals
# versions: 2.3+
{ a }
