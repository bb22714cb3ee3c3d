# category: equality
# checks: sets are equal when names and values are, in any order
# versions: 2.3+
[ ({ } == { }) ({ a = 1; b = 2; } == { b = 2; a = 1; }) ({ a = 1; } == { b = 1; }) ({ a = 1; } == { a = 2; }) ({ a = 1; } == { a = 1; b = 2; }) ]
