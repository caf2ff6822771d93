"""The same year in Mesa 3: an agent is an enterprise. `python by_mesa.py TASK.npz DRAWS YEARS`, in an environment with Mesa.

Mesa gives each enterprise a life of its own: histories, networks, places, behaviour that differs from one to the next,
and a page to watch it on. None of that is asked for here, and a state of cells holds none of it.
"""

import json
import math
import sys
import time

import mesa
import numpy as np

NONE, INDEPENDENT, JOINT, FIVE_GOOD = range(4)


class Enterprise(mesa.Agent):
    """One enterprise: its category, band of staff, members, organisation and instructor."""

    def __init__(self, model, category, band, full=0, probation=0, holding=NONE, instructor=0):
        super().__init__(model)
        self.category, self.band, self.full, self.probation = category, band, full, probation
        self.holding, self.instructor = holding, instructor

    def close(self):
        rates, model = model_rates(self), self.model
        chance = model.exit_rate[self.category] * (rates["exit_large"] if self.band else 1.0)
        if model.random.random() < min(chance, 1.0):
            self.remove()

    def resize(self):
        model = self.model
        luck, up = model.random.random(), model.up[self.category][self.band]
        if luck < up:
            self.band += 1
        elif self.band and luck < up + model.rates["staff_down"]:
            self.band -= 1

    def members(self):
        """Confirmed, leaving, arriving, admitted."""
        rates, model = model_rates(self), self.model
        staff = model.random.choice(model.staff[self.category][self.band]) / 100
        self.full += self.how_many(self.probation, rates["confirmed_share"])
        self.probation = 0
        self.full -= self.how_many(self.full, rates["leaving_rate"])
        self.full += self.events(self.full, rates["arriving_rate"], staff * rates["transfer_per_100_staff"])
        pace = rates["recruiting_rate"] * (1.0 if self.holding else rates["recruiting_without_organisation"])
        helped = self.instructor or self.holding
        self.probation = self.events(self.full, pace, staff * rates["first_members_per_100_staff"] if helped else 0.0)

    def found(self):
        if self.full >= 3 and self.holding in (NONE, JOINT):
            rate = self.model.rates["founding_rate" if self.holding == NONE else "splitting_rate"]
            if self.model.random.random() < rate:
                self.holding = INDEPENDENT

    def judge(self):
        rates = model_rates(self)
        if self.holding == INDEPENDENT and self.model.random.random() < rates["five_good_rate"]:
            self.holding = FIVE_GOOD
        elif self.holding == FIVE_GOOD and self.model.random.random() < rates["five_good_loss"]:
            self.holding = INDEPENDENT

    def events(self, full, rate, first):
        return self.how_many(full, rate) if full else int(self.model.random.random() < -math.expm1(-first))

    def how_many(self, of, chance):
        return sum(self.model.random.random() < chance for _ in range(of))


def model_rates(agent):
    """The rates that an agent lives by."""
    return agent.model.rates


class City(mesa.Model):
    """All enterprises of a place, and what they share: joint organisations and instructors' places."""

    def __init__(self, task, seed):
        super().__init__(seed=seed)
        self.rates = json.loads(str(task["rates"]))
        self.mix, self.staff = task["mix"].tolist(), task["staff"].tolist()
        categories = json.loads(str(task["categories"]))
        self.exit_rate = [self.rates[f"exit_rate_{name}"] for name in categories]
        self.growth = [self.rates[f"growth_rate_{name}"] * self.rates["enterprise_growth"] for name in categories]
        self.up = [[self._up(row, band) for band in range(len(row))] for row in self.mix]
        self.joint, self.joint_good, self.joint_places, self.instructed = (float(one) for one in task["shared"])
        columns = [task[name].tolist() for name in ("category", "band", "full", "probation", "holding", "instructor")]
        Enterprise.create_agents(self, len(columns[0]), *columns)

    def _up(self, mix, band):
        if band + 1 == len(mix) or mix[band] <= 0:
            return 0.0
        return min(mix[band + 1] / mix[band] * self.rates["staff_down"] * self.rates["staff_up"], 0.5)

    def step(self):
        opened = self._opened()  # of a decline faster than the closings nothing is asked here
        self.agents.do("close")
        for category, band in opened:
            Enterprise(self, category, band)
        for happening in ("resize", "members", "found"):
            self.agents.do(happening)
        self._join()
        self._instruct()
        self.agents.do("judge")
        good = min(self.joint_good, self.joint)
        rose = sum(self.random.random() < self.rates["five_good_rate"] for _ in range(int(self.joint - good)))
        self.joint_good = (
            good + rose - sum(self.random.random() < self.rates["five_good_loss"] for _ in range(int(good)))
        )

    def _opened(self):
        bands = range(len(self.mix[0]))
        return [
            (one.category, self.random.choices(bands, self.mix[one.category])[0] if as_today else 0)
            for one in self.agents
            if self.random.random() < min(max(self._closing(one) + self.growth[one.category], 0.0), 1.0)
            for as_today in [self.random.random() < self.rates["entrant_size"]]
        ]

    def _closing(self, one):
        return min(self.exit_rate[one.category] * (self.rates["exit_large"] if one.band else 1.0), 1.0)

    def _join(self):
        top = len(self.mix[0]) - 1
        free = [one for one in self.agents if one.holding == NONE]
        first = [one for one in free if one.full + one.probation]
        second = [one for one in free if not one.full + one.probation and one.band == top]
        current = sum(one.holding == JOINT for one in self.agents)
        need = math.ceil(max(len(first) + len(second) + current - self.joint_places, 0) / self.rates["joint_size"])
        founded = min(need, math.floor(self.rates["joint_organisations"] + self.random.random()))
        self.joint_places += founded * self.rates["joint_size"]
        slots = math.floor(max(self.joint_places - current, 0) + self.random.random())
        self.random.shuffle(first)
        self.random.shuffle(second)
        queue = (first + second)[:slots]
        for one in queue:
            one.holding = JOINT
        self.joint = min(self.joint + founded, current + len(queue))

    def _instruct(self):
        added = self.rates["instructors_added"] * self.rates["enterprises_per_instructor"]
        self.instructed = max(self.instructed + added, 0.0)
        slots = self.instructed - sum(one.instructor for one in self.agents)
        source = 0 if slots > 0 else 1
        queue = [one for one in self.agents if one.instructor == source]
        self.random.shuffle(queue)
        queue.sort(key=lambda one: one.band, reverse=slots > 0)
        for one in queue[: math.floor(abs(slots) + self.random.random())]:
            one.instructor = 1 - source

    def outcome(self):
        """Enterprises, members, covered, organisations, five-good."""
        holdings = [one.holding for one in self.agents]
        own, good = sum(one % 2 == 1 for one in holdings), sum(one == FIVE_GOOD for one in holdings)
        members = sum(one.full + one.probation for one in self.agents)
        return [len(holdings), members, sum(map(bool, holdings)), own + self.joint, good + self.joint_good]


def main():
    """Run the draws and print what came of them and how long a draw took, its agents made and moved."""
    task, draws, years = np.load(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    found, begun = [], time.process_time()
    for seed in range(draws):
        city = City(task, seed)
        for _ in range(years):
            city.step()
        found.append(city.outcome())
    print(json.dumps({"version": mesa.__version__, "seconds": (time.process_time() - begun) / draws, "found": found}))


if __name__ == "__main__":
    main()
