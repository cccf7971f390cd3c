"""Runs a scenario on all brokers by turns: A B C, A B C."""

import json
import os
import subprocess
import sys
import threading
import time

from .broker import Broker, Failed
from .scenarios import HALF, LASTING, STEADY, load_of

WARM_SLICE_SECONDS = 3
WARM_WALL_FACTOR = 4
SATURATE_SECONDS = 2
COLLECT_AFTER_SECONDS = 24
GIVE_BACK_SECONDS = 3  # in which a JVM lets go of what the collection freed
WARM_CONNECTIONS = "conns --conns 6000 --hold 1 --keepalive 60 --conc 50"
UNCOUNTED = 4
KILL_RATE = 2000
KILL_AFTER_SECONDS = 4


class Rounds:
    def __init__(self, recipes, generator, options, note):
        self.recipes, self.generator, self.options, self.note = recipes, generator, options, note

    def run(self, scenario):
        """The results of each broker by its name, in order; a failure is {"error": text}."""
        if scenario in LASTING:
            return self._steady(scenario)
        once = {
            "kill": self._kill, "startup": self._startup,
            "connections": self._connections, "handshakes": self._connections,
        }.get(scenario, self._once)
        results = {recipe.name: [] for recipe in self.recipes}
        for number in range(self.options.rounds):
            for recipe in self.recipes:
                results[recipe.name].append(self._guarded(scenario, recipe.name, number, lambda: once(recipe, scenario)))
        return results

    def _guarded(self, scenario, name, number, action):
        try:
            result = action()
        except (Failed, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as failure:
            result = {"error": str(failure)}
            for broker in [b for b in Broker.alive if b.name == name and scenario not in LASTING]:
                broker.kill()
        self.note(scenario, name, number, result)
        return result

    # ---------------------------------------------------------------- brokers that live through it

    def _steady(self, scenario):
        results = {recipe.name: [] for recipe in self.recipes}
        brokers = []
        for recipe in self.recipes:
            try:
                brokers.append(Broker(recipe))
            except Failed as failure:
                results[recipe.name].append({"error": str(failure)})
        for broker in brokers:
            self._warm(broker, load_of(scenario))
        measure = self._at_half if scenario in HALF else self._measured
        for number in range(self.options.rounds):
            for broker in brokers:
                results[broker.name].append(
                    self._guarded(scenario, broker.name, number, lambda: measure(broker, load_of(scenario))))
        for broker in brokers:
            broker.stop()
        return results

    def _measured(self, broker, load):
        return self.generator.run(broker, f"{load} --warm 1 --time {self.options.seconds}")

    def _at_half(self, broker, load):
        most = self.generator.run(broker, f"{load} --warm 1 --time {SATURATE_SECONDS}")["msgs_s"]
        if most < 2:
            raise Failed("nothing comes through")
        return self._measured(broker, f"{load} --rate {most / 2:.0f}")

    def _warm(self, broker, load):
        """By work done, not by time: a JVM that gets half a CPU warms half as fast."""
        if "--rate" in load:  # that would take minutes; the work is the same as without a pause
            self._warm(broker, load_of("pairs-q1"))
            self.generator.run(broker, f"{load} --warm 0 --time {WARM_SLICE_SECONDS}")
            return
        wanted = self.options.warm_cpu if broker.recipe.jvm else self.options.warm_cpu_native
        end = time.monotonic() + WARM_WALL_FACTOR * wanted + 10
        while broker.cpu_seconds() < wanted and time.monotonic() < end:
            self.generator.run(broker, f"{load} --warm 0 --time {WARM_SLICE_SECONDS}")

    # ---------------------------------------------------------------- a fresh broker each time

    def _once(self, recipe, scenario):
        broker = Broker(recipe)
        load = load_of(scenario)
        if recipe.jvm:
            self._warm(broker, STEADY["pairs-q1"])
            if scenario in ("offline", "retained"):
                for _ in range(UNCOUNTED):  # what it compiles meanwhile would count as what a message takes
                    self.generator.run(broker, load)
        timing = f" --warm 1 --time {self.options.seconds}" if scenario.startswith("filters") else ""
        result = self.generator.run(broker, load + timing)
        broker.stop()
        return result

    def _connections(self, recipe, scenario):
        broker = Broker(recipe)
        if recipe.jvm:  # else what it compiles would count as what a connection takes
            self._warm(broker, load_of("pairs-q1"))
        self.generator.run(broker, WARM_CONNECTIONS)
        broker.collect()
        time.sleep(GIVE_BACK_SECONDS)
        failures = []

        def collect():
            try:
                broker.collect()
            except (Failed, OSError, subprocess.TimeoutExpired) as failure:
                failures.append(failure)

        timer = threading.Timer(COLLECT_AFTER_SECONDS, collect)
        timer.start()
        try:
            result = self.generator.run(broker, load_of(scenario))
        finally:
            timer.cancel()
            timer.join()
            broker.stop()
        if failures:
            raise failures[0]
        return result

    def _startup(self, recipe, scenario):
        broker = Broker(recipe)
        time.sleep(0.2)
        result = {
            "startup_ms": broker.startup_seconds * 1e3,
            "cpu_ms": broker.cpu_seconds() * 1e3,
            "rss_kb": broker.resident_kb(),
        }
        broker.stop()
        return result

    def _kill(self, recipe, scenario):
        broker = Broker(recipe)
        common = self._kill_load(broker)
        if recipe.jvm:
            self._warm(broker, STEADY["pairs-q1"])
            # What is measured, too: publishes into sessions that are away.
            self.generator.run(broker, "offline --sessions 50 --msgs 200000 --inflight 100 --size 64 --qos 1 --prefix warm")
        acknowledged = os.path.join(broker.directory, "acked.txt")
        publishing = subprocess.Popen(
            self.generator.command(broker, f"killpub {common} --file {acknowledged} --inflight 100 --rate {KILL_RATE} --time 60"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if "PUBLISHING" not in publishing.stderr.readline():
            publishing.kill()
            raise Failed("killpub did not begin")
        time.sleep(self.options.kill_settle)
        before, began = broker.cpu_seconds(), time.monotonic()
        time.sleep(KILL_AFTER_SECONDS)
        cpu, took = broker.cpu_seconds() - before, time.monotonic() - began
        broker.kill()
        result = json.loads(publishing.communicate(timeout=60)[0])
        result["cpu_us_msg"] = cpu * 1e6 / (KILL_RATE * took)
        time.sleep(0.3)
        again = broker.restarted()
        found = self.generator.run(again, f"killcheck {common} --file {acknowledged} --idle 4", 150)
        for key in ("received", "acked_lost", "lost_pct", "received_not_acked", "dup"):
            result[key] = found[key]
        result["restart_ms"] = again.startup_seconds * 1e3
        again.stop()
        return result

    def _kill_load(self, broker):
        messages = int(KILL_RATE * (self.options.kill_settle + KILL_AFTER_SECONDS + 30))
        return f"--prefix kill --sessions 50 --msgs {messages} --subqos 1 --size 64"


def say(*words):
    print(*words, file=sys.stderr, flush=True)
