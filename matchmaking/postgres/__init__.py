"""Django's PostgreSQL back-end, plus the embedded server that runs when DATABASE_URL is unset.

`account` decides who runs the server and where its files may lie, `cluster` starts and stops one
server, `base` is the back-end Django loads. The rest of the project talks to `matchmaking.database`.
"""
