"""Kempe chains: two slots exchanged along the chain of organisations that one move touches.

A meeting goes from slot s to slot t; whoever has no seat left in t sends a meeting back to s, and
so on. The placed set stays as it is, seats, day caps and tables are counted before anything moves.
"""

from matchmaking.scheduling.timetable import Timetable, idle_in

LONGEST = 30
"""Meetings a chain may move (tried 12, 30, 60: longer ones are almost never accepted)."""


class Kempe:
    """Proposes, prices and applies chains on a timetable, keeping the idle slots of everybody.

    `waiting` lists the organisations with idle slots, `total` is their sum. Between `propose` and
    `apply` the chain is in `goes` (+1: to t, -1: back to s) and `net` (change in t by organisation).
    """

    def __init__(self, table: Timetable) -> None:
        self.table = table
        self.model = table.model
        self.idle = [table.idle_of(o) for o in range(self.model.n_organisations)]
        self.total = sum(self.idle)
        self.waiting = [o for o, idle in enumerate(self.idle) if idle]
        self.index = {o: i for i, o in enumerate(self.waiting)}
        self.capped = bool(self.model.n_days > 1 and min(self.model.cap_day) < 1 << 20)
        self.goes: dict[int, int] = {}
        self.net: dict[int, int] = {}
        self.new: list[tuple[int, int, int]] = []

    def propose(self, wish: int, s: int, t: int) -> bool:
        """Build the chain that takes a placed wish from s to t; False if there is none."""
        model, at = self.model, self.table.at
        side_a, side_b, domain, seats = model.a, model.b, model.domain, model.seats
        n_slots = model.n_slots
        net = self.net = {side_a[wish]: 1, side_b[wish]: 1}
        goes = self.goes = {wish: 1}
        stack = [wish]
        while stack:
            mover = stack.pop()
            sign = goes[mover]
            to = t if sign > 0 else s
            if not domain[mover] >> to & 1 or len(goes) > LONGEST:
                return False
            for o in (side_a[mover], side_b[mover]):
                place = o * n_slots + to
                here = at[place]
                over = len(here) + net[o] * sign - seats[place]
                if over <= 0:
                    continue
                for other in here:
                    if other not in goes:
                        goes[other] = -sign
                        stack.append(other)
                        a, b = side_a[other], side_b[other]
                        net[a] = net.get(a, 0) - sign
                        net[b] = net.get(b, 0) - sign
                        over -= 1
                        if not over:
                            break
                else:
                    return False
        return self._has_tables(s, t) and self._has_days(s, t)

    def _has_tables(self, s: int, t: int) -> bool:
        seated, model, used = self.model.seated, self.model, self.table.tables_used
        more = 0
        for wish, sign in self.goes.items():
            if seated[wish]:
                more += sign
        return used[t] + more <= model.tables[t] and used[s] - more <= model.tables[s]

    def _has_days(self, s: int, t: int) -> bool:
        model = self.model
        day_s, day_t = model.day[s], model.day[t]
        if day_s == day_t or not self.capped:
            return True
        load, cap = self.table.day_load, model.cap_day
        for o, more in self.net.items():
            first = o * model.n_days
            if load[first + day_t] + more > cap[first + day_t]:
                return False
            if load[first + day_s] - more > cap[first + day_s]:
                return False
        return True

    def change(self, s: int, t: int) -> int:
        """Idle slots that the proposed chain would add (negative: save)."""
        table, model = self.table, self.model
        at, busy, n_slots, days = table.at, table.busy, model.n_slots, model.day_mask
        bit_s, bit_t = 1 << s, 1 << t
        new = self.new = []
        change = 0
        for o, more in self.net.items():
            if not more:
                continue
            mask = busy[o] & ~(bit_s | bit_t)
            if len(at[o * n_slots + t]) + more:
                mask |= bit_t
            if len(at[o * n_slots + s]) - more:
                mask |= bit_s
            if mask != busy[o]:
                available, idle = model.available[o], 0
                for day in days:
                    here = mask & day
                    if here:
                        span = (1 << here.bit_length()) - (here & -here)
                        idle += (available & span & ~here).bit_count()
                change += idle - self.idle[o]
                new.append((o, mask, idle))
        return change

    def apply(self, s: int, t: int, change: int) -> None:
        """Make the proposed chain, whose `change` was just asked for."""
        table, model = self.table, self.model
        at, slot, n_slots, n_days = table.at, table.slot, model.n_slots, model.n_days
        for wish, sign in self.goes.items():
            source, target = (s, t) if sign > 0 else (t, s)
            slot[wish] = target
            for o in (model.a[wish], model.b[wish]):
                at[o * n_slots + source].remove(wish)
                at[o * n_slots + target].append(wish)
            if model.seated[wish]:
                table.tables_used[source] -= 1
                table.tables_used[target] += 1
        day_s, day_t = model.day[s], model.day[t]
        if day_s != day_t:
            for o, more in self.net.items():
                table.day_load[o * n_days + day_t] += more
                table.day_load[o * n_days + day_s] -= more
        for o, mask, idle in self.new:
            table.busy[o] = mask
            self._note(o, idle)
        self.total += change

    def _note(self, organisation: int, idle: int) -> None:
        if idle and not self.idle[organisation]:
            self.index[organisation] = len(self.waiting)
            self.waiting.append(organisation)
        elif self.idle[organisation] and not idle:
            hole, last = self.index.pop(organisation), self.waiting.pop()
            if last != organisation:
                self.waiting[hole] = last
                self.index[last] = hole
        self.idle[organisation] = idle

    def gaps(self, organisation: int) -> list[tuple[int, int]]:
        """For each day with idle slots: the mask of its busy and of its idle slots."""
        busy, available = self.table.busy[organisation], self.model.available[organisation]
        found: list[tuple[int, int]] = []
        for day in self.model.day_mask:
            here = busy & day
            if here and idle_in(here, available):
                span = (1 << here.bit_length()) - (here & -here)
                found.append((here, available & span & ~here))
        return found
