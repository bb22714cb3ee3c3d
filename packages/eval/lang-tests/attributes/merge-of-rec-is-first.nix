# category: attributes
# checks: the first definition decides whether the merged set is recursive
# versions: 2.3+
{ a = rec { x = 1; y = x; }; a.z = 3; }
