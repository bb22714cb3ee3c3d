# category: operators
# checks: update groups to the right, and each operand is evaluated once
# versions: 2.3+
({ a = 1; } // { a = 2; } // { b = 3; }) == ({ a = 1; } // ({ a = 2; } // { b = 3; }))
