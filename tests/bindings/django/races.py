"""Many connections at one row. test_postgresql.py runs it: a SQLite database in memory is one connection."""

import threading

import mfa
from django.db import connections
from mfa_django.store import DjangoStore


def test_of_many_threads_one_wins_a_version(clock):
    store, wins, start = DjangoStore("default"), [], threading.Barrier(8)
    store.save(b"raced", b"", 0, 1, 0)

    def race(mine):
        try:
            start.wait()
            if store.save(b"raced", bytes([mine]), 1, 10 + mine, 0) == mfa.StoreAnswer.DONE:
                wins.append(mine)
            if store.save(b"made", bytes([mine]), 0, 10 + mine, 0) == mfa.StoreAnswer.DONE:
                wins.append(100 + mine)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=(mine,)) for mine in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    changed, made = sorted(wins)
    assert store.load(b"raced") == (bytes([changed]), 10 + changed)
    assert store.load(b"made") == (bytes([made - 100]), made - 90)
