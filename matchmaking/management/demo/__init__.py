"""The demo: invented people, wishes and events around the organisations of the report.

Everything is built through the same actions as pages use, so no impossible state can be shown.
"""
