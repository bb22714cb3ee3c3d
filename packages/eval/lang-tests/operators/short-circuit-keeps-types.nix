# category: operators
# checks: what isn't evaluated isn't checked
# versions: 2.3+
[ (false && 1) (true || 1) (false -> 1) ]
