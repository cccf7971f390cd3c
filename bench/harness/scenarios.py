"""What is measured: the load, and which figures of it are shown."""

STEADY = {
    "fanin-q0": "fanin --pubs 50 --subs 1 --qos 0 --size 32 --window 40",
    "fanout-q0": "fanout --subs 500 --qos 0 --size 32 --window 8",
    "fanout-q1": "fanout --subs 500 --qos 1 --size 32 --window 4 --inflight 4",
    "pairs-q0": "p2p --pubs 100 --qos 0 --size 64 --window 10",
    "pairs-q1": "p2p --pubs 100 --qos 1 --size 64 --window 10 --inflight 10",
    "pairs-q1-v5": "p2p --pubs 100 --qos 1 --size 64 --window 10 --inflight 10 --v5",
    "pairs-q2": "p2p --pubs 100 --qos 2 --size 64 --window 10 --inflight 10",
    "pairs-q0-16k": "p2p --pubs 20 --qos 0 --size 16384 --window 4",
    "paced-q1": "p2p --pubs 100 --qos 1 --size 64 --rate 5000",
    "paced-q1-99": "p2p --pubs 99 --qos 1 --size 64 --rate 5000",
}

ONCE = {
    "filters": "subs --clients 200 --steps 1000,10000,100000 --wild 20 --window 200 --per-packet 50",
    "filters-1m": "subs --clients 500 --steps 1000,10000,100000,1000000 --wild 20 --window 200 --per-packet 60",
    "connections": "conns --conns 18000 --hold 25 --keepalive 60 --conc 50",
    "handshakes": "conns --conns 3000 --hold 25 --keepalive 60 --conc 50",
    "offline": "offline --sessions 100 --msgs 100000 --inflight 50 --size 64 --qos 1",
    "retained": "retained --msgs 50000 --inflight 50 --size 64 --qos 0 --reps 3",
}

# As fast as it goes first, and then at half of that: how late is the last of a thousand?
HALF = {"half-q1": "pairs-q1"}

# Those whose brokers live through all rounds.
LASTING = {*STEADY, *HALF}

ALL = [*STEADY, *HALF, *ONCE, "kill", "startup"]

# Title, path into the generator's JSON. The first is the figure that is compared.
STEADY_FIGURES = [
    ("CPU us/msg", "cpu_us_msg"), ("generator us/msg", "gen_cpu_us_msg"), ("msg/s", "msgs_s"),
    ("p50 us", "p50_us"), ("p99 us", "p99_us"), ("p99.9 us", "p999_us"),
    ("lost", "lost"), ("doubled", "dup"), ("reordered", "reordered"),
]
HALF_FIGURES = [
    ("p99.9 us", "p999_us"), ("p99 us", "p99_us"), ("p50 us", "p50_us"), ("most us", "max_us"),
    ("msg/s", "msgs_s"), ("CPU us/msg", "cpu_us_msg"), ("skipped", "skipped"), ("lost", "lost"),
]
ONCE_FIGURES = {
    "filters": [
        ("CPU us/msg at 1k", "steps.0.cpu_us_msg"), ("10k", "steps.1.cpu_us_msg"),
        ("100k", "steps.2.cpu_us_msg"), ("CPU us/filter", "steps.2.cpu_us_sub"),
        ("bytes/filter", "steps.2.rss_bytes_filter"), ("lost", "steps.2.lost")],
    "filters-1m": [
        ("CPU us/msg at 1k", "steps.0.cpu_us_msg"), ("10k", "steps.1.cpu_us_msg"),
        ("100k", "steps.2.cpu_us_msg"), ("1M", "steps.3.cpu_us_msg"),
        ("CPU us/filter", "steps.3.cpu_us_sub"), ("bytes/filter", "steps.3.rss_bytes_filter"),
        ("lost", "steps.3.lost")],
    "connections": [
        ("bytes/connection", "rss_bytes_conn"), ("CPU us/connect", "cpu_us_connect"),
        ("up", "up"), ("still up", "still_up"), ("pings", "pings"), ("pongs", "pongs")],
    "handshakes": [
        ("CPU us/connect", "cpu_us_connect"), ("bytes/connection", "rss_bytes_conn"),
        ("up", "up"), ("still up", "still_up")],
    "offline": [
        ("queue CPU us/msg", "queue_cpu_us_msg"), ("deliver CPU us/msg", "deliver_cpu_us_msg"),
        ("acknowledged", "acked"), ("received", "received"), ("lost", "lost")],
    "retained": [
        ("set CPU us/msg", "set_cpu_us_msg"), ("deliver CPU us/msg", "reps.1.cpu_us_msg"),
        ("received", "reps.1.received")],
    "kill": [
        ("CPU us/acknowledged", "cpu_us_msg"), ("acknowledged", "acked"), ("of these lost", "acked_lost"),
        ("doubled", "dup"), ("restart ms", "restart_ms")],
    "startup": [("ms to CONNACK", "startup_ms"), ("CPU ms", "cpu_ms"), ("resident kB", "rss_kb")],
}


def load_of(scenario):
    return STEADY.get(HALF.get(scenario, scenario)) or ONCE.get(scenario, "")


def figures_of(scenario):
    if scenario in HALF:
        return HALF_FIGURES
    return STEADY_FIGURES if scenario in STEADY else ONCE_FIGURES[scenario]
