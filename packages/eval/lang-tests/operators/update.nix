# category: operators
# checks: right wins, and only at the top level
# versions: 2.3+
[ ({ a = 1; b = 2; } // { b = 3; c = 4; }) ({ a.x = 1; } // { a.y = 2; }) ({ } // { }) ({ a = 1; } // { }) ]
