"""Scores checked against what happened later: read a folder, score its queries, judge the ranking."""

from matchmaking.scoring.backtest.folder import Folder, FolderError, read_folder
from matchmaking.scoring.backtest.judge import judge
from matchmaking.scoring.backtest.scores import Scored, score_folder

__all__ = ["Folder", "FolderError", "Scored", "judge", "read_folder", "score_folder"]
