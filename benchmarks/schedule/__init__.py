"""How good and how fast the schedules are: `python -m benchmarks.schedule [FOLDER]`."""
