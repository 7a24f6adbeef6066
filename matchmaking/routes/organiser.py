"""Addresses of the organiser's console. "new" is no event: it stands before the slugs."""

from django.urls import include, path

from matchmaking.views.organiser import call, grid, planning, repair, setup, weights

OF_ONE_EVENT = [
    path("", call.overview, name="organiser"),
    path("setup/", setup.setup, name="organiser_setup"),
    path("sessions/", setup.session_add, name="organiser_session_add"),
    path("sessions/<int:pk>/", setup.session, name="organiser_session"),
    path("sessions/<int:pk>/remove/", setup.session_remove, name="organiser_session_remove"),
    path("tables/", setup.tables_add, name="organiser_tables_add"),
    path("tables/<int:pk>/", setup.table, name="organiser_table"),
    path("tables/<int:pk>/remove/", setup.table_remove, name="organiser_table_remove"),
    path("team/", setup.team, name="organiser_team"),
    path("team/<int:pk>/remove/", setup.team_remove, name="organiser_team_remove"),
    path("move/", setup.move, name="organiser_move"),
    path("call-off/", setup.call_off, name="organiser_call_off"),
    path("call/", call.call, name="organiser_call"),
    path("call/decide/", call.decide, name="organiser_decide"),
    path("work/", call.worklist, name="organiser_worklist"),
    path("schedule/", planning.schedule, name="organiser_schedule"),
    path("schedule/run/", planning.run_start, name="organiser_run_start"),
    path("schedule/copy/", planning.draft_copy, name="organiser_draft_copy"),
    path("schedule/compare/", planning.compare, name="organiser_compare"),
    path("schedule/weights/", weights.weights, name="organiser_weights"),
    path("repair/", repair.repair, name="organiser_repair"),
    path("repair/start/", repair.repairs_start, name="organiser_repairs_start"),
    path("repair/<slug:kind>/", repair.incident, name="organiser_incident"),
    path("sessions/<int:pk>/reopen/", repair.session_reopen, name="organiser_session_reopen"),
    path("runs/<int:pk>/", planning.run, name="organiser_run"),
    path("runs/<int:pk>/again/", planning.run_again, name="organiser_run_again"),
    path("runs/<int:pk>/repairs/", repair.curve, name="organiser_curve"),
    path("runs/<int:pk>/repairs/choose/", repair.curve_choose, name="organiser_curve_choose"),
    path("runs/<int:pk>/cancel/", planning.run_cancel, name="organiser_run_cancel"),
    path("runs/<int:pk>/delete/", planning.draft_discard, name="organiser_draft_discard"),
    path("runs/<int:pk>/grid/", grid.grid, name="organiser_grid"),
    path("runs/<int:pk>/place/", grid.schedule, name="organiser_draft_schedule"),
    path("runs/<int:pk>/undo/", grid.undo, name="organiser_draft_undo"),
    path("runs/<int:pk>/redo/", grid.redo, name="organiser_draft_redo"),
    path("runs/<int:pk>/publish/", planning.publish, name="organiser_publish"),
    path("meetings/<int:pk>/lock/", grid.lock, name="organiser_draft_lock"),
    path("meetings/<int:pk>/move/", grid.move, name="organiser_draft_move"),
    path("meetings/<int:pk>/swap/", grid.swap, name="organiser_draft_swap"),
    path("meetings/<int:pk>/take-out/", grid.unschedule, name="organiser_draft_unschedule"),
    path("releases/", planning.releases, name="organiser_releases"),
    path("releases/<int:number>/", planning.release, name="organiser_release"),
]
urlpatterns = [
    path("organise/", setup.events, name="organiser_events"),
    path("organise/new/", setup.new, name="organiser_new"),
    path("organise/<slug:slug>/", include(OF_ONE_EVENT)),
]
