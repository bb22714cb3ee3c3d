# category: functions
# checks: arguments may be called as globals
# versions: 2.3+
({ map, toString ? 3 }: [ map toString ]) { map = 1; }
