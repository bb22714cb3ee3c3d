# category: syntax
# checks: what begins as formals may turn out to be an empty set
# versions: 2.3+
[ { } ({ }: 1) ]
