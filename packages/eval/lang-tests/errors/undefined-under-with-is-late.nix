# category: errors
# checks: below a with an undefined variable fails only when used
# versions: 2.3+
with { }; if true then 1 else nowhere
