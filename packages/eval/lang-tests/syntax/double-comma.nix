# category: syntax
# checks: formals have one comma between them
# versions: 2.3+
{ a,, b }: a
