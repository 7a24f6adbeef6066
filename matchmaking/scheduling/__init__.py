"""The scheduling engine: the best day for everybody, and proof. Plain Python, no Django.

Give it a `Problem`, get a `Plan`; usable from a notebook::

    from matchmaking.scheduling.exchange import read_problem, write_solution
    from matchmaking.scheduling.planner import plan

    problem = read_problem("event.json.gz")        # or build problem.Problem yourself
    result = plan(
        problem,
        seconds=10,                                # the clock only stops, it never steers
        seed=1,
        workers=2,
        steps=None,                                # annealing steps; None: from size and seconds
        fair=False,                                # True: a first meeting for everybody first
        on_progress=lambda progress: None,         # result.Progress: stage, elapsed, bound, gap ...
        should_stop=lambda: False,                 # True: hand back the best so far
    )
    result.meetings                                # (Placed(wish, slot, table), ...)
    result.stats.placed_weight, result.stats.bound, result.stats.gap
    result.stats.zero_orgs, result.stats.idle_total, result.stats.table_changes
    result.unplaced                                # (Unplaced(wish, reasons), ...), all of them
    write_solution("plan.json", result)

`plan` raises `problem.InvalidProblem` (with `.faults`, each with its path) for a problem that
breaks the format, and `planner.NoScheduleYet` when it is stopped before a first schedule. Same
problem, seed, seconds and steps give the same plan unless the clock or `should_stop` ended a stage.

After a change: `repair.repair(problem, keep="freeze" | 20, ...)` starts from `problem.previous`,
and `repair.curve(problem, ...)` shows what each readiness to move people would bring.
"""
