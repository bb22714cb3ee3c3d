# category: attributes
# checks: a name that is null leaves the attribute out
# versions: 2.3+
{ ${null} = throw "no"; a = 1; }
