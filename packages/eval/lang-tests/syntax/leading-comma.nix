# category: syntax
# checks: formals don't begin with a comma
# versions: 2.3+
{ , a }: a
