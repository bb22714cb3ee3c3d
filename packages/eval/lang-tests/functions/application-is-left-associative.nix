# category: functions
# checks: application groups to the left
# versions: 2.3+
(x: y: z: [ x y z ]) 1 2 3
