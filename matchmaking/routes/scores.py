"""Addresses of scoring policies, of whom their lists show and of how scores predicted. "new" is no policy: it stands before them."""

from django.urls import path

from matchmaking.views import policies, reach
from matchmaking.views.organiser import scores

urlpatterns = [
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", policies.policy_new, name="policy_new"),
    path("policies/<slug:name>/", policies.policy, name="policy"),
    path("policies/<slug:name>/change/", policies.policy_change, name="policy_change"),
    path("reach/", reach.reach, name="reach"),
    path("reach.csv", reach.reach_csv, name="reach_csv"),
    path("reach/stop/", reach.reach_stop, name="reach_stop"),
    path("hindsight/", policies.hindsight, name="hindsight"),
    path("hindsight.csv", policies.hindsight_csv, name="hindsight_csv"),
    path("organise/<slug:slug>/scores/", scores.scores, name="organiser_scores"),
    path("organise/<slug:slug>/scores.csv", scores.scores_csv, name="organiser_scores_csv"),
    path("organise/<slug:slug>/policy/", scores.policy, name="organiser_policy"),
]
